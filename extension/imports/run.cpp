#include "imports/run.hpp"

#include "pg/role.hpp"

#include <algorithm>
#include <chrono>

namespace rowhouse::imports {

namespace {

struct refused_rows : std::exception {};
struct cancel_asked : std::exception {};
struct only_tried : std::exception {};

std::string count_of(std::int64_t rows, std::int64_t total) {
    return std::to_string(rows) + " of " + std::to_string(total) + (total == 1 ? " row" : " rows");
}

} // namespace

// Smaller chunks help where rows are slow. Where it is the chunk that is, as when each looks through a large table,
// they would make it worse and worse: then the size before was the right one.
void chunk_size::took(double seconds, std::int64_t rows) {
    const double rate = static_cast<double>(rows) / std::max(seconds, 0.001);
    if (seconds > 0.3 && made_smaller_ && rate < rate_ * 0.7) {
        least_ = size_ = std::min<std::int64_t>(size_ * 2, 16'000);
        made_smaller_ = false;
    } else if (seconds > 0.3) {
        size_ = std::max<std::int64_t>(size_ / 2, least_);
        made_smaller_ = true;
    } else if (seconds < 0.1) {
        size_ = std::min<std::int64_t>(size_ * 2, 16'000);
        made_smaller_ = false;
    }
    rate_ = rate;
}

std::optional<std::string> reason_to_fail(const import_options& options, const examination& examined) {
    if (const finding* obstacle = examined.file().obstacle()) return obstacle->message;
    const std::int64_t failed = examined.failed_records();
    if (options.all_or_nothing && failed > 0)
        return count_of(failed, examined.file().total_records()) + " at fault, and all or nothing was wanted";
    return std::nullopt;
}

bool write_chunk(pg::spi& sql, const pg::uuid& batch, const target& wanted, row_writer& writer, examination& examined,
                 std::int64_t written_before, std::int64_t most, std::vector<finding>& refused) {
    // One import at a time writes to a table: two of them could wait for each other's keys.
    sql.run("SELECT pg_advisory_xact_lock(hashtextextended('rowhouse import into', $1::bigint))",
            {pg::param(static_cast<std::int64_t>(wanted.table))}, pg::spi::plan::kept);
    pg::as_role as_table_owner = pg::as_role::owner_of(wanted.table);
    const bool any = writer.write(sql, most, refused);
    as_table_owner.end();
    if (!any) return false;
    store_refused(sql, batch, examined, refused);
    store_journal(sql, batch, written_before, writer.journal());
    examined.report_written(written_before + writer.counts().processed());
    return true;
}

pg::error batch_taken(const pg::uuid& batch) {
    return pg::error(ERRCODE_OBJECT_IN_USE, "import batch \"" + pg::to_string(batch) + "\" is being worked on");
}

void write_all_chunks(pg::spi& sql, const pg::uuid& batch, const target& wanted, const import_options& options,
                      examination& examined) {
    row_writer writer(wanted, options.mode, examined);
    std::vector<finding> refused;
    chunk_size size(8000); // nobody sees rows before the end
    const auto write = [&] {
        chunk_counts written; // told at the end, so that the batch is not locked and can be cancelled
        auto begin = std::chrono::steady_clock::now();
        while (write_chunk(sql, batch, wanted, writer, examined, written.processed(), size.next(), refused)) {
            if (options.all_or_nothing && !refused.empty()) throw refused_rows();
            if (options.all_or_nothing && is_cancel_asked(sql, batch)) throw cancel_asked();
            refused.clear();
            written.add(writer.counts());
            const auto end = std::chrono::steady_clock::now();
            size.took(std::chrono::duration<double>(end - begin).count(), writer.counts().processed());
            begin = end;
        }
        if (!store_counts(sql, batch, 0, written)) throw batch_taken(batch);
        complete_batch(sql, batch);
    };
    if (!options.all_or_nothing) return write();
    try {
        if (ErrorData* error = pg::try_in_subtransaction(write)) throw pg::postgres_error(error);
    } catch (const refused_rows&) {
        store_refused(sql, batch, examined, refused);
        fail_batch(sql, batch,
                   count_of(static_cast<std::int64_t>(refused.size()), examined.file().total_records()) +
                       " refused by the table, and all or nothing was wanted");
    } catch (const cancel_asked&) {
        cancel_if_asked(sql, batch);
    }
}

namespace {

// Examines and writes a batch that is there, in this transaction.
std::string run_here(pg::spi& sql, const pg::uuid& batch, Datum bytes, target& wanted, import_options options,
                     const cell_edits& edits) {
    complete_options(sql, wanted, batch, bytes, options);
    begin_batch(sql, batch);
    const content file(bytes);
    examination examined(sql, file, wanted, options, edits);
    store_examination(sql, batch, examined, 0);
    if (const auto reason = reason_to_fail(options, examined))
        fail_batch(sql, batch, *reason);
    else
        write_all_chunks(sql, batch, wanted, options, examined);
    examined.close();
    return batch_status(sql, batch);
}

} // namespace

// rowhouse.import_run(target text, content bytea, options jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_run) {
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    import_request request = read_request(sql, fcinfo);
    std::string status;
    const auto run = [&] {
        const pg::uuid batch = create_batch(sql, request);
        status = run_here(sql, batch, request.content, request.wanted, request.options, {});
        if (request.options.dry_run) throw only_tried();
    };
    if (request.options.dry_run) {
        try {
            if (ErrorData* error = pg::try_in_subtransaction(run)) throw pg::postgres_error(error);
        } catch (const only_tried&) { // and rolled back
        }
    } else {
        run();
    }
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(std::string_view(status));
}

// rowhouse.import_run(batch uuid) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_run_held) {
    const pg::uuid batch = pg::uuid_from(PG_GETARG_DATUM(0));
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    require_batch(sql, batch);
    const stored_batch stored = load_batch(sql, batch);
    context::identity importer;
    target wanted = target_for(sql, stored.target, importer);
    release_batch(sql, batch);
    const import_options options = import_options_from(stored.options, wanted);
    const std::string status = run_here(sql, batch, stored.content, wanted, options, stored.edits);
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(std::string_view(status));
}

} // namespace rowhouse::imports
