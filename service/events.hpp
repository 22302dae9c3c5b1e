// What the database announces (NOTIFY rowhouse_imports), for those who wait for it: one connection listens for all.
#pragma once

#include "config.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace rowhouse {

class import_events {
public:
    explicit import_events(const config& settings);
    ~import_events();
    import_events(const import_events&) = delete;

    // One who wants to hear of a batch, for its lifetime.
    class watch {
    public:
        watch(import_events& events, std::string batch);
        ~watch();
        watch(const watch&) = delete;
        // Returns when something was announced since the last call, when the time is over, or when the service stops.
        void wait(std::chrono::milliseconds most);

    private:
        import_events& events_;
        std::string batch_;
        unsigned long long seen_ = 0;
    };

    // Nobody waits any longer from then on.
    void stop();
    bool is_stopping() const { return stopping_; }
    std::size_t watches() const;

private:
    struct subject {
        std::size_t watches = 0;
        unsigned long long announced = 0;
    };

    void listen();
    void listen_once();
    void announce(const std::string& payload);

    const config& settings_;
    mutable std::mutex mutex_{};
    std::condition_variable announced_{};
    std::map<std::string, subject, std::less<>> subjects_{};
    std::size_t watches_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread listener_; // last: it uses the others
};

} // namespace rowhouse
