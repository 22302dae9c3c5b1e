// import_start: the batch in a background worker, a transaction for each chunk.
//
// The worker is started before the caller's transaction has ended. So it first waits for that transaction, and finds no
// batch where it was rolled back. It takes on the member's context, which is looked up anew in every transaction:
// somebody who is no admin any more imports nothing from then on.
//
// Whoever works on a batch holds its lock, which goes with the process, however that ends. So a batch that is not at
// its end and whose lock is free waits for a worker: because no process was free, or because one was killed. What was
// committed tells where to go on. A shutdown and pg_terminate_backend() leave a batch like that; import_cancel() ends
// it.

#include "imports/worker.hpp"
#include "imports/define.hpp"
#include "imports/run.hpp"
#include "pg/role.hpp"
#include "pg/worker.hpp"

#include <chrono>

namespace rowhouse::imports {

namespace {

struct job {
    Oid database;
    Oid role;
    TransactionId starter;
    pg::uuid batch;
};

constexpr const char* worker_function = "rowhouse_import_worker";
constexpr int most_attempts = 10;

struct claimed_batch {
    pg::uuid id, user, organization;
};

// Claiming a batch and giving it up are not the member's doing and must work when the member is gone; hence the role
// that row level security does not hold.
std::optional<claimed_batch> claim(const std::optional<pg::uuid>& wanted) {
    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    std::optional<claimed_batch> claimed;
    sql.run("SELECT b.id, b.created_by, b.organization_id FROM rowhouse.import_batches b"
            " WHERE b.status IN ('pending', 'processing') AND NOT b.held AND CASE WHEN $1 IS NULL THEN b.status = "
            "'pending' ELSE b.id = $1 END"
            " AND NOT rowhouse.import_is_running(b.id) ORDER BY b.created_at LIMIT 1",
            {wanted ? pg::param(*wanted) : pg::null_of(UUIDOID)});
    if (sql.row_count() > 0) {
        bool null = false;
        const pg::uuid id = pg::uuid_from(sql.value(0, 1, null));
        const Datum user = sql.value(0, 2, null);
        const pg::uuid by = null ? pg::uuid{} : pg::uuid_from(user);
        const pg::uuid organization = pg::uuid_from(sql.value(0, 3, null));
        sql.run("SELECT pg_try_advisory_lock(rowhouse.import_lock($1))", {pg::param(id)});
        if (sql.text(0, 1) == "t") {
            const std::uint64_t mine =
                sql.run("UPDATE rowhouse.import_batches SET status = 'processing', phase = 'checking',"
                        " active_at = clock_timestamp(), started_at = coalesce(started_at, clock_timestamp()) WHERE id "
                        "= $1 AND status IN ('pending', 'processing')",
                        {pg::param(id)});
            if (mine > 0)
                claimed = claimed_batch{id, by, organization};
            else
                sql.run("SELECT pg_advisory_unlock(rowhouse.import_lock($1))", {pg::param(id)});
        }
    }
    sql.finish();
    as_system.end();
    return claimed;
}

void unlock(const pg::uuid& batch) {
    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    sql.run("SELECT pg_advisory_unlock(rowhouse.import_lock($1))", {pg::param(batch)});
    sql.finish();
    as_system.end();
}

void give_up(const pg::uuid& batch, const pg::failure& failure) {
    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    fail_batch(sql, batch, failure.message + " (SQLSTATE " + pg::sqlstate_text(failure.code) + ")");
    sql.finish();
    as_system.end();
}

// The message stays in the batch, where the organization's admins see it, and out of the log.
void log_failure(const pg::uuid& batch, const pg::failure& failure) {
    const std::string id = pg::to_string(batch);
    const std::string code = pg::sqlstate_text(failure.code);
    pg::pg_try([&] { ereport(LOG, (errmsg("import batch %s failed with SQLSTATE %s", id.c_str(), code.c_str()))); });
}

bool is_worth_another_attempt(const pg::failure& failure) {
    return failure.code == ERRCODE_T_R_DEADLOCK_DETECTED || failure.code == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

// One batch, from where it is to its end.
class batch_run {
public:
    explicit batch_run(const pg::uuid& batch) : batch_(batch) {}

    // What ended it, if not itself.
    std::optional<pg::failure> go() {
        if (auto failed = pg::try_in_transaction([&] { examine(); })) return failed;
        while (!done_) {
            const auto begin = std::chrono::steady_clock::now();
            auto failed = pg::try_in_transaction([&] { write(); });
            if (failed && (!is_worth_another_attempt(*failed) || ++attempts_ > most_attempts)) return failed;
            if (failed) {
                done_ = false;
                start_over_at(written_);
                continue;
            }
            size_.took(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
                       next_ - written_);
            written_ = next_;
        }
        return std::nullopt;
    }

    void close() {
        if (examined_) examined_->close();
    }

private:
    // The target and its table as they are now, and whether the member still may.
    void load(pg::spi& sql) {
        context::identity importer;
        wanted_ = target_for(sql, target_name_, importer);
    }

    void examine() {
        pg::as_role as_owner(pg::owner_role);
        pg::spi sql;
        const stored_batch stored = load_batch(sql, batch_);
        target_name_ = stored.target;
        edits_ = stored.edits;
        load(sql);
        options_ = import_options_from(stored.options, wanted_);
        complete_options(sql, wanted_, batch_, stored.content, options_);
        written_ = stored.processed;
        bytes_.emplace(stored.content);
        examined_.emplace(sql, *bytes_, wanted_, options_, edits_, pg::row_store::lifetime::process);
        store_examination(sql, batch_, *examined_, written_);
        if (const auto reason = reason_to_fail(options_, *examined_)) {
            fail_batch(sql, batch_, *reason);
            done_ = true;
        } else {
            writer_.emplace(wanted_, options_.mode, *examined_);
            writer_->skip(written_);
        }
        sql.finish();
        as_owner.end();
    }

    void write() {
        context::require_role(wanted_.least_role);
        pg::as_role as_owner(pg::owner_role);
        pg::spi sql;
        done_ = cancel_if_asked(sql, batch_);
        if (!done_ && options_.all_or_nothing) {
            write_all_chunks(sql, batch_, wanted_, options_, *examined_);
            done_ = true;
        } else if (!done_) {
            std::vector<finding> refused;
            if (!write_chunk(sql, batch_, wanted_, *writer_, *examined_, written_, size_.next(), refused)) {
                complete_batch(sql, batch_);
                done_ = true;
            } else if (!store_counts(sql, batch_, written_, writer_->counts())) {
                throw batch_taken(batch_);
            }
        }
        sql.finish();
        as_owner.end();
        if (!done_) next_ = written_ + writer_->counts().processed();
    }

    void start_over_at(std::int64_t record) {
        examined_->rows().rows().rewind();
        writer_->skip(record);
    }

    pg::uuid batch_;
    std::string target_name_;
    target wanted_;
    import_options options_;
    cell_edits edits_;
    std::optional<content> bytes_;
    std::optional<examination> examined_;
    std::optional<row_writer> writer_;
    chunk_size size_{2000};
    std::int64_t written_ = 0;
    std::int64_t next_ = 0;
    int attempts_ = 0;
    bool done_ = false;
};

void work_on(const claimed_batch& batch) {
    pg::report_activity(("rowhouse import batch " + pg::to_string(batch.id)).c_str());
    context::adopt(batch.user, batch.organization);
    batch_run run(batch.id);
    const auto failed = run.go();
    if (failed && !pg::was_terminated()) {
        log_failure(batch.id, *failed);
        pg::try_in_transaction([&] { give_up(batch.id, *failed); });
    }
    pg::try_in_transaction([&] {
        run.close();
        unlock(batch.id);
    });
}

} // namespace

bool start_import_worker(const pg::uuid& batch, bool wait_for_us) {
    const job work{MyDatabaseId, GetSessionUserId(),
                   wait_for_us ? pg::pg_try([] { return GetTopTransactionId(); }) : InvalidTransactionId, batch};
    return pg::start_worker(worker_function, "rowhouse import", work);
}

// rowhouse.import_start(target text, content bytea, options jsonb) uuid
ROWHOUSE_FUNCTION(rowhouse_import_start) {
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    const import_request request = read_request(sql, fcinfo);
    const pg::uuid batch = create_batch(sql, request);
    sql.finish();
    as_owner.end();
    start_import_worker(batch, true);
    return pg::make_uuid(batch);
}

ROWHOUSE_WORKER(rowhouse_import_worker) {
    const job work = pg::worker_data<job>();
    pg::enter_worker(work.database, work.role);
    if (TransactionIdIsValid(work.starter))
        if (pg::try_in_transaction([&] { pg::wait_for_transaction(work.starter); })) return;
    // Then whatever else waits for a process.
    std::optional<pg::uuid> next = work.batch;
    while (true) {
        std::optional<claimed_batch> claimed;
        if (pg::try_in_transaction([&] { claimed = claim(next); })) return;
        if (claimed)
            work_on(*claimed);
        else if (!next)
            return;
        next.reset();
    }
}

} // namespace rowhouse::imports
