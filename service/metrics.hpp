// Figures about the service for Prometheus, in its text format 0.0.4.
#pragma once

#include "pool.hpp"
#include "routes.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace rowhouse {

class request_metrics {
public:
    request_metrics();

    // A request was answered; null for one that no route was found for.
    void answered(const route* row, int status, std::chrono::microseconds took);
    void append_to(std::string& text) const;

private:
    static constexpr std::array bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
    static constexpr int most_statuses = 600;

    // Each alone; a scrape may fall between two of them.
    struct figures {
        std::array<std::atomic<unsigned long long>, bounds.size() + 1> buckets{};
        std::array<std::atomic<unsigned long long>, most_statuses> statuses{};
        std::atomic<unsigned long long> microseconds{};
    };

    std::unique_ptr<figures[]> by_route_; // in the order of routes(), and one for no route
};

struct service_gauges {
    pool::figures database{};
    std::size_t connections = 0, streams = 0;
    unsigned long long logins_refused = 0;
};

// `samples` is what rowhouse.service_metrics() gives, or nothing.
std::string metrics_text(const request_metrics& requests, const service_gauges& gauges,
                         const std::optional<std::string>& samples);

} // namespace rowhouse
