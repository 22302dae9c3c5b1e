#include "maintenance.hpp"

#include "errors.hpp"
#include "log.hpp"
#include "transaction.hpp"

namespace rowhouse {
namespace {

constexpr const char* maintain_sql =
    "SELECT NULLIF(rowhouse.import_resume(), 0) || ' resumed' WHERE pg_has_role('rowhouse_upkeep', 'USAGE')";
constexpr const char* purge_sql =
    "SELECT NULLIF(rowhouse.import_purge(), 0) || ' purged' WHERE pg_has_role('rowhouse_upkeep', 'USAGE')";

} // namespace

maintenance::maintenance(const config& settings, pool& connections) : settings_(settings), connections_(connections) {
    if (settings.maintenance_every.count() > 0) thread_ = std::thread([this] { work(); });
}

maintenance::~maintenance() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    ending_changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void maintenance::work() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        lock.unlock();
        once();
        lock.lock();
        ending_changed_.wait_for(lock, settings_.maintenance_every, [this] { return ending_; });
    }
}

void maintenance::once() {
    for (const char* const sql : {maintain_sql, purge_sql}) {
        try {
            const auto done = run(connections_, {.sql = sql, .statement_timeout = settings_.statement_timeout});
            if (done) log(log_level::info, event::maintenance_done, {.message = *done});
        } catch (const problem& error) {
            log(log_level::warning, event::maintenance_failed,
                {.code = error.code, .message = error.logged.empty() ? error.detail : error.logged});
        }
    }
}

} // namespace rowhouse
