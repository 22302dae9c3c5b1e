// The HTTP library with its gaps closed. Version 0.11.4 bounds neither the length of a header line nor the number of
// headers, nor bodies sent in chunks; it leaves unread bodies in the connection, where they would be read as the next
// request; and it looks at idle clients with select(). So connections are served here: the library parses and writes,
// through a stream that counts bytes and watches a deadline.
#pragma once

#include "connection_threads.hpp"
#include "request.hpp"
#include "tls.hpp"

#include <atomic>

namespace rowhouse {

class http_server : public httplib::Server {
public:
    http_server(const live_config& live, request_handler& handler, const tls& encryption);
    ~http_server() override;

    // The port that is listened on, or -1.
    int open();
    // Serves until shut_down() and until the last running request is answered. False: it ended on its own.
    bool serve();
    // Safe at any time and from any thread.
    void shut_down();

private:
    bool accept_all(connection_threads& threads);
    bool process_and_close_socket(socket_t socket) override;
    void serve_connection(socket_t socket);
    void answer_unread(exchange& current) const;
    bool wait_for_request(socket_t socket, bool first, const config& settings) const;
    void register_handlers();

    const live_config& live_;
    const config_snapshot start_; // what counts for as long as it runs
    request_handler& handler_;
    const tls& tls_;
    int bell_ = -1; // wakes serve()
    std::atomic<bool> stopping_ = false;
    std::atomic<int> waiting_ = 0; // accepted connections that have no thread, and others are in the way
};

} // namespace rowhouse
