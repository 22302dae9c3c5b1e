// Guessing passwords takes time (OWASP, Authentication Cheat Sheet): logins that failed are counted for the account,
// known or not, and for the address. In memory and for this process; who runs several has that many times the limit.
#pragma once

#include "config.hpp"

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace rowhouse {

class login_throttle {
public:
    // Throws problem 429 where too many have failed.
    void admit(const std::string& account, const std::string& address, const config& settings);
    void failed(const std::string& account, const std::string& address, const config& settings);
    // Its owner is back. The address stays counted.
    void succeeded(const std::string& account);

    unsigned long long refused() const;

private:
    using clock = std::chrono::steady_clock;

    struct window {
        std::size_t failures = 0;
        clock::time_point ends{};
    };

    void require_below(const std::string& key, std::size_t limit);
    void count(const std::string& key, const config& settings);
    void forget_the_old(clock::time_point now);

    mutable std::mutex mutex_{};
    std::unordered_map<std::string, window> windows_{};
    clock::time_point next_cleaning_{};
    unsigned long long refused_ = 0;
};

} // namespace rowhouse
