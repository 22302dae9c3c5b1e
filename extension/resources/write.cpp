// resource_insert, resource_update, resource_delete.

#include "pg/memory.hpp"
#include "pg/role.hpp"
#include "pg/row_json.hpp"
#include "resources/body.hpp"
#include "resources/border_key.hpp"
#include "resources/statement.hpp"
#include "resources/values.hpp"

namespace rowhouse::resources {

namespace {

void append(std::string& list, const std::string& part) {
    list += (list.empty() ? "" : ", ") + part;
}

// "name type", as a list of column definitions has it.
std::string definition_of(const column& column) {
    const char* type = pg::pg_try([&]() -> const char* {
        return format_type_extended(column.type, column.typmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
    });
    return pg::quote_identifier(column.name) + " " + type;
}

// Raises 22023 for names of no column, or of one that is not for requests to give.
std::vector<const column*> columns_of(const resource& in, const std::vector<std::string>& names) {
    std::vector<const column*> columns;
    for (const std::string& each : names) {
        const column& found = in.columns[require_column(in, each)];
        const bool owns = std::any_of(in.owners.begin(), in.owners.end(),
                                      [&](const auto& owner) { return owner.name == found.name; });
        if (!found.given)
            throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                            "column \"" + found.name + "\" of resource \"" + in.name + "\" cannot be given",
                            owns ? "It says whose the row is, which the context does."
                                 : "The database gives it its value.");
        columns.push_back(&found);
    }
    return columns;
}

std::string make_insert(const resource& in, const std::vector<std::string>& names) {
    std::string columns;
    std::string values;
    std::string definitions;
    for (const column* each : columns_of(in, names)) {
        append(columns, pg::quote_identifier(each->name));
        append(values, "r." + pg::quote_identifier(each->name));
        append(definitions, definition_of(*each));
    }
    for (const isolation::owner_column& each : in.owners) {
        append(columns, pg::quote_identifier(each.name));
        append(values, "(SELECT " + each.expression + ")");
    }
    const std::string rows = definitions.empty() ? "pg_catalog.jsonb_array_elements($1) r"
                                                 : "pg_catalog.jsonb_to_recordset($1) AS r(" + definitions + ")";
    return "INSERT INTO " + in.relation + " AS t (" + columns + ") SELECT " + values + " FROM " + rows + " RETURNING " +
           all_columns(in);
}

std::string make_update(const resource& in, const std::vector<std::string>& names) {
    std::string assignments;
    std::string definitions;
    for (const column* each : columns_of(in, names)) {
        const std::string name = pg::quote_identifier(each->name);
        append(assignments, name + " = r." + name);
        append(definitions, definition_of(*each));
    }
    // What is not changed is only read.
    if (assignments.empty()) return "SELECT " + all_columns(in) + " FROM " + in.relation + " t WHERE " + one_row(in);
    return "UPDATE " + in.relation + " AS t SET " + assignments + " FROM pg_catalog.jsonb_to_record($2) AS r(" +
           definitions + ") WHERE " + one_row(in) + " RETURNING " + all_columns(in);
}

// What would wait for the end of the transaction runs at once, with the rights of the table's owner: at the end it
// would run with those of whoever is connected.
class write_as_owner {
public:
    enum class kind { insert, change };

    write_as_owner(pg::spi& sql, const resource& in, kind how)
        : waiting_(waiting_of(sql, in, how)), role_(pg::as_role::owner_of(in.table)) {
        if (!waiting_.empty()) sql.run("SET CONSTRAINTS " + waiting_ + " IMMEDIATE");
    }
    void end() { role_.end(); }

private:
    static std::string waiting_of(pg::spi& sql, const resource& in, kind how) {
        if (!in.may_wait) return {};
        pg::as_role as_rowhouse(pg::owner_role);
        sql.run("SELECT rowhouse.import_deferrable($1) ->> $2",
                {pg::param_oid(in.table), pg::param(how == kind::insert ? "own" : "all")}, pg::spi::plan::kept);
        const std::string names = sql.text(0, 1).value_or("");
        as_rowhouse.end();
        return names;
    }

    std::string waiting_;
    pg::as_role role_;
};

// Rows of the same columns that follow each other go in as one statement.
std::size_t count_alike(const body& given, std::size_t first) {
    std::size_t next = first + 1;
    while (next < given.rows.size() && given.rows[next].names == given.rows[first].names)
        next++;
    return next - first;
}

// What a statement gave back, kept while others run.
struct stored_rows {
    TupleDesc shape = nullptr;
    std::vector<HeapTuple> rows;

