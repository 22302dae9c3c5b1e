#include "imports/run.hpp"

#include "imports/members.hpp"
#include "pg/memory.hpp"
#include "pg/role.hpp"

namespace rowhouse::imports {

namespace {

// Checks against the table, writes, reports, counts: what belongs together, whoever ends the transaction around it.
void run_chunk(pg::spi& sql, const pg::uuid& batch, const pipeline& work, std::vector<checked_record>& chunk) {
    find_existing(sql, work.wanted(), work.mapping(), chunk);
    batch_counts counts;
    counts.inserted = insert_records(sql, work.wanted(), chunk);
    counts.failed = static_cast<std::int64_t>(chunk.size()) - counts.inserted;
    store_findings(sql, batch, work, chunk);
    add_counts(sql, batch, counts);
}

} // namespace

void run_batch(pg::spi& sql, const pg::uuid& batch, std::string_view content, const target& target,
               const import_options& options) {
    pipeline work(content, target, options);
    begin_batch(sql, batch, work);
    store_findings(sql, batch, work, work.file_findings());
    if (const finding* obstacle = work.obstacle()) {
        fail_batch(sql, batch, obstacle->message);
        return;
    }
    pg::scratch_memory scratch;
    for (auto chunk = work.next_chunk(); !chunk.empty(); chunk = work.next_chunk()) {
        run_chunk(sql, batch, work, chunk);
        scratch.reset();
    }
    scratch.end();
    complete_batch(sql, batch);
}

// rowhouse.import_run(target text, content bytea, options jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_run) {
    const import_request request = read_request(fcinfo);
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    const pg::uuid batch = create_batch(sql, request);
    run_batch(sql, batch, request.content, request.wanted, request.options);
    const std::string status = batch_status(sql, batch);
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(std::string_view(status));
}

} // namespace rowhouse::imports
