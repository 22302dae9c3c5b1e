// What has to be done now and then and that nobody asks for: going on with imports that were interrupted, and removing
// those that are past their time.
#pragma once

#include "config.hpp"
#include "pool.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace rowhouse {

class maintenance {
public:
    // Begins at once. Without membership of rowhouse_upkeep there is nothing that it may do, and it says nothing.
    maintenance(const config& settings, pool& connections);
    ~maintenance();
    maintenance(const maintenance&) = delete;

private:
    void work();
    void once();

    const config& settings_;
    pool& connections_;
    std::mutex mutex_{};
    std::condition_variable ending_changed_{};
    bool ending_ = false;
    std::thread thread_; // last: it uses the others
};

} // namespace rowhouse