    void take(const pg::spi& sql) {
        shape = pg::pg_try([&] { return CreateTupleDescCopy(sql.shape()); });
        for (HeapTuple each : sql.rows())
            rows.push_back(pg::pg_try([&] { return heap_copytuple(each); }));
    }
};

stored_rows insert_all(pg::spi& sql, const resource& in, const body& given) {
    stored_rows stored;
    for (std::size_t first = 0, count = 0; first < given.rows.size(); first += count) {
        count = count_alike(given, first);
        const std::vector<std::string>& names = given.rows[first].names;
        sql.run(make_insert(in, names), {{JSONBOID, array_of(given, first, count)}},
                count == given.rows.size() ? pg::spi::plan::once : pg::spi::plan::again);
        if (sql.row_count() != count)
            throw pg::error(ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION,
                            "a row was left out by a trigger of table " + in.relation);
        stored.take(sql);
        check_border_keys(sql, in, names);
    }
    return stored;
}

// Of what is written by the caller.
resource find_writable(pg::spi& sql, FunctionCallInfo fcinfo) {
    require_login();
    resource in = find_resource(fcinfo);
    require_access(in, access::write);
    std::vector<std::string> expressions;
    for (const isolation::owner_column& each : in.owners)
        expressions.push_back(each.expression);
    isolation::require_owner_keys(sql, expressions, in.relation);
    in.border_keys = find_border_keys(in);
    return in;
}

} // namespace

// rowhouse.resource_insert(resource text, body jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_resource_insert) {
    MemoryContext const memory = CurrentMemoryContext;
    pg::spi sql;
    const resource in = find_writable(sql, fcinfo);
    const body given = read_body(fcinfo, 1);
    for (const body_row& each : given.rows)
        columns_of(in, each.names); // all are right before the first is written
    write_as_owner as_owner(sql, in, write_as_owner::kind::insert);
    const stored_rows stored = insert_all(sql, in, given);
    const Datum answer = pg::made_in(memory, [&] {
        if (stored.rows.empty()) return pg::make_jsonb(std::string_view("{\"items\": []}"));
        const pg::row_json json(stored.shape, static_cast<int>(in.columns.size()));
        return given.is_list ? json.list(stored.rows) : json.object(stored.rows.front());
    });
    sql.finish();
    as_owner.end();
    return answer;
}

// rowhouse.resource_update(resource text, id text, body jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_resource_update) {
    MemoryContext const memory = CurrentMemoryContext;
    pg::spi sql;
    const resource in = find_writable(sql, fcinfo);
    const std::string id = id_argument(fcinfo);
    const body given = read_body(fcinfo, 2);
    if (given.is_list)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "body must be a JSON object",
                        "Give an object with the columns to change.");
    const std::vector<std::string>& names = given.rows.front().names;
    const std::string update = make_update(in, names);
    write_as_owner as_owner(sql, in, write_as_owner::kind::change);
    const auto value = try_value_of(id_column(in), id);
    if (!value) throw not_found(in, id);
    if (names.empty())
        sql.run(update, {*value}, pg::spi::plan::kept);
    else
        sql.run(update, {*value, {JSONBOID, PG_GETARG_DATUM(2)}});
    if (sql.row_count() == 0) throw not_found(in, id);
    stored_rows stored;
    stored.take(sql);
    check_border_keys(sql, in, names);
    const pg::row_json json(stored.shape, static_cast<int>(in.columns.size()));
    const Datum row = pg::made_in(memory, [&] { return json.object(stored.rows.front()); });
    sql.finish();
    as_owner.end();
    return row;
}

// rowhouse.resource_delete(resource text, id text)
ROWHOUSE_FUNCTION(rowhouse_resource_delete) {
    pg::spi sql;
    const resource in = find_writable(sql, fcinfo);
    const std::string id = id_argument(fcinfo);
    const std::string condition = one_row(in);
    write_as_owner as_owner(sql, in, write_as_owner::kind::change);
    const auto value = try_value_of(id_column(in), id);
    if (!value) throw not_found(in, id);
    const auto gone = sql.run("DELETE FROM " + in.relation + " AS t WHERE " + condition, {*value}, pg::spi::plan::kept);
    if (gone == 0) throw not_found(in, id);
    sql.finish();
    as_owner.end();
    PG_RETURN_VOID();
}

} // namespace rowhouse::resources
