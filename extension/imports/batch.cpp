#include "imports/batch.hpp"

#include "imports/report.hpp"

namespace rowhouse::imports {

const char* const status_expression =
    "jsonb_build_object('id', b.id, 'target', b.target, 'status', b.status, 'file_name', b.file_name,"
    " 'total_rows', b.total_rows, 'processed_rows', b.processed_rows, 'inserted', b.inserted, 'updated', b.updated,"
    " 'skipped', b.skipped, 'failed', b.failed,"
    " 'progress', CASE WHEN b.status = 'completed' THEN 100 WHEN b.total_rows = 0 THEN 0"
    "                  ELSE b.processed_rows * 100 / b.total_rows END,"
    " 'created_at', b.created_at, 'started_at', b.started_at, 'finished_at', b.finished_at, 'error', b.error)";

namespace {

pg::parameter jsonb_of(const pg::json& value) {
    return {JSONBOID, pg::make_jsonb(value)};
}

void insert_findings(pg::spi& sql, const pg::uuid& batch, const pg::json& findings) {
    if (findings.empty()) return;
    sql.run("INSERT INTO rowhouse.import_errors (batch_id, severity, level, code, line, record, byte_offset,"
            " column_position, column_name, target_column, value, message, hint, related)"
            " SELECT $1, f.severity, f.level, f.code, f.line, f.record, f.byte_offset, f.position, f.\"column\","
            " f.target, f.value, f.message, f.hint, f.related"
            " FROM jsonb_to_recordset($2) AS f(severity text, level text, code text, line bigint, record bigint,"
            " byte_offset bigint, position integer, \"column\" text, target text, value text, message text, hint text,"
            " related text)",
            {pg::param(batch), jsonb_of(findings)});
}

} // namespace

pg::uuid create_batch(pg::spi& sql, const import_request& request) {
    const pg::uuid batch = pg::random_uuid();
    const auto& file_name = request.options.file_name;
    sql.run("INSERT INTO rowhouse.import_batches (id, target, file_name, content, options, created_by)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            {pg::param(batch),
             pg::param(request.wanted.name),
             file_name ? pg::param(*file_name) : pg::null_of(TEXTOID),
             {BYTEAOID, request.content_value},
             jsonb_of(request.options_json),
             pg::param(request.importer.user)});
    return batch;
}

void begin_batch(pg::spi& sql, const pg::uuid& batch, const pipeline& work) {
    sql.run("UPDATE rowhouse.import_batches SET status = 'processing', started_at = coalesce(started_at, "
            "clock_timestamp()),"
            " format = $2, mapping = $3, total_rows = $4 WHERE id = $1",
            {pg::param(batch), jsonb_of(format_json(work.format())),
             jsonb_of(columns_json(work.mapping(), work.wanted())), pg::param(work.total_records())});
}

void add_counts(pg::spi& sql, const pg::uuid& batch, const batch_counts& counts) {
    sql.run("UPDATE rowhouse.import_batches SET inserted = inserted + $2, failed = failed + $3,"
            " processed_rows = processed_rows + $2 + $3 WHERE id = $1",
            {pg::param(batch), pg::param(counts.inserted), pg::param(counts.failed)});
}

void store_findings(pg::spi& sql, const pg::uuid& batch, const pipeline& work, const std::vector<finding>& findings) {
    pg::json list = pg::json::array();
    for (const finding& each : findings)
        list.push_back(finding_json(each, work.mapping(), work.wanted()));
    insert_findings(sql, batch, list);
}

void store_findings(pg::spi& sql, const pg::uuid& batch, const pipeline& work,
                    const std::vector<checked_record>& chunk) {
    pg::json list = pg::json::array();
    for (const checked_record& record : chunk)
        for (const finding& each : record.findings)
            list.push_back(finding_json(each, work.mapping(), work.wanted()));
    insert_findings(sql, batch, list);
}

void complete_batch(pg::spi& sql, const pg::uuid& batch) {
    sql.run("UPDATE rowhouse.import_batches SET status = 'completed', finished_at = clock_timestamp() WHERE id = $1",
            {pg::param(batch)});
}

void fail_batch(pg::spi& sql, const pg::uuid& batch, const std::string& error) {
    sql.run("UPDATE rowhouse.import_batches SET status = 'failed', error = $2, finished_at = clock_timestamp()"
            " WHERE id = $1",
            {pg::param(batch), pg::param(error)});
}

pg::error batch_not_found(const pg::uuid& batch) {
    return pg::not_found("import batch \"" + pg::to_string(batch) + "\" not found");
}

std::string batch_status(pg::spi& sql, const pg::uuid& batch) {
    sql.run(std::string("SELECT ") + status_expression + " FROM rowhouse.import_batches b WHERE b.id = $1",
            {pg::param(batch)});
    if (sql.row_count() == 0) throw batch_not_found(batch);
    return *sql.text(0, 1);
}

} // namespace rowhouse::imports
