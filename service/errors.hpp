// What can go wrong with a request, and how it is told: SQLSTATE to HTTP in one table, RFC 9457 problem documents.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace rowhouse {

// An answer that is not a success. Thrown by any stage of a request and turned into a document in one place.
// `detail` and `hint` go to the client, so they hold nothing but the service's own words or PostgreSQL's primary
// message and hint; DETAIL, CONTEXT and SQL text are never copied into it.
struct problem : std::exception {
    problem(int http_status, std::string_view problem_code, std::string_view problem_detail)
        : status(http_status), code(problem_code), detail(problem_detail) {}
    const char* what() const noexcept override { return detail.c_str(); }

    int status;
    std::string code; // SQLSTATE, or a word of the service
    std::string detail;
    std::string hint{};
    std::string allow{};  // for 405
    int retry_after = 0;  // seconds, 0: no such header
    std::string logged{}; // the real message where `detail` is generic; for the log alone
};

problem from_sqlstate(std::string_view sqlstate, std::string_view message, std::string_view hint,
                      std::string_view detail = {});

// The database cannot be reached or went away. `reason` (libpq's words, naming hosts and users) is only logged.
problem database_unavailable(std::string_view reason);

// The body of an application/problem+json answer.
std::string problem_document(const problem& error, std::string_view request_id);

} // namespace rowhouse
