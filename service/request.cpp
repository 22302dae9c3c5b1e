#include "request.hpp"

#include "log.hpp"
#include "multipart.hpp"
#include "parameters.hpp"
#include "transaction.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;

constexpr bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool consists_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(),
                       [others](char c) { return is_alphanumeric(c) || others.find(c) != others.npos; });
}

// RFC 9112 section 6.3, strictly: what is not exactly one of the three plain forms is refused, because a proxy that
// reads it differently would see the rest of the body as somebody else's request.
framing body_framing(const httplib::Request& request, std::size_t& length) {
    for (const auto& [name, value] : request.headers)
        if (!consists_of(name, "!#$%&'*+-.^_`|~")) return framing::broken;
    const std::size_t lengths = request.get_header_value_count("Content-Length");
    const std::size_t codings = request.get_header_value_count("Transfer-Encoding");
    if (lengths + codings == 0) return framing::none;
    if (lengths + codings > 1) return framing::broken;
    if (codings)
        return lower(request.get_header_value("Transfer-Encoding")) == "chunked" ? framing::chunked : framing::broken;
    const std::string text = request.get_header_value("Content-Length");
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (code == std::errc::result_out_of_range) length = std::numeric_limits<std::size_t>::max();
    if (end != text.data() + text.size() || text.empty() || code == std::errc::invalid_argument) return framing::broken;
    return length == 0 ? framing::none : framing::length;
}

// The token of `Authorization: Bearer <token>`; empty without the header. Its form is checked (RFC 6750), its meaning
// only by the database.
std::string bearer_token(const httplib::Request& request) {
    const std::size_t count = request.get_header_value_count("Authorization");
    if (count == 0) return {};
    const std::string value = request.get_header_value("Authorization");
    const std::string_view token = trim(std::string_view(value).substr(std::min<std::size_t>(value.size(), 7)));
    if (count > 1 || lower(value.substr(0, 7)) != "bearer " || token.empty() || !consists_of(token, "-._~+/="))
        throw problem(401, "invalid_authorization", "the Authorization header must be \"Bearer\" and a token");
    return std::string(token);
}

std::string attachment_name(const route& row, const path_parameters& parameters) {
    std::string name(row.file_name);
    for (const auto& [key, value] : parameters)
        if (const auto at = name.find("{" + key + "}"); at != name.npos) name.replace(at, key.size() + 2, value);
    return name;
}

} // namespace

std::string choose_request_id(const std::string& offered) {
    if (!offered.empty() && offered.size() <= 64 && consists_of(offered, "-._")) return offered;
    thread_local std::mt19937_64 generator{std::random_device{}()}; // an id to find a log line by, not a secret
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(generator()),
                  static_cast<unsigned long long>(generator()));
    return text.data();
}

request_handler::request_handler(const config& settings, pool& connections)
    : settings_(settings), connections_(connections), health_(settings, connections) {}

void request_handler::admit(exchange& current, const httplib::Request& request) const {
    current.id = choose_request_id(request.get_header_value("X-Request-Id"));
    current.method = request.method;
    current.path = request.target.substr(0, request.target.find('?'));
    current.content_type = request.get_header_value("Content-Type");
    std::size_t length = 0;
    current.body_framing = body_framing(request, length);
    current.body_left = current.body_framing != framing::none;
    current.matched = find_route(request.method, current.path, request.get_header_value("Accept"));
    current.body_limit = settings_.max_body_size;
    try {
        check_headers(current, request);
        if (length > current.body_limit)
            throw problem(413, "payload_too_large",
                          "the body is larger than " + std::to_string(current.body_limit) + " bytes");
    } catch (const problem& error) {
        current.refusal = error;
    }
}

void request_handler::check_headers(exchange& current, const httplib::Request& request) const {
    if (!current.matched.found) {
        if (current.matched.allow.empty()) throw problem(404, "not_found", "there is nothing at this path");
        problem error(405, "method_not_allowed", "this path does not answer " + request.method);
        error.allow = current.matched.allow;
        throw error;
    }
    if (current.body_framing == framing::broken)
        throw problem(400, "malformed_request", "the headers do not say clearly where the body ends");
    if (request.has_header("Content-Encoding"))
        throw problem(415, "unsupported_content_encoding", "compressed bodies are not accepted");
    const route& row = *current.matched.found;
    check_content_type(row, current.content_type);
    if (!row.anonymous) bearer_token(request);
    if (!takes_upload(row)) return;
    current.body_limit = settings_.max_upload_size;
    if (lower(current.content_type).starts_with("multipart/")) current.body_limit += multipart_framing;
}

