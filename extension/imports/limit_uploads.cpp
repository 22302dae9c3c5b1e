// How many uploads there were, and the record of those that were one too many.
//
// A refusal ends its transaction, so a process of its own writes it down. The caller waits for it, and holds the locks
// of the person and the organization meanwhile (limits.sql): so one person who hammers keeps one process busy, not all.

#include "pg/latest.hpp"
#include "pg/role.hpp"
#include "pg/worker.hpp"

namespace rowhouse::imports {

namespace {

constexpr int patience = 1000; // milliseconds, with a table that somebody has locked

struct limit_hit {
    Oid database;
    pg::uuid organization;
    pg::uuid person;
};

// Some hundreds of hits an hour are on record one by one; somebody who makes more of them gets one line a second.
bool worth_recording(Datum person, Datum limit) {
    pg::as_role as_system(pg::system_role);
    as_system.limit_lock_timeout(patience);
    const auto worth = pg::latest_value(
        "SELECT count(*) < 300 OR max(h.at) < clock_timestamp() - interval '1 second' FROM rowhouse.import_limit_hits h"
        " WHERE h.person = $1 AND h.limit_name = $2 AND h.at > clock_timestamp() - interval '1 hour'",
        {{UUIDOID, person}, {TEXTOID, limit}});
    as_system.end();
    return worth && DatumGetBool(*worth);
}

} // namespace

// rowhouse.upload_in_way(organization uuid, person uuid, allowed bigint, since timestamptz) timestamptz
ROWHOUSE_FUNCTION(rowhouse_upload_in_way) {
    const bool of_person = PG_ARGISNULL(0);
    if (PG_ARGISNULL(of_person ? 1 : 0) || PG_ARGISNULL(2) || PG_ARGISNULL(3)) PG_RETURN_NULL();
    const auto upload = pg::latest_value(
        of_person ? "SELECT b.created_at FROM rowhouse.import_batches b WHERE b.created_by = $1 AND b.created_at > $3"
                    " ORDER BY b.created_at DESC OFFSET $2 - 1 LIMIT 1"
                  : "SELECT b.created_at FROM rowhouse.import_batches b WHERE b.organization_id = $1"
                    " AND b.created_at > $3 ORDER BY b.created_at DESC OFFSET $2 - 1 LIMIT 1",
        {{UUIDOID, PG_GETARG_DATUM(of_person ? 1 : 0)},
         {INT8OID, PG_GETARG_DATUM(2)},
         {TIMESTAMPTZOID, PG_GETARG_DATUM(3)}});
    if (!upload) PG_RETURN_NULL();
    return *upload;
}

// rowhouse.record_limit_hit(organization uuid, person uuid, limit_name text) boolean
ROWHOUSE_FUNCTION(rowhouse_record_limit_hit) {
    if (!worth_recording(PG_GETARG_DATUM(1), PG_GETARG_DATUM(2))) PG_RETURN_BOOL(false);
    const limit_hit hit{MyDatabaseId, pg::uuid_from(PG_GETARG_DATUM(0)), pg::uuid_from(PG_GETARG_DATUM(1))};
    PG_RETURN_BOOL(pg::run_worker("rowhouse_limit_hit_worker", "rowhouse audit", hit, pg::arg_text(fcinfo, 2)));
}

ROWHOUSE_WORKER(rowhouse_limit_hit_worker) {
    const auto hit = pg::worker_data<limit_hit>();
    pg::enter_worker(hit.database, InvalidOid);
    const auto failed = pg::try_in_transaction([&] {
        const std::string limit = pg::read_note();
        pg::as_role as_system(pg::system_role);
        as_system.limit_lock_timeout(patience);
        pg::spi sql;
        sql.run("INSERT INTO rowhouse.import_limit_hits (organization, person, limit_name) VALUES ($1, $2, $3)",
                {pg::param(hit.organization), pg::param(hit.person), pg::param(limit)});
        sql.finish();
        as_system.end();
    });
    if (!failed) pg::confirm_note();
}

} // namespace rowhouse::imports
