#include "request.hpp"

#include "cross_origin.hpp"
#include "event_stream.hpp"
#include "multipart.hpp"
#include "openapi.hpp"
#include "parameters.hpp"
#include "request_headers.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;

// A file takes longer than a row.
constexpr int longer_for_files = 4;

// "{name}" for each field that is there.
std::string fill(std::string_view pattern, const json& fields) {
    std::string text(pattern);
    for (const auto& [name, value] : fields.items())
        if (const auto at = text.find("{" + name + "}"); at != text.npos)
            text.replace(at, name.size() + 2,
                         httplib::detail::encode_query_param(value.is_string() ? value.get<std::string>() : ""));
    return text;
}

// A proxy that nobody has said to trust passes on the requests of anybody, under an address that may see them.
bool may_see_metrics(const exchange& current, const httplib::Request& request) {
    const config& settings = *current.settings;
    if (was_forwarded(request) && !contains(settings.trusted_proxies, current.peer)) return false;
    return contains(settings.metrics_networks, current.client);
}

bool is_login(const sql_call& call) {
    return call.arguments.size() == 2;
}

} // namespace

request_handler::request_handler(pool& connections_of_database, import_events& events)
    : pool_(connections_of_database), events_(events), health_(connections_of_database) {}

void request_handler::admit(exchange& current, const request_head& head, const httplib::Request& request) const {
    const config& settings = *current.settings;
    current.id = choose_request_id(request.get_header_value("X-Request-Id"));
    current.method = request.method;
    const std::string_view target = head.target();
    current.path = target.substr(0, target.find('?'));
    current.query = parse_query(target);
    current.content_type = request.get_header_value("Content-Type");
    current.client = client_address(current.peer, header_list(request, "X-Forwarded-For"), settings.trusted_proxies);
    current.allowed_origin = allowed_origin(request, settings);
    std::size_t length = 0;
    current.body_framing = head.body_framing(length);
    current.body_left = current.body_framing != framing::none;
    current.matched = find_route(request.method, current.path, request.get_header_value("Accept"), settings);
    current.body_limit = settings.max_body_size;
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
    if (is_preflight(current, request)) return;
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
    if (row.shape == answer::metrics && !may_see_metrics(current, request))
        throw problem(404, "not_found", "there is nothing at this path");
    check_content_type(row, current.content_type);
    // Nobody is told so before the body is sent; who a token stands for is the database's business.
    if (!row.anonymous && bearer_token(request).empty()) {
        problem nobody(401, "28000", "not logged in");
        nobody.hint = "Send the token that logging in gives as Authorization: Bearer.";
        throw nobody;
    }
    if (!takes_upload(row)) return;
    current.body_limit = current.settings->max_upload_size;
    if (lower(current.content_type).starts_with("multipart/")) current.body_limit += multipart_framing;
}

