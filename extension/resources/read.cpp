// resource_list, resource_get, resource_export, system_list.

#include "context/authority.hpp"
#include "imports/export.hpp"
#include "isolation/system.hpp"
#include "pg/memory.hpp"
#include "pg/role.hpp"
#include "pg/row_json.hpp"
#include "resources/statement.hpp"
#include "resources/values.hpp"

namespace rowhouse::resources {

namespace {

constexpr std::int64_t page_rows = 50;
constexpr std::int64_t most_page_rows = 1000;
constexpr std::int64_t most_export_rows = 1'000'000'000;
constexpr std::size_t most_reason_bytes = 900;

std::optional<std::string> next_cursor(const resource& in, const list_query& query,
                                       const std::vector<std::size_t>& columns, const pg::row_json& json,
                                       HeapTuple last) {
    cursor_values values;
    for (const order_part& each : query.order) {
        const auto place = std::find(columns.begin(), columns.end(), each.column) - columns.begin();
        values.push_back(json.text(last, static_cast<int>(place) + 1));
    }
    return make_cursor(in.name + "?" + order_text(in, query.order), values);
}

// One row more than asked for says whether there is another page.
Datum read_page(const resource& in, const list_query& query, reach reach, MemoryContext memory) {
    const std::int64_t limit = query.limit.value_or(page_rows);
    const std::vector<std::size_t> columns = columns_of_page(query);
    pg::spi sql;
    const statement list = make_list(in, query, limit + 1, columns, reach);
    sql.run(list.sql, list.values, list.is_same ? pg::spi::plan::kept : pg::spi::plan::once);
    const bool is_last = sql.row_count() <= static_cast<std::uint64_t>(limit);
    const auto rows = is_last ? sql.rows() : sql.rows().first(static_cast<std::size_t>(limit));
    const pg::row_json json(sql.shape(), static_cast<int>(query.columns.size()));
    std::optional<std::string> next;
    if (!is_last) next = next_cursor(in, query, columns, json, rows.back());
    const Datum page = pg::made_in(memory, [&] { return json.list(rows, "next", next); });
    sql.finish();
    return page;
}

// What stands in the audit trail.
std::string reason_of(const resource& in, FunctionCallInfo fcinfo) {
    std::string reason = "system_list " + in.name;
    if (!PG_ARGISNULL(1)) reason += " " + pg::clip(pg::jsonb_text(PG_GETARG_DATUM(1)), most_reason_bytes);
    return reason;
}

std::string lines_of(const statement& list) {
    ExprContext* caller = pg::pg_try([] { return CreateStandaloneExprContext(); });
    imports::export_options options;
    options.line_break = "\r\n";
    auto* query = pg::running_query::start(list.sql, CurrentMemoryContext, caller, list.values);
    imports::exporter exporter(query, options);
    std::string lines;
    std::string_view line;
    while (exporter.next(line)) {
        lines += line;
        if (lines.size() > MaxAllocSize - VARHDRSZ)
            throw pg::error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "the export is longer than a text can be",
                            "Ask for less with conditions or parameter \"limit\".");
    }
    pg::pg_try([&] { FreeExprContext(caller, true); });
    return lines;
}

} // namespace

// rowhouse.resource_list(resource text, query jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_resource_list) {
    MemoryContext const memory = CurrentMemoryContext;
    require_login();
    const resource in = find_resource(fcinfo);
    require_access(in, access::read);
    const list_query query = read_query(in, fcinfo, 1, most_page_rows);
    pg::as_role as_table_owner = pg::as_role::owner_of(in.table);
    const Datum page = read_page(in, query, reach::own, memory);
    as_table_owner.end();
    return page;
}

// rowhouse.resource_get(resource text, id text) jsonb
ROWHOUSE_FUNCTION(rowhouse_resource_get) {
    MemoryContext const memory = CurrentMemoryContext;
    require_login();
    const resource in = find_resource(fcinfo);
    require_access(in, access::read);
    const std::string id = id_argument(fcinfo);
    pg::as_role as_table_owner = pg::as_role::owner_of(in.table);
    const auto value = try_value_of(id_column(in), id);
    if (!value) throw not_found(in, id);
    pg::spi sql;
    sql.run("SELECT " + all_columns(in) + " FROM " + in.relation + " t WHERE " + one_row(in), {*value},
            pg::spi::plan::kept);
    if (sql.row_count() == 0) throw not_found(in, id);
    const pg::row_json json(sql.shape(), static_cast<int>(in.columns.size()));
    const Datum row = pg::made_in(memory, [&] { return json.object(sql.rows().front()); });
    sql.finish();
    as_table_owner.end();
    return row;
}

// rowhouse.resource_export(resource text, query jsonb) text
ROWHOUSE_FUNCTION(rowhouse_resource_export) {
    require_login();
    const resource in = find_resource(fcinfo);
    require_access(in, access::read);
    const list_query query = read_query(in, fcinfo, 1, most_export_rows);
    pg::as_role as_table_owner = pg::as_role::owner_of(in.table);
    const std::string lines = lines_of(make_list(in, query, query.limit, query.columns, reach::own));
    as_table_owner.end();
    return pg::make_text(lines);
}

// rowhouse.system_list(resource text, query jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_system_list) {
    MemoryContext const memory = CurrentMemoryContext;
    require_login();
    if (!pg::pg_try([] { return context::is_super_admin(); }))
        throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE, "this is for super admins");
    const resource in = find_resource(fcinfo);
    const list_query query = read_query(in, fcinfo, 1, most_page_rows, reach::all);
    isolation::begin_system(reason_of(in, fcinfo));
    pg::as_role as_system(isolation::oversight_role);
    const Datum page = read_page(in, query, reach::all, memory);
    as_system.end();
    isolation::end_system();
    return page;
}

} // namespace rowhouse::resources