void request_handler::handle(exchange& current, const httplib::Request& request, httplib::Response& response,
                             const body_reader& read_body) {
    try {
        if (current.refusal) throw problem(*current.refusal);
        run_route(current, request, response, read_body);
    } catch (const problem& error) {
        answer_problem(current, response, error);
    } catch (const std::exception& error) {
        problem unexpected(500, "internal_error", "the request failed");
        unexpected.logged = error.what();
        answer_problem(current, response, unexpected);
    }
}

void request_handler::run_route(exchange& current, const httplib::Request& request, httplib::Response& response,
                                const body_reader& read_body) {
    const route& row = *current.matched.found;
    std::string body;
    if (current.body_left) read_body(current, body);
    if (row.shape == answer::health || row.shape == answer::users_health) return answer_health(current, response);
    if (row.shape == answer::ready) return answer_ready(current, response);

    const path_parameters& path = current.matched.parameters;
    const std::string token = row.anonymous ? "" : bearer_token(request);
    const auto organization = path.find("org");
    sql_call call{.sql = row.sql,
                  .arguments = collect(row, {path, request.params, current.content_type, body}, settings_),
                  .token = token,
                  .organization = organization == path.end() ? std::string_view() : organization->second,
                  .read_only = row.method == "GET",
                  .statement_timeout = settings_.statement_timeout};
    const std::optional<std::string> value = run(connections_, call);

    response.status = value ? row.status : 204;
    if (response.status == 204) return;
    if (row.shape == answer::created)
        response.set_header("Location", current.path + "/" + json::parse(*value).at("id").get<std::string>());
    if (!row.file_name.empty())
        response.set_header("Content-Disposition", "attachment; filename=\"" + attachment_name(row, path) + "\"");
    response.set_content(*value, std::string(row.content_type));
}

void request_handler::answer_health(exchange& current, httplib::Response& response) {
    const health_report report = health_.ask(current.matched.found->sql);
    const bool of_users = current.matched.found->shape == answer::users_health;
    current.failure = report.failure;
    response.status = report.status;
    response.set_content(of_users ? health::users_summary(report) : health_.summary(report), "application/json");
}

void request_handler::answer_ready(exchange& current, httplib::Response& response) {
    bool ready = false;
    try {
        ready = run(connections_, {.sql = current.matched.found->sql,
                                   .read_only = true,
                                   .statement_timeout = settings_.statement_timeout})
                    .has_value();
    } catch (const problem& error) {
        current.failure = error; // to the client this is no more than "starting"
    }
    response.status = ready ? 200 : 503;
    response.set_content(ready ? R"({"status":"ready"})" : R"({"status":"starting"})", "application/json");
}

void request_handler::answer_problem(exchange& current, httplib::Response& response, const problem& error) const {
    current.failure = error;
    response.status = error.status;
    if (error.status == 401) response.set_header("WWW-Authenticate", "Bearer");
    if (!error.allow.empty()) response.set_header("Allow", error.allow);
    if (error.retry_after) response.set_header("Retry-After", std::to_string(error.retry_after));
    response.body.clear();
    response.headers.erase("Content-Type");
    response.set_content(problem_document(error, current.id), "application/problem+json");
}

void request_handler::finish(exchange& current, httplib::Response& response) const {
    current.status = response.status;
    static constexpr std::array<std::pair<const char*, const char*>, 6> always{{
        {"X-Frame-Options", "SAMEORIGIN"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-XSS-Protection", "1; mode=block"},
        {"Referrer-Policy", "no-referrer-when-downgrade"},
        {"Content-Security-Policy",
         "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"},
        {"Cache-Control", "no-store"}, // answers depend on the token, and states change
    }};
    for (const auto& [name, value] : always)
        response.set_header(name, value);
    response.set_header("X-Request-Id", current.id);
    if (response.status == 204) response.headers.erase("Content-Length"); // RFC 9110 section 8.6
    if (!current.body_left) return;
    response.headers.erase("Keep-Alive");
    response.headers.erase("Connection");
    response.set_header("Connection", "close");
}

} // namespace rowhouse
