// A client's socket as the HTTP library wants to see it, with a byte allowance and a deadline for each request.
#pragma once

#include "config.hpp"
#include "request_head.hpp"
#include "tls.hpp"

#include <httplib.h>
#include <openssl/err.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>

namespace rowhouse {

class client_stream : public httplib::Stream {
public:
    // `crowded`: whether others wait for a place. The socket stays its owner's; it becomes non-blocking.
    client_stream(socket_t socket, tls_session session, const std::atomic<int>& crowded);
    ~client_stream() override;
    client_stream(const client_stream&) = delete;

    // A new request: it may take max_header_size bytes until allow() is called again, and request_timeout in all.
    void begin_request(const config& settings);
    // What was read of the request until then.
    const request_head& head() const { return head_; }
    // From here on the request may read `bytes` more, of its body.
    void allow(std::size_t bytes);
    bool allowance_exceeded() const { return exceeded_; }
    // Bytes the client sent ahead are waiting here, so the socket need not become readable again.
    bool has_buffered() const { return begin_ < end_ || (session_ && SSL_pending(session_.get()) > 0); }
    bool flush();
    // The address of the client, or of the proxy.
    std::string peer() const;
    // Closing with unread bytes makes the kernel reset the connection, and the client may lose our answer. So: say
    // that nothing more comes, then take what it still sends, within bounds.
    void linger();

    bool is_readable() const override { return true; }
    bool is_writable() const override { return true; }
    ssize_t read(char* into, size_t size) override;
    ssize_t write(const char* data, size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    // The library compares this with FD_SETSIZE for its select() calls, which are not used here.
    socket_t socket() const override { return 0; }

private:
    enum class step { done, wants_to_read, wants_to_write, failed };

    // What can be had without waiting.
    step try_receive(char* into, std::size_t size, std::size_t& got);
    step try_send(const char* data, std::size_t size, std::size_t& sent);
    step what_tls_wants(int returned) const;
    bool wait_for(step wanted, std::chrono::milliseconds limit) const;
    ssize_t receive();
    bool send_all(const char* data, std::size_t size);

    socket_t socket_;
    tls_session session_;
    const std::atomic<int>& crowded_;
    std::array<char, 16384> buffer_{};
    std::size_t begin_ = 0, end_ = 0;
    request_head head_{};
    bool in_head_ = false;
    std::string pending_{}; // headers and body leave in one system call
    std::size_t allowance_ = 0;
    bool exceeded_ = false;
    std::chrono::milliseconds read_timeout_{}, write_timeout_{};
    std::chrono::steady_clock::time_point started_{}, deadline_{};
};

} // namespace rowhouse
