// The settings that are in force. A request takes them once, at its beginning, and SIGHUP puts others in their place.
#pragma once

#include "config.hpp"

#include <memory>
#include <mutex>

namespace rowhouse {

using config_snapshot = std::shared_ptr<const config>;

class live_config {
public:
    explicit live_config(config first) : current_(std::make_shared<const config>(std::move(first))) {}

    config_snapshot current() const {
        const std::lock_guard lock(mutex_);
        return current_;
    }
    void replace(config next) {
        auto fresh = std::make_shared<const config>(std::move(next));
        const std::lock_guard lock(mutex_);
        current_.swap(fresh);
    }

private:
    mutable std::mutex mutex_{}; // libstdc++ 12's atomic<shared_ptr> reads outside its own lock
    config_snapshot current_;
};

} // namespace rowhouse
