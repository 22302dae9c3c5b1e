// One request from its headers to its answer: match the route, check what the headers alone can tell, take the
// parameters, run the transaction, shape the answer.
#pragma once

#include "config.hpp"
#include "errors.hpp"
#include "health.hpp"
#include "pool.hpp"
#include "routes.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace rowhouse {

// How the end of a body is marked. `broken` stands for anything a proxy in front could read differently than we do.
enum class framing { none, length, chunked, broken };

// State of one request, filled from top to bottom as it goes through the stages.
struct exchange {
    std::string id;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
    std::string path{}; // as sent, neither decoded nor with its query
    std::string content_type{};
    framing body_framing = framing::none;
    std::size_t body_limit = 0;
    bool body_left = false; // part of the body is unread: the connection cannot be used again
    match matched{};
    std::optional<problem> refusal{}; // found from the headers
    std::optional<problem> failure{}; // what was answered, for the log
    std::string method{};
    int status = 0; // 0 until something was answered
};

// Reads the whole body into the string, or throws problem.
using body_reader = std::function<void(exchange&, std::string&)>;

class request_handler {
public:
    request_handler(const config& settings, pool& connections);

    // The headers are there, the body is not: everything that can be refused now is refused before the client sends it.
    void admit(exchange& current, const httplib::Request& request) const;

    // Always leaves a complete answer; nothing is thrown.
    void handle(exchange& current, const httplib::Request& request, httplib::Response& response,
                const body_reader& read_body);

    void answer_problem(exchange& current, httplib::Response& response, const problem& error) const;

    // What every answer carries, also those the HTTP library makes up itself.
    void finish(exchange& current, httplib::Response& response) const;

private:
    void check_headers(exchange& current, const httplib::Request& request) const;
    void run_route(exchange& current, const httplib::Request& request, httplib::Response& response,
                   const body_reader& read_body);
    void answer_health(exchange& current, httplib::Response& response);
    void answer_ready(exchange& current, httplib::Response& response);

    const config& settings_;
    pool& connections_;
    health health_;
};

// The client's own X-Request-Id when it is harmless, else a random one.
std::string choose_request_id(const std::string& offered);

} // namespace rowhouse
