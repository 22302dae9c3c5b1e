#include "pool.hpp"

#include "errors.hpp"

#include <poll.h>

#include <array>

namespace rowhouse {
namespace {

// Nothing should arrive on an idle session. If something did, the server closed it (restart, pg_terminate_backend).
bool silent(const connection& idle) {
    pollfd watched{PQsocket(idle.handle.get()), POLLIN, 0};
    return ::poll(&watched, 1, 0) == 0;
}

} // namespace

std::unique_ptr<connection> connect_to_database(const config& settings) {
    const std::string timeout = std::to_string(settings.connect_timeout.count());
    // libpq lets later entries win, so those before dbname are defaults the connection string can change. The TCP
    // settings end the wait for a database whose host vanished without a word.
    struct entry {
        const char* keyword;
        const char* value;
    };
    const std::array entries{entry{"connect_timeout", timeout.c_str()},
                             entry{"keepalives_idle", "30"},
                             entry{"keepalives_interval", "10"},
                             entry{"keepalives_count", "3"},
                             entry{"tcp_user_timeout", "60000"},
                             entry{"fallback_application_name", "rowhouse"},
                             entry{"dbname", settings.database.c_str()},
                             entry{"client_encoding", "UTF8"},
                             entry{nullptr, nullptr}};
    std::array<const char*, entries.size()> keywords{}, values{};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        keywords[i] = entries[i].keyword;
        values[i] = entries[i].value;
    }
    auto made = std::make_unique<connection>();
    made->handle.reset(PQconnectdbParams(keywords.data(), values.data(), 1));
    if (PQstatus(made->handle.get()) != CONNECTION_OK) throw database_unavailable(PQerrorMessage(made->handle.get()));
    // A service that was killed cannot cancel its statements: the server looks by itself whether somebody is there.
    PQclear(PQexec(made->handle.get(), "SET client_connection_check_interval = '2s'"));
    // By default libpq prints notices, which may quote data, to stderr.
    PQsetNoticeReceiver(
        made->handle.get(), [](void*, const PGresult*) {}, nullptr);
    return made;
}

bool connection::reusable() const {
    return PQstatus(handle.get()) == CONNECTION_OK && PQpipelineStatus(handle.get()) == PQ_PIPELINE_OFF &&
           PQtransactionStatus(handle.get()) == PQTRANS_IDLE;
}

pool::pool(const config& settings) : settings_(settings) {
    idle_.reserve(settings.pool_size);
}

pool::lease::~lease() {
    if (!loaned_) return;
    if (discarded_ || !loaned_->reusable()) loaned_.reset();
    owner_->release(std::move(loaned_));
}

// A connection that was used before, or null for the right to make one. Throws problem when none becomes free in time.
std::unique_ptr<connection> pool::take_place() {
    std::unique_lock lock(mutex_);
    if (waiters_.empty() && !idle_.empty()) {
        std::unique_ptr<connection> found = std::move(idle_.back());
        idle_.pop_back();
        return found;
    }
    if (waiters_.empty() && total_ < settings_.pool_size) {
        ++total_;
        return nullptr;
    }
    waiter me;
    const auto place = waiters_.insert(waiters_.end(), &me);
    if (me.served.wait_for(lock, settings_.pool_wait, [&me] { return me.has_place; })) return std::move(me.given);
    waiters_.erase(place);
    ++exhausted_;
    problem busy(503, "pool_exhausted", "all database connections are busy");
    busy.retry_after = 1;
    throw busy;
}

pool::lease pool::acquire() {
    std::unique_ptr<connection> found = take_place();
    if (found && silent(*found)) return {*this, std::move(found)};
    try { // connecting takes time, and nobody is kept from the others meanwhile
        found.reset();
        found = connect_to_database(settings_);
    } catch (...) {
        release(nullptr);
        throw;
    }
    const std::lock_guard lock(mutex_);
    ++made_;
    return {*this, std::move(found)};
}

pool::figures pool::count() const {
    const std::lock_guard lock(mutex_);
    return {settings_.pool_size, idle_.size(), total_ - idle_.size(), waiters_.size(), made_, exhausted_};
}

// A null pointer stands for a connection that is gone; its place is free again.
void pool::release(std::unique_ptr<connection> returned) {
    const std::lock_guard lock(mutex_);
    if (!waiters_.empty()) {
        waiter& first = *waiters_.front();
        waiters_.pop_front();
        first.given = std::move(returned);
        first.has_place = true;
        first.served.notify_one(); // under the lock: it may be gone right after
    } else if (returned) {
        idle_.push_back(std::move(returned)); // cannot allocate: reserved for pool_size
    } else {
        --total_;
    }
}

} // namespace rowhouse
