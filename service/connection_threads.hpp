// A thread for each connection, made when one is needed and kept for the next one for a while. So a slow client costs a
// place and some memory, but nobody's time.
#pragma once

#include <httplib.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace rowhouse {

class connection_threads : public httplib::TaskQueue {
public:
    // `waiting` counts the connections that no thread can take, because there are as many as may be.
    connection_threads(std::size_t most, std::atomic<int>& waiting) : most_(most), waiting_(waiting) {}

    void enqueue(std::function<void()> task) override;
    // Waits for all of them.
    void shutdown() override;

private:
    void work();
    bool start_thread();
    void count_waiting();

    std::size_t most_;
    std::atomic<int>& waiting_;
    std::mutex mutex_{};
    std::condition_variable there_is_work_{}, one_has_ended_{};
    std::deque<std::function<void()>> tasks_{};
    std::size_t threads_ = 0, idle_ = 0;
    bool ending_ = false;
};

} // namespace rowhouse
