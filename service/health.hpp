// Answers to machines that ask how we are. A database that is down is a fact to report there, not an error page.
#pragma once

#include "config.hpp"
#include "errors.hpp"
#include "pool.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace rowhouse {

// What the database says about itself, or that it says nothing.
struct health_report {
    nlohmann::ordered_json document{};
    std::string database = "connected"; // or disconnected, or busy
    int status = 200;
    std::optional<problem> failure{}; // for the log
};

class health {
public:
    explicit health(pool& connections) : connections_(connections) {}

    // Anybody may ask, and with many accounts the answer costs the database something: what took long to find out is
    // said again for ten times as long, at most for five seconds. One asks at a time.
    health_report ask(const char* sql, const config& settings);

    // The body of GET /health.
    std::string summary(const health_report& report) const;

    // The same in the shape that monitors of user synchronization expect.
    static std::string users_summary(const health_report& report);

private:
    using clock = std::chrono::steady_clock;

    health_report find_out(const char* sql, const config& settings);

    pool& connections_;
    const clock::time_point started_ = clock::now();
    std::mutex asking_{};
    health_report last_{};
    clock::time_point good_until_{};
};

} // namespace rowhouse
