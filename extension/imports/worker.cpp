// import_start: the batch in a background worker.
//
// The worker is started before the caller's transaction has ended, since that is the only time at which the lack of a
// free process can still be told. So it first waits for that transaction, and finds no batch where it was rolled back.
// It then takes on the member's context, which is looked up anew: somebody who is no admin any more imports nothing.

#include "pg/worker.hpp"
#include "imports/run.hpp"
#include "pg/role.hpp"

namespace rowhouse::imports {

namespace {

struct job {
    Oid database;
    Oid role;
    TransactionId starter;
    pg::uuid batch;
    pg::uuid user;
    pg::uuid organization;
};

constexpr const char* worker_function = "rowhouse_import_worker";

// Claiming a batch and giving it up are not the member's doing and must work when the member is gone; hence the role
// that row level security does not hold.
bool claim(const pg::uuid& batch) {
    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    const bool claimed =
        sql.run("UPDATE rowhouse.import_batches SET status = 'processing', started_at = clock_timestamp()"
                " WHERE id = $1 AND status = 'pending'",
                {pg::param(batch)}) > 0;
    sql.finish();
    as_system.end();
    return claimed;
}

void give_up(const pg::uuid& batch, const pg::failure& failure) {
    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    fail_batch(sql, batch, failure.message + " (SQLSTATE " + pg::sqlstate_text(failure.code) + ")");
    sql.finish();
    as_system.end();
}

void run(const pg::uuid& batch) {
    const context::identity importer = context::require_role(context::member_role::admin);
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    sql.run("SELECT b.target, b.content, b.options FROM rowhouse.import_batches b WHERE b.id = $1", {pg::param(batch)});
    if (sql.row_count() == 0) throw batch_not_found(batch);
    bool null = false;
    const target wanted = target_for(*sql.text(0, 1), importer.role);
    const std::string content(pg::view_of_varlena(sql.value(0, 2, null)));
    const import_options options = import_options_from(pg::json::parse(*sql.text(0, 3)), wanted);
    run_batch(sql, batch, content, wanted, options);
    sql.finish();
    as_owner.end();
}

// The message stays in the batch, where the organization's admins see it, and out of the log.
void log_failure(const pg::uuid& batch, const pg::failure& failure) {
    const std::string id = pg::to_string(batch);
    const std::string code = pg::sqlstate_text(failure.code);
    pg::pg_try([&] { ereport(LOG, (errmsg("import batch %s failed with SQLSTATE %s", id.c_str(), code.c_str()))); });
}

} // namespace

// rowhouse.import_start(target text, content bytea, options jsonb) uuid
ROWHOUSE_FUNCTION(rowhouse_import_start) {
    const import_request request = read_request(fcinfo);
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    const pg::uuid batch = create_batch(sql, request);
    sql.finish();
    as_owner.end();
    const job work{MyDatabaseId, GetSessionUserId(),    pg::pg_try([] { return GetTopTransactionId(); }),
                   batch,        request.importer.user, request.importer.organization};
    if (!pg::start_worker(worker_function, "rowhouse import", work))
        throw pg::error(ERRCODE_TOO_MANY_CONNECTIONS, "no process is free to import in",
                        "Try again later, or increase max_worker_processes.");
    return pg::make_uuid(batch);
}

ROWHOUSE_WORKER(rowhouse_import_worker) {
    const job work = pg::worker_data<job>();
    pg::enter_worker(work.database, work.role);
    pg::report_activity(("rowhouse import batch " + pg::to_string(work.batch)).c_str());
    bool claimed = false;
    auto failed = pg::try_in_transaction([&] { pg::wait_for_transaction(work.starter); });
    if (!failed) failed = pg::try_in_transaction([&] { claimed = claim(work.batch); });
    if (failed || !claimed) return;
    context::adopt(work.user, work.organization);
    failed = pg::try_in_transaction([&] { run(work.batch); });
    if (!failed) return;
    log_failure(work.batch, *failed);
    pg::try_in_transaction([&] { give_up(work.batch, *failed); });
}

} // namespace rowhouse::imports
