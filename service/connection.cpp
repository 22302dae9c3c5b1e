#include "connection.hpp"

#include "chunked.hpp"
#include "log.hpp"
#include "request_headers.hpp"
#include "stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <thread>

namespace rowhouse {
namespace {

constexpr std::chrono::milliseconds idle_step{500};   // how often an idle connection looks whether it is in the way
constexpr std::chrono::milliseconds accept_pause{10}; // after a connection that could not be taken
constexpr int backlog = 1024;                         // the library says 5, which drops bursts of new clients

// The library calls handlers with its own request alone. What belongs to it is found through the thread serving it.
struct serving {
    exchange& current;
    client_stream& stream;
};
thread_local serving* active = nullptr;

void read_body(const httplib::ContentReader& reader, exchange& current, std::string& body) {
    // Chunk sizes and line breaks come on top of the body; the bytes of the body are counted below.
    active->stream.allow(current.body_framing == framing::chunked ? 2 * current.body_limit + 65536
                                                                  : current.body_limit);
    bool too_large = false, complete = false;
    if (current.body_framing == framing::chunked) {
        const chunks found = read_chunks(active->stream, current.body_limit, body);
        too_large = found == chunks::too_large;
        complete = found == chunks::complete;
    } else {
        complete = reader([&](const char* data, size_t size) {
            too_large = size > current.body_limit - body.size();
            if (!too_large) body.append(data, size);
            return !too_large;
        });
    }
    if (too_large || active->stream.allowance_exceeded())
        throw problem(413, "payload_too_large",
                      "the body is larger than " + std::to_string(current.body_limit) + " bytes");
    if (!complete) throw problem(400, "incomplete_body", "the body ended too early or took too long");
    current.body_left = false;
}

problem library_problem(int status) {
    if (active->stream.allowance_exceeded())
        return {431, "headers_too_large", "the request line and headers are too large"};
    if (status == 414) return {414, "uri_too_long", "the request target is too long"};
    return {400, "malformed_request", "this is not a valid HTTP request"};
}

void log_request(const exchange& current) {
    const route* const row = current.matched.found;
    log_level level = log_level::info;
    if (row && is_monitoring(*row)) level = log_level::debug;
    if (current.status >= 500) level = current.status == 503 ? log_level::warning : log_level::error;
    log_fields fields{.request_id = current.id, .method = current.method, .status = current.status};
    if (row) fields.route = row->path;
    fields.client = current.client;
    if (current.failure) {
        fields.code = current.failure->code;
        fields.message = current.failure->logged;
    }
    const auto elapsed = std::chrono::steady_clock::now() - current.started;
    fields.duration = std::chrono::duration_cast<std::chrono::microseconds>(elapsed);
    log(level, event::request, fields);
}

} // namespace

http_server::http_server(const live_config& live, request_handler& handler, const tls& encryption)
    : live_(live), start_(live.current()), handler_(handler), tls_(encryption) {
    const config& settings = *start_;
    set_keep_alive_max_count(settings.keep_alive_count);
    set_keep_alive_timeout(settings.keep_alive_timeout.count());
    set_read_timeout(settings.read_timeout.count());
    set_write_timeout(settings.write_timeout.count());
    // A route's own limit is checked before and while reading, and it can change.
    set_payload_max_length(std::numeric_limits<std::size_t>::max());
    set_tcp_nodelay(true);
    // The library's SO_REUSEPORT would let a second service share the port without a word.
    set_socket_options([](socket_t socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    register_handlers();
}

http_server::~http_server() {
    if (bell_ >= 0) ::close(bell_);
}

void http_server::register_handlers() {
    // Matching is ours, see routes.cpp: serve_connection() gives every request the path "/".
    const Handler without_body = [this](const httplib::Request& request, httplib::Response& response) {
        handler_.handle(active->current, request, response, [](exchange&, std::string&) {});
    };
    const HandlerWithContentReader with_body = [this](const httplib::Request& request, httplib::Response& response,
                                                      const httplib::ContentReader& reader) {
        handler_.handle(active->current, request, response,
                        [&reader](exchange& current, std::string& body) { read_body(reader, current, body); });
    };
    Get("/", without_body).Options("/", without_body);
    Post("/", with_body).Put("/", with_body).Patch("/", with_body).Delete("/", with_body);
    // A client that asks first learns of a refusal without sending the body; the error handler writes the document.
    set_expect_100_continue_handler([](const httplib::Request&, httplib::Response& response) {
        const std::optional<problem>& refusal = active->current.refusal;
        response.status = refusal ? refusal->status : -1;
        return refusal ? refusal->status : 100;
    });
    set_error_handler(HandlerWithResponse([this](const httplib::Request&, httplib::Response& response) {
        if (!response.body.empty()) return HandlerResponse::Unhandled; // already complete
        exchange& current = active->current;
        if (current.id.empty()) { // the headers could not be read, so where the body ends is unknown
            current.id = choose_request_id("");
            current.body_left = true;
        }
        const problem error = current.refusal ? *current.refusal : library_problem(response.status);
        handler_.answer_problem(current, response, error);
        return HandlerResponse::Handled;
    }));
    set_exception_handler([this](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
        handler_.answer_problem(active->current, response, problem(500, "internal_error", "the request failed"));
    });
    set_post_routing_handler(
        [this](const httplib::Request&, httplib::Response& response) { handler_.finish(active->current, response); });
}

int http_server::open() {
    int port = start_->listen_port;
    if (port == 0)
        port = bind_to_any_port(start_->listen_host);
    else if (!bind_to_port(start_->listen_host, port))
        port = -1;
    bell_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bell_ < 0) return -1;
    if (port > 0) {
        ::listen(svr_sock_, backlog);
        ::fcntl(svr_sock_, F_SETFL, ::fcntl(svr_sock_, F_GETFL) | O_NONBLOCK);
    }
    return port;
}

// Takes those who wait at the door, which may be all of the backlog. False: nobody listens any more.
bool http_server::accept_all(connection_threads& threads) {
    for (int i = 0; i < backlog; ++i) {
        const socket_t client = ::accept4(svr_sock_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0)
            threads.enqueue([this, client] { process_and_close_socket(client); });
        else if (errno == EINVAL || errno == EBADF || errno == ENOTSOCK)
            return false;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return true;
        else // no files, no memory, a client that has gone: the others are still there
            std::this_thread::sleep_for(accept_pause);
    }
    return true;
}

// Not listen_after_bind(), which ends for good when the system is out of files for a moment, and which leaves those in
// the cold that stand at the door when it is told to end.
bool http_server::serve() {
    connection_threads threads(start_->max_connections, waiting_);
    std::array<pollfd, 2> watched{pollfd{svr_sock_, POLLIN, 0}, pollfd{bell_, POLLIN, 0}};
    while (true) {
        const bool ending = stopping_;
        if (!accept_all(threads) || ending) break;
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) break;
    }
    ::close(svr_sock_);
    threads.shutdown();
    return stopping_;
}

void http_server::shut_down() {
    stopping_ = true;
    constexpr std::uint64_t once = 1;
    if (::write(bell_, &once, sizeof once) < 0) {
    } // only when it rings already
}

bool http_server::process_and_close_socket(socket_t socket) {
    ++handler_.connections;
    try {
        serve_connection(socket);
    } catch (const std::exception&) { // no memory for it: then it is closed
    }
    --handler_.connections;
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return true;
}

// An idle connection gives way when others wait for its thread or the service stops; clients expect that of
// keep-alive. A fresh one gets the time of a request to speak, or less when others wait.
bool http_server::wait_for_request(socket_t socket, bool first, const config& settings) const {
    const auto begun = std::chrono::steady_clock::now();
    const auto deadline = begun + (first ? settings.read_timeout : settings.keep_alive_timeout);
    while (true) {
        pollfd watched{socket, POLLIN, 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(idle_step.count()));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
        const auto now = std::chrono::steady_clock::now();
        const bool in_the_way = waiting_ > 0 && (!first || now > begun + 2 * idle_step);
        if (stopping_ || in_the_way || now >= deadline) return false;
    }
}

// The library says nothing about a request line that has no end.
void http_server::answer_unread(exchange& current) const {
    httplib::Response response;
    current.id = choose_request_id("");
    current.body_left = true;
    handler_.answer_problem(current, response, library_problem(431));
    handler_.finish(current, response);
    response.set_header("Content-Length", std::to_string(response.body.size()));
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + " Request Header Fields Too Large\r\n";
    for (const auto& [name, value] : response.headers)
        text += name + ": " + value + "\r\n";
    text += "\r\n" + response.body;
    active->stream.write(text.data(), text.size());
}

void http_server::serve_connection(socket_t socket) {
    client_stream stream(socket, tls_.accept(socket), waiting_);
    const std::string peer = stream.peer();
    for (std::size_t served = 0;; ++served) {
        const config_snapshot settings = live_.current();
        if (!stream.has_buffered() && !wait_for_request(socket, served == 0, *settings)) return;
        exchange current{.settings = settings, .socket = socket, .peer = peer, .flush = [&] { return stream.flush(); }};
        serving here{current, stream};
        active = &here;
        stream.begin_request(*settings);
        bool closing = false;
        const bool last = stopping_ || served + 1 >= settings->keep_alive_count;
        const bool answered = process_request(stream, last, closing, [&](httplib::Request& request) {
            stream.allow(0); // no body is read before a handler asks for it
            handler_.admit(current, stream.head(), request);
            request.path = "/";
            // Compressed answers are the business of a proxy. With the type hidden, the library
            // hands out multipart bodies as they are.
            request.headers.erase("Accept-Encoding");
            request.headers.erase("Content-Type");
        });
        if (current.status == 0 && stream.allowance_exceeded()) answer_unread(current);
        active = nullptr;
        const bool sent = stream.flush();
        if (current.status) {
            handler_.count(current);
            log_request(current);
        }
        if (current.body_left && sent) return stream.linger();
        if (!answered || !sent || closing || last) return;
    }
}

} // namespace rowhouse
