// A client's socket as the HTTP library wants to see it, with a byte allowance and a deadline for each request.
#pragma once

#include "config.hpp"

#include <httplib.h>

#include <array>
#include <chrono>
#include <string>

namespace rowhouse {

class client_stream : public httplib::Stream {
public:
    client_stream(socket_t socket, const config& settings) : socket_(socket), settings_(settings) {}

    // A new request: it may take this many bytes until allow() is called again, and this long in all.
    void begin_request();
    // From here on the request may read `bytes` more.
    void allow(std::size_t bytes);
    bool allowance_exceeded() const { return exceeded_; }
    // Bytes the client sent ahead are waiting here, so the socket need not become readable again.
    bool has_buffered() const { return begin_ < end_; }
    bool flush();
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
    bool wait_readable(std::chrono::milliseconds limit) const;
    bool send_all(const char* data, std::size_t size) const;

    socket_t socket_;
    const config& settings_;
    std::array<char, 16384> buffer_{};
    std::size_t begin_ = 0, end_ = 0;
    std::string pending_{}; // headers and body leave in one system call
    std::size_t allowance_ = 0;
    bool exceeded_ = false;
    std::chrono::steady_clock::time_point deadline_{};
};

} // namespace rowhouse
