#include "errors.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>

namespace rowhouse {
namespace {

struct sqlstate_row {
    std::string_view prefix; // five characters name one state, two a whole class
    int status;
    int retry_after = 0;
};

// The first match counts. docs/service.md shows the same table.
constexpr std::array sqlstates{
    sqlstate_row{"28000", 401},     // invalid_authorization_specification: no, bad or expired token
    sqlstate_row{"28P01", 401},     // invalid_password
    sqlstate_row{"42501", 403},     // insufficient_privilege
    sqlstate_row{"P0002", 404},     // no_data_found: not there, or not yours
    sqlstate_row{"23505", 409},     // unique_violation
    sqlstate_row{"22", 422},        // data_exception
    sqlstate_row{"23", 422},        // integrity_constraint_violation
    sqlstate_row{"44000", 422},     // with_check_option_violation
    sqlstate_row{"P0001", 422},     // raise_exception: what a trigger of the table's owner says about a row
    sqlstate_row{"54001", 413},     // statement_too_complex
    sqlstate_row{"54000", 413},     // program_limit_exceeded
    sqlstate_row{"53400", 429, 60}, // configuration_limit_exceeded: limits and quotas
    sqlstate_row{"55000", 409},     // object_not_in_prerequisite_state: a batch that was started or undone before
    sqlstate_row{"25006", 503, 5},  // read_only_sql_transaction: a standby, until it takes over
    sqlstate_row{"40001", 503, 1},  // serialization_failure
    sqlstate_row{"40P01", 503, 1},  // deadlock_detected
    sqlstate_row{"55P03", 503, 1},  // lock_not_available
    sqlstate_row{"53300", 503, 5},  // too_many_connections
    sqlstate_row{"57P01", 503, 5},  // admin_shutdown
    sqlstate_row{"57P02", 503, 5},  // crash_shutdown
    sqlstate_row{"57P03", 503, 5},  // cannot_connect_now
    sqlstate_row{"57014", 504},     // query_canceled: the statement timeout
    sqlstate_row{"0A000", 501},     // feature_not_supported
};

struct title_row {
    int status;
    std::string_view title;
};

constexpr std::array titles{
    title_row{400, "Bad Request"},
    title_row{401, "Unauthorized"},
    title_row{403, "Forbidden"},
    title_row{404, "Not Found"},
    title_row{405, "Method Not Allowed"},
    title_row{408, "Request Timeout"},
    title_row{409, "Conflict"},
    title_row{413, "Content Too Large"},
    title_row{414, "URI Too Long"},
    title_row{415, "Unsupported Media Type"},
    title_row{422, "Unprocessable Content"},
    title_row{431, "Request Header Fields Too Large"},
    title_row{429, "Too Many Requests"},
    title_row{499, "Client Closed Request"},
    title_row{501, "Not Implemented"},
    title_row{503, "Service Unavailable"},
    title_row{504, "Gateway Timeout"},
};

std::string_view title_of(int status) {
    for (const title_row& row : titles)
        if (row.status == status) return row.title;
    return "Internal Server Error";
}

// Of DETAIL, which never leaves the house, the one thing that a client is told: how long to wait.
int retry_after_of(std::string_view detail) {
    constexpr std::string_view key = "retry_after=";
    int seconds = 0;
    if (detail.starts_with(key)) std::from_chars(detail.data() + key.size(), detail.data() + detail.size(), seconds);
    return seconds;
}

} // namespace

problem from_sqlstate(std::string_view sqlstate, std::string_view message, std::string_view hint,
                      std::string_view detail) {
    for (const sqlstate_row& row : sqlstates) {
        if (!sqlstate.starts_with(row.prefix)) continue;
        problem result(row.status, sqlstate, message);
        result.hint = hint;
        result.retry_after = row.retry_after;
        if (const int seconds = retry_after_of(detail); row.status == 429 && seconds > 0) result.retry_after = seconds;
        return result;
    }
    problem result(500, sqlstate, "the request failed inside the database");
    result.logged = message;
    return result;
}

problem database_unavailable(std::string_view reason) {
    problem result(503, "database_unavailable", "the database cannot be reached");
    result.retry_after = 5;
    result.logged = reason;
    return result;
}

std::string problem_document(const problem& error, std::string_view request_id) {
    nlohmann::ordered_json document{{"type", "about:blank"},
                                    {"title", title_of(error.status)},
                                    {"status", error.status},
                                    {"detail", error.detail},
                                    {"code", error.code}};
    if (!error.hint.empty()) document["hint"] = error.hint;
    document["instance"] = "/requests/" + std::string(request_id);
    // Details may quote what the client sent, which need not be UTF-8.
    return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace rowhouse
