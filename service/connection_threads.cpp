#include "connection_threads.hpp"

#include <pthread.h>

#include <algorithm>

namespace rowhouse {
namespace {

constexpr std::chrono::seconds idle_time{10};
constexpr std::size_t stack_bytes = 512 << 10; // of addresses; memory is taken as it is used

} // namespace

// False where the system has no more threads: then the task waits for one that is there.
bool connection_threads::start_thread() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t started{};
    const auto run = [](void* self) -> void* {
        static_cast<connection_threads*>(self)->work();
        return nullptr;
    };
    const bool made = pthread_create(&started, &attributes, run, this) == 0;
    pthread_attr_destroy(&attributes);
    return made;
}

void connection_threads::enqueue(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    if (tasks_.size() > idle_ && threads_ < most_ && start_thread()) ++threads_;
    count_waiting();
    there_is_work_.notify_one();
}

// A thread that is about to begin is not waited for.
void connection_threads::count_waiting() {
    waiting_ = threads_ < most_ ? 0 : static_cast<int>(tasks_.size() - std::min(tasks_.size(), idle_));
}

void connection_threads::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        const bool found =
            there_is_work_.wait_for(lock, idle_time, [this] { return !tasks_.empty() || ending_; }) && !tasks_.empty();
        --idle_;
        if (!found) break;
        const std::function<void()> task = std::move(tasks_.front());
        tasks_.pop_front();
        count_waiting();
        lock.unlock();
        task();
        lock.lock();
    }
    --threads_;
    count_waiting();
    one_has_ended_.notify_all(); // under the lock: shutdown() may destroy us right after
}

void connection_threads::shutdown() {
    std::unique_lock lock(mutex_);
    ending_ = true;
    there_is_work_.notify_all();
    one_has_ended_.wait(lock, [this] { return threads_ == 0; });
}

} // namespace rowhouse
