// rowhouse.sync_status(): how complete the mirror is, at a glance.

#include "pg/role.hpp"
#include "profiles/reconcile.hpp"

namespace rowhouse::profiles {

namespace {

struct figures {
    std::uint64_t accounts = 0, missing = 0, stale = 0, orphaned = 0;
    std::optional<std::string> error;
};

figures look_at(pg::spi& sql, const source& from) {
    reconciliation dry(sql, {from}, true);
    const auto failed = attempt([&] { dry.run(std::numeric_limits<std::int64_t>::max(), std::nullopt); });
    if (failed) return {.error = failed->message};
    if (!dry.unreadable().empty()) return {.error = dry.unreadable()[0].second.message};
    return {dry.accounts(), dry.repaired(fault_kind::missing), dry.repaired(fault_kind::stale),
            dry.repaired(fault_kind::orphaned), std::nullopt};
}

std::int64_t count(pg::spi& sql, const char* query) {
    sql.run(query);
    return std::stoll(*sql.text(0, 1));
}

// To two places, and never rounded up to a hundred.
double percentage(const figures& all) {
    if (all.accounts == 0 || all.missing == 0) return 100;
    const auto synced = all.accounts - std::min(all.accounts, all.missing);
    return static_cast<double>(synced * 10000 / all.accounts) / 100;
}

} // namespace

// rowhouse.sync_status() jsonb
ROWHOUSE_FUNCTION(rowhouse_sync_status) {
    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    figures all;
    bool readable = true;
    pg::json sources = pg::json::array();
    for (const source& from : all_sources(sql)) {
        const figures own = look_at(sql, from);
        readable = readable && !own.error;
        all.accounts += own.accounts;
        all.missing += own.missing;
        all.stale += own.stale;
        all.orphaned += own.orphaned;
        sources.push_back({{"source", from.table},
                           {"triggers", from.triggers},
                           {"accounts", own.accounts},
                           {"missing", own.missing},
                           {"stale", own.stale},
                           {"orphaned", own.orphaned},
                           {"error", own.error ? pg::json(*own.error) : pg::json(nullptr)}});
    }
    const auto profiles = count(sql, "SELECT count(*) FROM rowhouse.user_profiles WHERE deleted_at IS NULL");
    const auto unjoined = count(sql, "SELECT count(*) FROM rowhouse.members_behind()");
    const auto failed = count(sql, "SELECT count(*) FROM rowhouse.profile_sync_failures");
    sql.finish();
    as_system.end();
    const bool healthy = readable && all.missing + all.stale + all.orphaned + unjoined + failed == 0;
    return pg::make_jsonb(pg::json{{"status", healthy ? "healthy" : "degraded"},
                                   {"total_auth_users", all.accounts},
                                   {"total_profiles", profiles},
                                   {"missing_profiles", all.missing},
                                   {"orphaned", all.orphaned},
                                   {"stale", all.stale},
                                   {"unjoined", unjoined},
                                   {"failed", failed},
                                   {"sync_percentage", percentage(all)},
                                   {"sources", sources}});
}

} // namespace rowhouse::profiles
