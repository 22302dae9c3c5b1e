#include "imports/batch.hpp"

#include "imports/report.hpp"

extern "C" {
#include "utils/datum.h"
}

namespace rowhouse::imports {

const char* const status_expression =
    "jsonb_build_object('id', b.id, 'target', b.target, 'status', b.status, 'phase', b.phase, 'file_name', b.file_name,"
    " 'total_rows', b.total_rows, 'processed_rows', b.processed_rows, 'inserted', b.inserted, 'updated', b.updated,"
    " 'skipped', b.skipped, 'failed', b.failed,"
    " 'progress', CASE WHEN b.status = 'completed' THEN 100 WHEN b.total_rows = 0 THEN 0"
    "                  ELSE (b.processed_rows + running.rows) * 100 / b.total_rows END,"
    " 'rows_per_second', CASE WHEN b.processed_rows + running.rows > 0 THEN round((b.processed_rows + running.rows)"
    "   / greatest(0.001, extract(epoch FROM coalesce(b.finished_at, clock_timestamp()) - b.started_at))) END,"
    " 'codes', b.codes, 'created_at', b.created_at, 'started_at', b.started_at, 'finished_at', b.finished_at,"
    " 'undone_at', b.undone_at, 'error', b.error)";

const char* const status_from =
    " FROM rowhouse.import_batches b CROSS JOIN LATERAL (SELECT CASE WHEN b.status = 'processing'"
    " AND b.options ->> 'all_or_nothing' = 'true'"
    " THEN coalesce((SELECT r.uncommitted_rows FROM rowhouse.running_imports(batch => b.id) r), 0)"
    " ELSE 0 END AS rows) running ";

namespace {

pg::parameter jsonb_of(const pg::json& value) {
    return {JSONBOID, pg::make_jsonb(value)};
}

pg::json codes_json(const std::map<std::string, std::int64_t>& codes) {
    pg::json counts = pg::json::object();
    for (const auto& [code, count] : codes)
        counts[code] = count;
    return counts;
}

cell_edits load_edits(pg::spi& sql, const pg::uuid& batch) {
    sql.run("SELECT e.record::text, e.position::text, e.value FROM rowhouse.import_edits e WHERE e.batch_id = $1",
            {pg::param(batch)}, pg::spi::plan::kept);
    cell_edits edits;
    for (std::uint64_t i = 0; i < sql.row_count(); i++)
        edits[std::stoll(*sql.text(i, 1))][std::stoull(*sql.text(i, 2)) - 1] = sql.text(i, 3);
    return edits;
}

} // namespace

void store_found(pg::spi& sql, const pg::uuid& batch, const finding_store& found, std::int64_t after) {
    if (found.rows().size() == 0) return;
    sql.offer(finding_store::name, found.rows());
    const std::string columns = finding_store::columns;
    sql.run("INSERT INTO rowhouse.import_errors (batch_id, " + columns + ") SELECT $1, " + columns +
                " FROM found WHERE record IS NULL OR record > $2 ORDER BY record NULLS FIRST, found_order",
            {pg::param(batch), pg::param(after)});
    sql.withdraw(finding_store::name);
}

pg::uuid create_batch(pg::spi& sql, const import_request& request, bool held) {
    const pg::uuid batch = pg::random_uuid();
    sql.run("SELECT rowhouse.admit_import($1, $2)",
            {pg::param(request.importer.organization), pg::param(request.importer.user)}, pg::spi::plan::kept);
    const auto& file_name = request.options.file_name;
    sql.run("INSERT INTO rowhouse.import_batches (id, target, file_name, content, options, created_by, held, phase)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            {pg::param(batch),
             pg::param(std::string_view(request.wanted.name)),
             file_name ? pg::param(std::string_view(*file_name)) : pg::null_of(TEXTOID),
             {BYTEAOID, request.content},
             jsonb_of(request.options_json),
             pg::param(request.importer.user),
             pg::param_bool(held),
             pg::param(std::string_view(held ? "held" : "waiting"))},
            pg::spi::plan::kept);
    return batch;
}

context::identity require_batch(pg::spi& sql, const pg::uuid& batch) {
    const context::identity who = context::require_role(context::member_role::viewer);
    sql.run("SELECT FROM rowhouse.import_batches b WHERE b.id = $1 AND ($2 OR b.created_by = $3)",
            {pg::param(batch), pg::param_bool(who.role >= context::member_role::admin), pg::param(who.user)},
            pg::spi::plan::kept);
    if (sql.row_count() == 0) throw batch_not_found(batch);
    return who;
}

stored_batch load_batch(pg::spi& sql, const pg::uuid& batch) {
    stored_batch stored;
    stored.id = batch;
    stored.edits = load_edits(sql, batch);
    sql.run("SELECT b.target, b.content, b.options, b.processed_rows FROM rowhouse.import_batches b WHERE b.id = $1",
            {pg::param(batch)}, pg::spi::plan::kept);
    if (sql.row_count() == 0) throw batch_not_found(batch);
    bool null = false;
    stored.target = *sql.text(0, 1);
    stored.content = pg::pg_try([&] { return datumCopy(sql.value(0, 2, null), false, -1); });
    stored.options = pg::json::parse(*sql.text(0, 3));
    stored.processed = DatumGetInt64(sql.value(0, 4, null));
    return stored;
}

void begin_batch(pg::spi& sql, const pg::uuid& batch) {
    sql.run("UPDATE rowhouse.import_batches SET status = 'processing', phase = 'checking', held = false,"
            " started_at = coalesce(started_at, clock_timestamp()) WHERE id = $1",
            {pg::param(batch)}, pg::spi::plan::kept);
}

