// Guessing passwords takes time (OWASP, Authentication Cheat Sheet): logins that failed are counted for the account,
// known or not, and for the address. In memory and for this process; who runs several has that many times the limit.
#pragma once

#include "config.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <unordered_map>

namespace rowhouse {

class login_throttle {
public:
    // One that was admitted. As long as it runs it may fail, and others wait if that would be one too many: else many
    // at once would all be let in.
    class attempt {
    public:
        attempt(login_throttle& owner, std::string account, std::string address)
            : owner_(owner), account_(std::move(account)), address_(std::move(address)) {}
        attempt(const attempt&) = delete;
        ~attempt() { owner_.end(*this); }
        void failed(const config& settings) { owner_.count(*this, settings); }
        // The account's owner is back. The address stays counted.
        void succeeded() { owner_.forget(account_); }

    private:
        friend login_throttle;
        login_throttle& owner_;
        std::string account_, address_; // keys; no account is an empty one
    };

    // Throws problem 429 where too many have failed, or none of those that run has ended in the time of pool_wait.
    attempt admit(const std::string& account, const std::string& client, const config& settings);

    unsigned long long refused() const;

private:
    using clock = std::chrono::steady_clock;

    struct window {
        std::size_t failures = 0, running = 0;
        clock::time_point ends{};
    };

    [[noreturn]] void refuse(std::chrono::seconds retry_after);
    bool has_room(const std::string& key, std::size_t limit);
    void count(const std::string& key, const config& settings);
    void count(const attempt& one, const config& settings);
    void forget(const std::string& key);
    void end(const attempt& one);
    void forget_the_old(clock::time_point now);

    mutable std::mutex mutex_{};
    std::condition_variable ended_{};
    std::unordered_map<std::string, window> windows_{};
    clock::time_point next_cleaning_{};
    unsigned long long refused_ = 0;
};

} // namespace rowhouse
