// Stopping batches, and setting those in motion again that nobody works on.

#include "imports/batch.hpp"
#include "imports/worker.hpp"
#include "pg/role.hpp"

namespace rowhouse::imports {

// rowhouse.import_cancel(batch uuid) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_cancel) {
    const pg::uuid batch = pg::uuid_from(PG_GETARG_DATUM(0));
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    require_batch(sql, batch);
    sql.run("UPDATE rowhouse.import_batches SET cancel_requested = true WHERE id = $1 AND status IN ('pending', "
            "'processing')",
            {pg::param(batch)});
    // Nobody is there to hear it.
    sql.run("SELECT rowhouse.import_is_running($1)", {pg::param(batch)});
    if (sql.text(0, 1) == "f") cancel_if_asked(sql, batch);
    const std::string status = batch_status(sql, batch);
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(std::string_view(status));
}

// rowhouse.import_resume() integer
//
// The organization's batches, or, for operators and the service without one, those of all.
ROWHOUSE_FUNCTION(rowhouse_import_resume) {
    const context::identity who = pg::pg_try([] { return context::current(); });
    pg::spi sql;
    if (!who.in_organization)
        sql.run("SELECT rowhouse.require_upkeep()");
    else
        context::require_role(context::member_role::admin);
    pg::as_role as_system(pg::system_role);
    sql.run(
        "SELECT b.id FROM rowhouse.import_batches b WHERE b.status IN ('pending', 'processing') AND NOT b.held"
        " AND ($1 IS NULL OR b.organization_id = $1) AND NOT rowhouse.import_is_running(b.id) ORDER BY b.created_at",
        {who.in_organization ? pg::param(who.organization) : pg::null_of(UUIDOID)});
    const std::vector<pg::uuid> waiting = sql.uuids();
    sql.finish();
    as_system.end();
    std::int32_t started = 0;
    for (const pg::uuid& batch : waiting) {
        if (!start_import_worker(batch, false)) break;
        started++;
    }
    return Int32GetDatum(started);
}

} // namespace rowhouse::imports
