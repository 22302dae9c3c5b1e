// Held batches: files that were examined and kept, to be corrected cell by cell and then started.

#include "imports/batch.hpp"
#include "imports/worker.hpp"
#include "pg/role.hpp"

namespace rowhouse::imports {

namespace {

// The batch, locked; raises 55000 where it is not held.
stored_batch lock_held(pg::spi& sql, const pg::uuid& batch) {
    sql.run("SELECT b.held AND b.status = 'pending' FROM rowhouse.import_batches b WHERE b.id = $1 FOR UPDATE",
            {pg::param(batch)});
    if (sql.row_count() == 0) throw batch_not_found(batch);
    if (sql.text(0, 1) != "t")
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "import batch \"" + pg::to_string(batch) + "\" is not held",
                        "Only a file that import_stage() has kept, and that was not started yet, can be corrected.");
    return load_batch(sql, batch);
}

// In the place of the findings that the correction can have changed come those that there are now.
pg::json recheck(pg::spi& sql, const pg::uuid& batch, const stored_batch& stored, target& wanted,
                 const import_options& options, const edit_scope& scope) {
    const content file(stored.content);
    examination examined(sql, file, wanted, options, stored.edits, pg::row_store::lifetime::transaction, &scope);
    std::vector<std::string_view> keys;
    for (const unique_key& key : wanted.keys)
        if (examined.touches(key)) keys.push_back(wanted.columns[examined.sql_of().first_column(key.columns)].name);
    sql.run("DELETE FROM rowhouse.import_errors e WHERE e.batch_id = $1"
            " AND CASE WHEN e.code = 'unique-in-file' THEN e.target_column = ANY ($3) ELSE e.record = $2 END",
            {pg::param(batch), pg::param(scope.record), pg::param(keys)});
    store_found(sql, batch, examined.found());
    examined.close();
    sql.run("WITH codes AS (SELECT coalesce(jsonb_object_agg(c.code, c.count), '{}') AS list"
            "  FROM (SELECT e.code, count(*) FROM rowhouse.import_errors e WHERE e.batch_id = $1 GROUP BY e.code) c)"
            " UPDATE rowhouse.import_batches b SET codes = codes.list FROM codes WHERE b.id = $1"
            " RETURNING codes.list, (SELECT count(DISTINCT e.record) FROM rowhouse.import_errors e"
            "  WHERE e.batch_id = $1 AND e.severity = 'error' AND e.record IS NOT NULL), b.total_rows",
            {pg::param(batch)});
    const std::int64_t invalid = std::stoll(*sql.text(0, 2));
    pg::json result = {{"record", scope.record},
                       {"valid_rows", std::stoll(*sql.text(0, 3)) - invalid},
                       {"invalid_rows", invalid},
                       {"codes", pg::json::parse(*sql.text(0, 1))}};
    sql.run("SELECT coalesce(jsonb_agg(to_jsonb(e) - '{seq,batch_id,organization_id}'::text[] ORDER BY e.seq), '[]')"
            " FROM rowhouse.import_errors e WHERE e.batch_id = $1 AND e.record = $2",
            {pg::param(batch), pg::param(scope.record)});
    result["findings"] = pg::json::parse(*sql.text(0, 1));
    return result;
}

// Where the column stands in the file: as it was read when the file was taken in.
std::size_t position_of(pg::spi& sql, const pg::uuid& batch, const std::string& column, std::int64_t record) {
    sql.run(
        "SELECT (SELECT c.n::text FROM jsonb_array_elements(b.mapping) WITH ORDINALITY c(entry, n)"
        "  WHERE $2 IN (c.entry ->> 'source', c.entry ->> 'target') ORDER BY c.entry ->> 'source' <> $2, c.n LIMIT 1),"
        " $3 BETWEEN 1 AND b.total_rows FROM rowhouse.import_batches b WHERE b.id = $1",
        {pg::param(batch), pg::param(std::string_view(column)), pg::param(record)});
    if (sql.text(0, 2) != "t") throw pg::not_found("the file has no record " + std::to_string(record));
    if (!sql.text(0, 1)) throw pg::error(ERRCODE_UNDEFINED_COLUMN, "the file has no column \"" + column + "\"");
    return std::stoull(*sql.text(0, 1)) - 1;
}

} // namespace

// rowhouse.import_edit(batch uuid, record bigint, column_name text, value text) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_edit) {
    for (int i = 0; i < 3; i++)
        if (PG_ARGISNULL(i))
            throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "batch, record and column_name must not be null");
    const pg::uuid batch = pg::uuid_from(PG_GETARG_DATUM(0));
    const std::int64_t record = PG_GETARG_INT64(1);
    const std::string column(pg::arg_text(fcinfo, 2));
    const std::optional<std::string> value =
        PG_ARGISNULL(3) ? std::nullopt : std::optional<std::string>(pg::arg_text(fcinfo, 3));
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    require_batch(sql, batch);
    stored_batch stored = lock_held(sql, batch);
    context::identity importer;
    target wanted = target_for(sql, stored.target, importer);
    import_options options = import_options_from(stored.options, wanted);
    complete_options(sql, wanted, batch, stored.content, options);
    const edit_scope scope{record, position_of(sql, batch, column, record)};
    sql.run(
        "INSERT INTO rowhouse.import_edits (batch_id, record, position, value, edited_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (organization_id, batch_id, record, position) DO UPDATE SET value = excluded.value, edited_by = "
        "excluded.edited_by, edited_at = now()",
        {pg::param(batch), pg::param(record), pg::param(static_cast<std::int64_t>(scope.column) + 1),
         value ? pg::param(std::string_view(*value)) : pg::null_of(TEXTOID), pg::param(importer.user)});
    stored.edits[record][scope.column] = value;
    const pg::json result = recheck(sql, batch, stored, wanted, options, scope);
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(result);
}

// rowhouse.import_start(batch uuid) uuid
ROWHOUSE_FUNCTION(rowhouse_import_start_held) {
    const pg::uuid batch = pg::uuid_from(PG_GETARG_DATUM(0));
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    require_batch(sql, batch);
    const stored_batch stored = load_batch(sql, batch);
    context::identity importer;
    target_for(sql, stored.target, importer);
    release_batch(sql, batch);
    sql.finish();
    as_owner.end();
    start_import_worker(batch, true);
    return pg::make_uuid(batch);
}

} // namespace rowhouse::imports
