// One request from its headers to its answer: match the route, check what the headers alone can tell, take the
// parameters, run the transaction, shape the answer.
#pragma once

#include "events.hpp"
#include "exchange.hpp"
#include "health.hpp"
#include "metrics.hpp"
#include "pool.hpp"
#include "throttle.hpp"
#include "transaction.hpp"

#include <httplib.h>

#include <functional>
#include <string>

namespace rowhouse {

// Reads the whole body into the string, or throws problem.
using body_reader = std::function<void(exchange&, std::string&)>;

class request_handler {
public:
    request_handler(pool& connections, import_events& events);

    // The headers are there, the body is not: everything that can be refused now is refused before the client sends it.
    void admit(exchange& current, const request_head& head, const httplib::Request& request) const;

    // Always leaves a complete answer; nothing is thrown.
    void handle(exchange& current, const httplib::Request& request, httplib::Response& response,
                const body_reader& read_body);

    void answer_problem(exchange& current, httplib::Response& response, const problem& error) const;

    // What every answer carries, also those the HTTP library makes up itself.
    void finish(exchange& current, httplib::Response& response) const;

    // It has left, or the client has.
    void count(const exchange& current);
    // Of clients.
    std::atomic<std::size_t> connections = 0;

private:
    void check_headers(exchange& current, const httplib::Request& request) const;
    void run_route(exchange& current, const httplib::Request& request, httplib::Response& response,
                   const body_reader& read_body);
    std::optional<std::string> run_throttled(const exchange& current, const sql_call& call);
    void answer_value(exchange& current, httplib::Response& response, std::optional<std::string> value) const;
    void answer_health(exchange& current, httplib::Response& response);
    void answer_ready(exchange& current, httplib::Response& response);
    void answer_metrics(exchange& current, httplib::Response& response);

    pool& pool_;
    import_events& events_;
    health health_;
    login_throttle throttle_{};
    request_metrics metrics_{};
};

} // namespace rowhouse
