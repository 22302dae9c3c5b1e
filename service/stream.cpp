#include "stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rowhouse {
namespace {

constexpr std::size_t largest_pending = 65536;
constexpr std::size_t linger_bytes = 64 << 20;
constexpr std::chrono::seconds linger_time{2};

} // namespace

void client_stream::begin_request() {
    allowance_ = settings_.max_header_size;
    exceeded_ = false;
    deadline_ = std::chrono::steady_clock::now() + settings_.request_timeout;
}

void client_stream::allow(std::size_t bytes) {
    allowance_ = bytes;
    exceeded_ = false;
}

bool client_stream::wait_readable(std::chrono::milliseconds limit) const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    pollfd watched{socket_, POLLIN, 0};
    const auto timeout = std::max(std::chrono::milliseconds(0), std::min(limit, left));
    int ready = 0;
    do
        ready = ::poll(&watched, 1, static_cast<int>(timeout.count()));
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

ssize_t client_stream::read(char* into, size_t size) {
    if (allowance_ == 0) {
        exceeded_ = true;
        return -1;
    }
    if (begin_ == end_) {
        // What the client waits for ("100 Continue") must be out before we wait for the client.
        if (!flush() || !wait_readable(settings_.read_timeout)) return -1;
        const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
        if (got <= 0) return got;
        begin_ = 0;
        end_ = static_cast<std::size_t>(got);
    }
    const std::size_t taken = std::min({size, end_ - begin_, allowance_});
    std::memcpy(into, buffer_.data() + begin_, taken);
    begin_ += taken;
    allowance_ -= taken;
    return static_cast<ssize_t>(taken);
}

ssize_t client_stream::write(const char* data, size_t size) {
    pending_.append(data, size);
    if (pending_.size() > largest_pending && !flush()) return -1;
    return static_cast<ssize_t>(size);
}

bool client_stream::flush() {
    const bool sent = send_all(pending_.data(), pending_.size());
    pending_.clear();
    return sent;
}

// SO_SNDTIMEO, set by the library from our write timeout, bounds each step.
bool client_stream::send_all(const char* data, std::size_t size) const {
    while (size > 0) {
        const ssize_t sent = ::send(socket_, data, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

void client_stream::linger() {
    ::shutdown(socket_, SHUT_WR);
    deadline_ = std::chrono::steady_clock::now() + linger_time;
    for (std::size_t total = 0; total < linger_bytes && wait_readable(linger_time);) {
        const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
        if (got <= 0) return;
        total += static_cast<std::size_t>(got);
    }
}

// The service neither uses nor logs addresses: behind a proxy they are the proxy's.
void client_stream::get_remote_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
}

void client_stream::get_local_ip_and_port(std::string& ip, int& port) const {
    get_remote_ip_and_port(ip, port);
}

} // namespace rowhouse
