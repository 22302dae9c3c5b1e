#include "stream.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rowhouse {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t largest_pending = 65536;
constexpr std::size_t linger_bytes = 64 << 20;
constexpr milliseconds linger_time{2000};
// A client that has a place while others wait for one must have sent its request by then.
constexpr milliseconds time_when_crowded{2000};
constexpr milliseconds look_around{500};

} // namespace

client_stream::client_stream(socket_t socket, tls_session session, const std::atomic<int>& crowded)
    : socket_(socket), session_(std::move(session)), crowded_(crowded) {
    ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
}

client_stream::~client_stream() {
    if (session_) SSL_shutdown(session_.get()); // says so, and waits for nothing
}

void client_stream::begin_request(const config& settings) {
    allowance_ = settings.max_header_size;
    head_.clear();
    in_head_ = true;
    exceeded_ = false;
    read_timeout_ = settings.read_timeout;
    write_timeout_ = settings.write_timeout;
    started_ = clock::now();
    deadline_ = started_ + settings.request_timeout;
}

void client_stream::allow(std::size_t bytes) {
    allowance_ = bytes;
    exceeded_ = false;
    in_head_ = false;
}

bool client_stream::wait_for(step wanted, milliseconds limit) const {
    const bool reading = wanted == step::wants_to_read;
    auto until = clock::now() + limit;
    if (reading) until = std::min(until, deadline_);
    while (true) {
        const auto now = clock::now();
        if (now >= until || (reading && crowded_ > 0 && now > started_ + time_when_crowded)) return false;
        const auto left = std::chrono::duration_cast<milliseconds>(until - now) + milliseconds(1);
        pollfd watched{socket_, static_cast<short>(reading ? POLLIN : POLLOUT), 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(std::min(left, look_around).count()));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

client_stream::step client_stream::what_tls_wants(int returned) const {
    switch (SSL_get_error(session_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
        return step::wants_to_read;
    case SSL_ERROR_WANT_WRITE:
        return step::wants_to_write;
    default:
        return step::failed;
    }
}

client_stream::step client_stream::try_receive(char* into, std::size_t size, std::size_t& got) {
    if (session_) {
        ERR_clear_error();
        const int done = SSL_read_ex(session_.get(), into, size, &got);
        return done == 1 ? step::done : what_tls_wants(done);
    }
    const ssize_t received = ::recv(socket_, into, size, 0);
    if (received > 0) return got = static_cast<std::size_t>(received), step::done;
    if (received < 0 && errno == EINTR) return try_receive(into, size, got);
    return received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? step::wants_to_read : step::failed;
}

client_stream::step client_stream::try_send(const char* data, std::size_t size, std::size_t& sent) {
    if (session_) {
        ERR_clear_error();
        const int done = SSL_write_ex(session_.get(), data, size, &sent);
        return done == 1 ? step::done : what_tls_wants(done);
    }
    const ssize_t gone = ::send(socket_, data, size, MSG_NOSIGNAL);
    if (gone >= 0) return sent = static_cast<std::size_t>(gone), step::done;
    if (errno == EINTR) return try_send(data, size, sent);
    return errno == EAGAIN || errno == EWOULDBLOCK ? step::wants_to_write : step::failed;
}

// Fills the buffer. 0 or less: nothing more comes.
ssize_t client_stream::receive() {
    // What the client waits for ("100 Continue") must be out before we wait for the client.
    if (!flush()) return -1;
    while (true) {
        std::size_t got = 0;
        const step next = try_receive(buffer_.data(), buffer_.size(), got);
        if (next == step::done) {
            begin_ = 0;
            end_ = got;
            return static_cast<ssize_t>(got);
        }
        if (next == step::failed || !wait_for(next, read_timeout_)) return -1;
    }
}

ssize_t client_stream::read(char* into, size_t size) {
    if (allowance_ == 0) {
        exceeded_ = true;
        return -1;
    }
    if (begin_ == end_)
        if (const ssize_t got = receive(); got <= 0) return got;
    const std::size_t taken = std::min({size, end_ - begin_, allowance_});
    std::memcpy(into, buffer_.data() + begin_, taken);
    begin_ += taken;
    allowance_ -= taken;
    if (in_head_) head_.take(into, taken);
    return static_cast<ssize_t>(taken);
}

ssize_t client_stream::write(const char* data, size_t size) {
    if (size > largest_pending) { // not worth a copy
        if (!flush() || !send_all(data, size)) return -1;
    } else {
        pending_.append(data, size);
        if (pending_.size() > largest_pending && !flush()) return -1;
    }
    return static_cast<ssize_t>(size);
}

bool client_stream::flush() {
    if (pending_.empty()) return true;
    const bool sent = send_all(pending_.data(), pending_.size());
    pending_.clear();
    return sent;
}

bool client_stream::send_all(const char* data, std::size_t size) {
    while (size > 0) {
        std::size_t sent = 0;
        const step next = try_send(data, size, sent);
        if (next == step::done) {
            data += sent;
            size -= sent;
        } else if (next == step::failed || !wait_for(next, write_timeout_)) {
            return false;
        }
    }
    return true;
}

void client_stream::linger() {
    if (session_) SSL_shutdown(session_.get());
    ::shutdown(socket_, SHUT_WR);
    deadline_ = clock::now() + linger_time;
    for (std::size_t total = 0; total < linger_bytes && wait_for(step::wants_to_read, linger_time);) {
        const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
        if (got <= 0) return;
        total += static_cast<std::size_t>(got);
    }
}

std::string client_stream::peer() const {
    sockaddr_storage found{};
    socklen_t length = sizeof found;
    std::array<char, NI_MAXHOST> host{};
    auto* const generic = reinterpret_cast<sockaddr*>(&found);
    if (::getpeername(socket_, generic, &length) != 0 ||
        ::getnameinfo(generic, length, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        return {};
    return host.data();
}

// The library asks for every request; see peer().
void client_stream::get_remote_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
}

void client_stream::get_local_ip_and_port(std::string& ip, int& port) const {
    get_remote_ip_and_port(ip, port);
}

} // namespace rowhouse
