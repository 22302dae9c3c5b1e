// rowhouse.sync_status(): how complete the mirror is, at a glance.

#include "pg/role.hpp"
#include "profiles/repair.hpp"

namespace rowhouse::profiles {

namespace {

struct figures {
    std::int64_t accounts = 0, missing = 0, stale = 0, orphaned = 0;
};

figures look_at(pg::spi& sql, const source& from) {
    const account_rows accounts = all_accounts(sql, from);
    sql.run("SELECT (SELECT count(*) FROM " + accounts.relation + " c WHERE " + is_alive(from) +
                "), count(*) FILTER (WHERE kind = 'missing'), count(*) FILTER (WHERE kind = 'stale'), "
                "count(*) FILTER (WHERE kind = 'orphaned') FROM (" +
                faults_of(sql, from) + ") faults",
            {pg::param_oid(from.relation)});
    const auto number = [&](int column) { return std::stoll(*sql.text(0, column)); };
    return {number(1), number(2), number(3), number(4)};
}

std::int64_t count(pg::spi& sql, const char* query) {
    sql.run(query);
    return std::stoll(*sql.text(0, 1));
}

// To two places, and never rounded up to a hundred.
double percentage(const figures& all) {
    if (all.accounts <= 0 || all.missing == 0) return 100;
    const auto synced = std::max<std::int64_t>(all.accounts - all.missing, 0);
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
        figures own;
        const auto failed = attempt([&] { own = look_at(sql, from); });
        readable = readable && !failed;
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
                           {"error", failed ? pg::json(failed->message) : pg::json(nullptr)}});
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
