// The settings that are in force. A request takes them once, at its beginning, and SIGHUP puts others in their place.
#pragma once

#include "config.hpp"

#include <atomic>
#include <memory>

namespace rowhouse {

using config_snapshot = std::shared_ptr<const config>;

class live_config {
public:
    explicit live_config(config first) : current_(std::make_shared<const config>(std::move(first))) {}

    config_snapshot current() const { return current_.load(std::memory_order_acquire); }
    void replace(config next) { current_.store(std::make_shared<const config>(std::move(next))); }

private:
    std::atomic<config_snapshot> current_;
};

} // namespace rowhouse
