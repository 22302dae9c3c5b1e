#include "cross_origin.hpp"

#include <algorithm>

namespace rowhouse {

std::string allowed_origin(const httplib::Request& request, const config& settings) {
    const std::string origin = request.get_header_value("Origin");
    const auto& allowed = settings.allowed_origins;
    if (origin.empty() || allowed.empty()) return {};
    if (std::find(allowed.begin(), allowed.end(), "*") != allowed.end()) return "*";
    return std::find(allowed.begin(), allowed.end(), origin) != allowed.end() ? origin : std::string();
}

bool is_preflight(const exchange& current, const httplib::Request& request) {
    return current.method == "OPTIONS" && !current.allowed_origin.empty() &&
           request.has_header("Access-Control-Request-Method");
}

void answer_preflight(const exchange& current, httplib::Response& response) {
    const std::string methods = allowed_methods(current.path, *current.settings);
    if (methods.empty()) throw problem(404, "not_found", "there is nothing at this path");
    response.status = 204;
    response.set_header("Access-Control-Allow-Methods", methods);
    response.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Organization, X-Request-Id");
    response.set_header("Access-Control-Max-Age", "600");
}

// Tokens come in a header and not in a cookie, so nothing is said about credentials.
void add_origin_headers(const exchange& current, httplib::Response& response) {
    if (current.settings->allowed_origins.empty()) return;
    response.set_header("Vary", "Origin");
    if (current.allowed_origin.empty()) return;
    response.set_header("Access-Control-Allow-Origin", current.allowed_origin);
    response.set_header("Access-Control-Expose-Headers", "Content-Disposition, Location, Retry-After, X-Request-Id");
}

} // namespace rowhouse
