// Database connections: owned, bounded, checked before each use, replaced when the database restarted.
#pragma once

#include "config.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace rowhouse {

struct connection_closer {
    void operator()(PGconn* handle) const { PQfinish(handle); }
};

struct statement {
    std::string name;
    bool ready = false; // the server confirmed it
};

// One session and the statements prepared in it, by their SQL text.
struct connection {
    std::unique_ptr<PGconn, connection_closer> handle{};
    std::map<std::string, statement, std::less<>> prepared{};

    // Outside any transaction and any pipeline: only such a connection is used again.
    bool reusable() const;
};

// A new one. Throws problem 503 "database_unavailable".
std::unique_ptr<connection> connect_to_database(const config& settings);

class pool {
public:
    explicit pool(const config& settings);

    // A connection on loan. Going out of scope gives it back, or closes it when its state is in doubt.
    class lease {
    public:
        lease(pool& owner, std::unique_ptr<connection> loaned) : owner_(&owner), loaned_(std::move(loaned)) {}
        lease(lease&&) = default;
        lease& operator=(lease&&) = delete;
        lease(const lease&) = delete;
        ~lease();
        connection& operator*() const { return *loaned_; }
        void discard() { discarded_ = true; }

    private:
        pool* owner_;
        std::unique_ptr<connection> loaned_;
        bool discarded_ = false;
    };

    struct figures {
        std::size_t size, idle, busy, waiting;
        unsigned long long made, exhausted; // since the start
    };
    figures count() const;

    // Throws problem 503: "database_unavailable" when none can be made, "pool_exhausted" when all stay busy.
    lease acquire();

private:
    // Who waits is served in the order of coming: else whoever has just been served is quicker, and others starve.
    struct waiter {
        std::condition_variable served{};
        bool has_place = false;
        std::unique_ptr<connection> given{}; // null: the place is free for a new one
    };

    std::unique_ptr<connection> take_place();
    void release(std::unique_ptr<connection> returned);

    const config& settings_;
    mutable std::mutex mutex_{};
    std::vector<std::unique_ptr<connection>> idle_{};
    std::list<waiter*> waiters_{};
    std::size_t total_ = 0; // idle, on loan and being made
    unsigned long long made_ = 0, exhausted_ = 0;
};

} // namespace rowhouse