void request_handler::handle(exchange& current, const httplib::Request& request, httplib::Response& response,
                             const body_reader& read_body) {
    try {
        if (current.refusal) throw problem(*current.refusal);
        if (is_preflight(current, request)) return answer_preflight(current, response);
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
    const config& settings = *current.settings;
    std::string body;
    if (current.body_left) read_body(current, body);
    switch (row.shape) {
    case answer::health:
    case answer::users_health:
        return answer_health(current, response);
    case answer::ready:
        return answer_ready(current, response);
    case answer::metrics:
        return answer_metrics(current, response);
    case answer::openapi:
        return response.set_content(openapi_document(settings), "application/json");
    case answer::value:
    case answer::events:
        break;
    }
    const path_parameters& path = current.matched.parameters;
    const std::string token = row.anonymous ? "" : bearer_token(request);
    const auto named = path.find("org");
    const std::string organization = named == path.end() ? request.get_header_value("X-Organization") : named->second;
    const int times = takes_upload(row) ? longer_for_files : 1;
    sql_call call{.sql = row.sql,
                  .arguments = collect(row, {path, current.query, current.content_type, body}, settings),
                  .token = token,
                  .organization = organization,
                  .read_only = row.method == "GET" && !row.writes,
                  .statement_timeout = settings.statement_timeout * times,
                  .client = current.socket};
    if (row.shape == answer::events)
        return answer_events(current, response, pool_, events_, std::move(call), path.find("batch")->second);
    answer_value(current, response, row.throttled ? run_throttled(current, call) : run(pool_, call));
}

// Making an account is counted for the address, however it ends.
std::optional<std::string> request_handler::run_throttled(const exchange& current, const sql_call& call) {
    const config& settings = *current.settings;
    const std::string account = is_login(call) ? call.arguments.front().text.value_or("") : "";
    login_throttle::attempt attempt = throttle_.admit(account, current.client, settings);
    try {
        std::optional<std::string> value = run(pool_, call);
        if (is_login(call))
            attempt.succeeded();
        else
            attempt.failed(settings);
        return value;
    } catch (const problem& error) {
        if (error.status < 500) attempt.failed(settings);
        throw;
    }
}

void request_handler::answer_value(exchange& current, httplib::Response& response,
                                   std::optional<std::string> value) const {
    const route& row = *current.matched.found;
    response.status = value && !value->empty() ? row.status : 204;
    if (response.status == 204) return;
    if (!row.location.empty())
        response.set_header("Location", fill(fill(row.location, current.matched.parameters), json::parse(*value)));
    if (!row.file_name.empty())
        response.set_header("Content-Disposition",
                            "attachment; filename=\"" + fill(row.file_name, current.matched.parameters) + "\"");
    response.body = *std::move(value); // set_content() would copy it
    response.set_header("Content-Type", std::string(row.content_type));
}

void request_handler::answer_health(exchange& current, httplib::Response& response) {
    const health_report report = health_.ask(current.matched.found->sql, *current.settings);
    const bool of_users = current.matched.found->shape == answer::users_health;
    current.failure = report.failure;
    response.status = report.status;
    response.set_content(of_users ? health::users_summary(report) : health_.summary(report), "application/json");
}

void request_handler::answer_ready(exchange& current, httplib::Response& response) {
    bool ready = false;
    try {
        ready = run(pool_, {.sql = current.matched.found->sql,
                            .read_only = true,
                            .statement_timeout = current.settings->statement_timeout})
                    .has_value();
    } catch (const problem& error) {
        current.failure = error; // to the client this is no more than "starting"
    }
    response.status = ready ? 200 : 503;
    response.set_content(ready ? R"({"status":"ready"})" : R"({"status":"starting"})", "application/json");
}

// The service's own figures are there whatever the database does.
void request_handler::answer_metrics(exchange& current, httplib::Response& response) {
    std::optional<std::string> samples;
    try {
        samples = run(pool_, {.sql = current.matched.found->sql,
                              .read_only = true,
                              .statement_timeout = current.settings->statement_timeout});
    } catch (const problem& error) {
        current.failure = error;
    }
    const service_gauges gauges{pool_.count(), connections, events_.watches(), throttle_.refused()};
    response.set_content(metrics_text(metrics_, gauges, samples), std::string(current.matched.found->content_type));
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
    if (!current.settings->tls_certificate.empty())
        response.set_header("Strict-Transport-Security", "max-age=31536000");
    add_origin_headers(current, response);
    if (response.status == 204) response.headers.erase("Content-Length"); // RFC 9110 section 8.6
    if (!current.body_left) return;
    response.headers.erase("Keep-Alive");
    response.headers.erase("Connection");
    response.set_header("Connection", "close");
}

void request_handler::count(const exchange& current) {
    const auto took = std::chrono::steady_clock::now() - current.started;
    metrics_.answered(current.matched.found, current.status,
                      std::chrono::duration_cast<std::chrono::microseconds>(took));
}

} // namespace rowhouse
