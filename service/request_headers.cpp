#include "request_headers.hpp"

#include "errors.hpp"
#include "multipart.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace rowhouse {
namespace {

constexpr bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool consists_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(),
                       [others](char c) { return is_alphanumeric(c) || others.find(c) != others.npos; });
}

} // namespace

bool is_token(std::string_view text) {
    return !text.empty() && consists_of(text, "!#$%&'*+-.^_`|~");
}

std::string header_list(const httplib::Request& request, const char* name) {
    std::string list;
    for (std::size_t i = 0; i < request.get_header_value_count(name); ++i)
        list += (i ? "," : "") + request.get_header_value(name, i);
    return list;
}

bool was_forwarded(const httplib::Request& request) {
    constexpr std::array names{"X-Forwarded-For",   "Forwarded",        "X-Real-IP",
                               "X-Forwarded-Proto", "X-Forwarded-Host", "Via"};
    return std::any_of(names.begin(), names.end(), [&](const char* name) { return request.has_header(name); });
}

std::string bearer_token(const httplib::Request& request) {
    const std::size_t count = request.get_header_value_count("Authorization");
    if (count == 0) return {};
    const std::string value = request.get_header_value("Authorization");
    const std::string_view token = trim(std::string_view(value).substr(std::min<std::size_t>(value.size(), 7)));
    if (count > 1 || lower(value.substr(0, 7)) != "bearer " || token.empty() || !consists_of(token, "-._~+/="))
        throw problem(401, "invalid_authorization", "the Authorization header must be \"Bearer\" and a token");
    return std::string(token);
}

std::string choose_request_id(const std::string& offered) {
    if (!offered.empty() && offered.size() <= 64 && consists_of(offered, "-._")) return offered;
    thread_local std::mt19937_64 generator{std::random_device{}()}; // an id to find a log line by, not a secret
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(generator()),
                  static_cast<unsigned long long>(generator()));
    return text.data();
}

} // namespace rowhouse