void store_examination(pg::spi& sql, const pg::uuid& batch, const examination& examined, std::int64_t written_before) {
    const reading& file = examined.file();
    sql.run("DELETE FROM rowhouse.import_errors e WHERE e.batch_id = $1 AND (e.record IS NULL OR e.record > $2)",
            {pg::param(batch), pg::param(written_before)}, pg::spi::plan::kept);
    store_found(sql, batch, examined.found(), written_before);
    sql.run("UPDATE rowhouse.import_batches SET phase = CASE WHEN held THEN 'held' ELSE 'writing' END, format = $2, "
            "mapping = $3,"
            " total_rows = $4, codes = $5 WHERE id = $1",
            {pg::param(batch), jsonb_of(format_json(file.format())),
             jsonb_of(columns_json(file.mapping(), examined.wanted())), pg::param(file.total_records()),
             jsonb_of(codes_json(examined.found().codes()))},
            pg::spi::plan::kept);
}

void store_refused(pg::spi& sql, const pg::uuid& batch, const examination& examined,
                   const std::vector<finding>& refused) {
    if (refused.empty()) return;
    finding_store found(pg::row_store::lifetime::transaction);
    for (const finding& each : refused)
        found.add(each, examined.file().mapping(), examined.wanted());
    store_found(sql, batch, found);
    sql.run("UPDATE rowhouse.import_batches SET codes = codes || $2 ||"
            " (SELECT coalesce(jsonb_object_agg(c.key, c.value::bigint + ($2 ->> c.key)::bigint), '{}')"
            "  FROM jsonb_each_text(codes) c WHERE $2 ? c.key) WHERE id = $1",
            {pg::param(batch), jsonb_of(codes_json(found.codes()))}, pg::spi::plan::kept);
    found.close();
}

void release_batch(pg::spi& sql, const pg::uuid& batch) {
    if (sql.run("UPDATE rowhouse.import_batches SET held = false WHERE id = $1 AND held AND status = 'pending'",
                {pg::param(batch)}) == 0)
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "import batch \"" + pg::to_string(batch) + "\" is not held",
                        "It was started or cancelled before.");
}

void store_journal(pg::spi& sql, const pg::uuid& batch, std::int64_t written_before, const chunk_journal& journal) {
    if (journal.inserted.empty() && journal.updated.empty() && journal.transactions.empty()) return;
    std::vector<std::string_view> inserted(journal.inserted.begin(), journal.inserted.end());
    std::vector<std::string_view> transactions(journal.transactions.begin(), journal.transactions.end());
    std::vector<std::string_view> updated;
    std::vector<std::string_view> before;
    for (const auto& [name, values] : journal.updated) {
        updated.push_back(name);
        before.push_back(values);
    }
    sql.run("INSERT INTO rowhouse.import_chunks (batch_id, first_record, inserted, updated, before, transactions)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            {pg::param(batch), pg::param(written_before + 1), pg::param(inserted), pg::param(updated),
             pg::param(before), pg::param(transactions)},
            pg::spi::plan::kept);
}

bool store_counts(pg::spi& sql, const pg::uuid& batch, std::int64_t written_before, const chunk_counts& counts) {
    return sql.run("UPDATE rowhouse.import_batches b SET inserted = inserted + $3, updated = updated + $4, skipped = "
                   "skipped + $5,"
                   " failed = failed + $6, processed_rows = processed_rows + $3 + $4 + $5 + $6,"
                   " active_at = clock_timestamp()"
                   " WHERE id = $1 AND processed_rows = $2 AND status = 'processing'",
                   {pg::param(batch), pg::param(written_before), pg::param(counts.inserted), pg::param(counts.updated),
                    pg::param(counts.skipped), pg::param(counts.failed)},
                   pg::spi::plan::kept) == 1;
}

void complete_batch(pg::spi& sql, const pg::uuid& batch) {
    sql.run("UPDATE rowhouse.import_batches SET status = 'completed', phase = NULL, finished_at = clock_timestamp() "
            "WHERE id = $1",
            {pg::param(batch)}, pg::spi::plan::kept);
}

void fail_batch(pg::spi& sql, const pg::uuid& batch, const std::string& error) {
    sql.run("UPDATE rowhouse.import_batches SET status = 'failed', phase = NULL, error = $2, finished_at = "
            "clock_timestamp()"
            " WHERE id = $1",
            {pg::param(batch), pg::param(error)});
}

bool cancel_if_asked(pg::spi& sql, const pg::uuid& batch) {
    return sql.run(
               "UPDATE rowhouse.import_batches SET status = 'cancelled', phase = NULL, finished_at = clock_timestamp()"
               " WHERE id = $1 AND cancel_requested AND status IN ('pending', 'processing')",
               {pg::param(batch)}, pg::spi::plan::kept) == 1;
}

bool is_cancel_asked(pg::spi& sql, const pg::uuid& batch) {
    sql.run("SELECT FROM rowhouse.import_batches b WHERE b.id = $1 AND b.cancel_requested", {pg::param(batch)},
            pg::spi::plan::kept);
    return sql.row_count() > 0;
}

pg::error batch_not_found(const pg::uuid& batch) {
    return pg::not_found("import batch \"" + pg::to_string(batch) + "\" not found");
}

std::string batch_status(pg::spi& sql, const pg::uuid& batch) {
    sql.run(std::string("SELECT ") + status_expression + status_from + "WHERE b.id = $1", {pg::param(batch)},
            pg::spi::plan::kept);
    if (sql.row_count() == 0) throw batch_not_found(batch);
    return *sql.text(0, 1);
}

} // namespace rowhouse::imports
