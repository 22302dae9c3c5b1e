// What is known about batches: import_status, import_errors, import_history; and the template.

#include "core/csv_writer.hpp"
#include "imports/batch.hpp"
#include "imports/define.hpp"
#include "imports/worker.hpp"
#include "pg/result.hpp"
#include "pg/role.hpp"

namespace rowhouse::imports {

namespace {

std::int64_t row_limit(FunctionCallInfo fcinfo, int index) {
    const std::int32_t most = PG_GETARG_INT32(index);
    if (most < 0) throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "max_rows must not be negative");
    return most;
}

// What waits for a process, or lost the one it had, goes on as soon as somebody looks and a process is free.
void revive(pg::spi& sql, const pg::uuid& batch) {
    sql.run("SELECT b.status IN ('pending', 'processing') AND NOT b.held AND b.active_at < clock_timestamp() - "
            "interval '2 seconds'"
            " AND NOT rowhouse.import_is_running(b.id) FROM rowhouse.import_batches b WHERE b.id = $1",
            {pg::param(batch)}, pg::spi::plan::kept);
    if (sql.row_count() > 0 && sql.text(0, 1) == "t") start_import_worker(batch, false);
}

} // namespace

// rowhouse.import_status(batch uuid) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_status) {
    const pg::uuid batch = pg::uuid_from(PG_GETARG_DATUM(0));
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    require_batch(sql, batch);
    revive(sql, batch);
    const std::string status = batch_status(sql, batch);
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(std::string_view(status));
}

// rowhouse.import_errors(batch uuid, after bigint, max_rows integer, code text) setof rowhouse.import_errors
ROWHOUSE_FUNCTION(rowhouse_import_errors) {
    pg::row_collector rows(fcinfo);
    for (int i = 0; i < 3; i++)
        if (PG_ARGISNULL(i)) return Datum{0};
    const pg::uuid batch = pg::uuid_from(PG_GETARG_DATUM(0));
    const std::int64_t after = PG_GETARG_INT64(1);
    const std::int64_t most = row_limit(fcinfo, 2);
    const pg::parameter code = PG_ARGISNULL(3) ? pg::null_of(TEXTOID) : pg::param(pg::arg_text(fcinfo, 3));
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    require_batch(sql, batch);
    sql.run(
        "SELECT e FROM rowhouse.import_errors e WHERE e.batch_id = $1 AND e.seq > $2 AND ($4 IS NULL OR e.code = $4)"
        " ORDER BY e.seq LIMIT $3",
        {pg::param(batch), pg::param(after), pg::param(most), code});
    for (std::uint64_t i = 0; i < sql.row_count(); i++) {
        bool null = false;
        rows.add_row(sql.value(i, 1, null));
    }
    sql.finish();
    as_owner.end();
    return Datum{0};
}

// rowhouse.import_history(max_rows integer, target text) setof jsonb
ROWHOUSE_FUNCTION(rowhouse_import_history) {
    pg::row_collector rows(fcinfo);
    if (PG_ARGISNULL(0)) return Datum{0};
    const std::int64_t most = row_limit(fcinfo, 0);
    const pg::parameter target = PG_ARGISNULL(1) ? pg::null_of(TEXTOID) : pg::param(pg::arg_text(fcinfo, 1));
    const context::identity who = context::require_role(context::member_role::viewer);
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    sql.run(std::string("SELECT ") + status_expression + status_from +
                "WHERE b.organization_id = rowhouse.organization_id() AND ($2 OR "
                "b.created_by = $3) AND ($4 IS NULL OR b.target = $4)"
                " ORDER BY b.created_at DESC, b.id LIMIT $1",
            {pg::param(most), pg::param_bool(who.role >= context::member_role::admin), pg::param(who.user), target});
    for (std::uint64_t i = 0; i < sql.row_count(); i++) {
        bool null = false;
        rows.add({sql.value(i, 1, null)});
    }
    sql.finish();
    as_owner.end();
    return Datum{0};
}

// rowhouse.import_progress() setof record
ROWHOUSE_FUNCTION(rowhouse_import_progress) {
    const context::identity who = pg::pg_try([] { return context::current(); });
    pg::row_collector rows(fcinfo);
    pg::spi sql;
    pg::parameter organization = pg::null_of(UUIDOID);
    pg::parameter person = pg::null_of(UUIDOID);
    if (who.in_organization) {
        context::require_role(context::member_role::viewer);
        organization = pg::param(who.organization);
        if (who.role < context::member_role::admin) person = pg::param(who.user);
    } else {
        sql.run("SELECT rowhouse.require_operator()");
    }
    pg::as_role as_owner(pg::owner_role);
    sql.run("SELECT r FROM rowhouse.running_imports($1, $2) r", {organization, person});
    for (std::uint64_t i = 0; i < sql.row_count(); i++) {
        bool null = false;
        rows.add_row(sql.value(i, 1, null));
    }
    sql.finish();
    as_owner.end();
    return Datum{0};
}

// rowhouse.import_template(target text) text
ROWHOUSE_FUNCTION(rowhouse_import_template) {
    context::require_role(context::member_role::viewer);
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    const target wanted = find_target(sql, std::string(pg::arg_text(fcinfo, 0)));
    sql.finish();
    as_owner.end();
    std::string header;
    std::string example;
    for (const target_column& column : wanted.columns) {
        if (!header.empty()) header += ',', example += ',';
        csv::append_cell(header, column.label, false, ',', false);
        csv::append_cell(example, column.example, column.example.empty(), ',', false);
    }
    return pg::make_text(header + "\r\n" + example + "\r\n");
}

} // namespace rowhouse::imports
