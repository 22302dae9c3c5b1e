// For operators: reconcile everything, or make one profile now.

#include "pg/role.hpp"
#include "profiles/reconcile.hpp"

namespace rowhouse::profiles {

namespace {

void require_operator(pg::spi& sql) {
    sql.run("SELECT rowhouse.require_operator()");
}

pg::json json_of(const reconciliation& done, bool dry_run) {
    pg::json unreadable = pg::json::array();
    for (const auto& [table, failed] : done.unreadable())
        unreadable.push_back(
            {{"source", table}, {"sqlstate", pg::sqlstate_text(failed.code)}, {"message", failed.message}});
    return {{"dry_run", dry_run},
            {"missing", done.repaired(fault_kind::missing)},
            {"stale", done.repaired(fault_kind::stale)},
            {"orphaned", done.repaired(fault_kind::orphaned)},
            {"joined", done.repaired(fault_kind::unjoined)},
            {"failed", done.failed()},
            {"unreadable", unreadable},
            {"next", done.next() ? pg::json(pg::to_string(*done.next())) : pg::json(nullptr)}};
}

std::string checked_role(std::string_view role) {
    if (role == "admin") return "super_admin"; // as the products this replaces call it
    if (role == "user" || role == "super_admin") return std::string(role);
    throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "role \"" + pg::clip(role, 64) + "\" does not exist",
                    "Roles of a profile are user and super_admin.");
}

// Whether there was no such profile before. Raises what goes wrong, and P0002 when no source has the account.
bool mirror_one(pg::spi& sql, const pg::uuid& user) {
    const bool existed = sql.run("SELECT FROM rowhouse.user_profiles WHERE user_id = $1", {pg::param(user)}) > 0;
    const ids one{user};
    std::optional<failure> unreadable;
    for (const source& from : all_sources(sql)) {
        std::optional<account_page> page;
        if (const auto failed = attempt([&] { page.emplace(account_page::of(sql, from, one)); })) {
            unreadable = failed;
            continue;
        }
        if (page->size() == 0) continue;
        mirror_accounts(sql, page->rows(), {});
        follow_accounts(sql, one);
        sql.run("DELETE FROM rowhouse.profile_sync_failures WHERE source = $1 AND account_id = $2",
                {pg::param_oid(from.relation), pg::param(user)});
        return !existed;
    }
    if (unreadable) throw pg::error(unreadable->code, unreadable->message);
    throw pg::not_found("account \"" + pg::to_string(user) + "\" not found");
}

} // namespace

// rowhouse.sync_profiles(dry_run boolean, max_rows integer, after uuid) jsonb
ROWHOUSE_FUNCTION(rowhouse_sync_profiles) {
    const bool dry_run = !PG_ARGISNULL(0) && PG_GETARG_BOOL(0);
    std::uint64_t max_faults = std::numeric_limits<std::int64_t>::max();
    if (!PG_ARGISNULL(1)) {
        if (PG_GETARG_INT32(1) < 1) throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "max_rows must be 1 or more");
        max_faults = static_cast<std::uint64_t>(PG_GETARG_INT32(1));
    }
    std::optional<pg::uuid> after;
    if (!PG_ARGISNULL(2)) after = pg::uuid_from(PG_GETARG_DATUM(2));

    pg::spi sql;
    require_operator(sql);
    pg::as_role as_system(pg::system_role);
    reconciliation everything(sql, all_sources(sql), dry_run);
    everything.run(max_faults, after);
    sql.finish();
    as_system.end();
    return pg::make_jsonb(json_of(everything, dry_run));
}

// rowhouse.create_profile(user_id uuid, role text) jsonb
ROWHOUSE_FUNCTION(rowhouse_create_profile) {
    if (PG_ARGISNULL(0)) PG_RETURN_NULL();
    const pg::uuid user = pg::uuid_from(PG_GETARG_DATUM(0));
    const std::string role = PG_ARGISNULL(1) ? std::string() : checked_role(pg::arg_text(fcinfo, 1));

    pg::spi sql;
    require_operator(sql);
    pg::as_role as_system(pg::system_role);
    const bool created = mirror_one(sql, user);
    sql.run("UPDATE rowhouse.user_profiles SET role = $2, updated_at = now() WHERE user_id = $1 AND $2 <> '' AND role "
            "<> $2",
            {pg::param(user), pg::param(role)});
    sql.run(
        "SELECT jsonb_build_object('user_id', user_id, 'email', email, 'full_name', coalesce(display_name, full_name), "
        "'role', role, 'status', CASE WHEN deleted_at IS NULL THEN status ELSE 'deleted' END, 'created', $2) "
        "FROM rowhouse.user_profiles WHERE user_id = $1",
        {pg::param(user), pg::param_bool(created)});
    const std::string profile = *sql.text(0, 1);
    sql.finish();
    as_system.end();
    return pg::make_jsonb(std::string_view(profile));
}

} // namespace rowhouse::profiles
