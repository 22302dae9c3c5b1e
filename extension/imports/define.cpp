// define_import, drop_import, and looking a target up.

#include "imports/define.hpp"

#include "imports/definition.hpp"
#include "isolation/table_facts.hpp"
#include "pg/role.hpp"

namespace rowhouse::imports {

namespace {

pg::json shape_of(pg::spi& sql, Oid table) {
    sql.run("SELECT rowhouse.import_shape($1)", {pg::param_oid(table)}, pg::spi::plan::kept);
    const auto shape = sql.text(0, 1);
    if (!shape) throw pg::error(ERRCODE_UNDEFINED_TABLE, "the table does not exist");
    return pg::json::parse(*shape);
}

pg::json object_argument(FunctionCallInfo fcinfo, int index, const char* name) {
    return PG_ARGISNULL(index) ? pg::json::object() : pg::arg_json_object(fcinfo, index, name);
}

std::string name_argument(FunctionCallInfo fcinfo) {
    if (PG_ARGISNULL(0)) throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "target must not be null");
    return std::string(pg::arg_text(fcinfo, 0));
}

// Whoever takes a name from somebody must be able to do so to the table behind it as well. A table that is gone is
// nobody's.
void require_own_target(pg::spi& sql, const std::string& name, bool must_be) {
    sql.run("SELECT i.relation::oid, to_regclass(i.relation::text) IS NOT NULL FROM rowhouse.import_targets i WHERE "
            "i.target = $1",
            {pg::param(name)});
    if (sql.row_count() == 0) {
        if (must_be) throw pg::not_found("import target \"" + name + "\" not found");
        return;
    }
    bool null = false;
    const Oid table = DatumGetObjectId(sql.value(0, 1, null));
    if (DatumGetBool(sql.value(0, 2, null))) isolation::require_own_table(table);
}

// Raises what reading them would.
void require_labels(pg::spi& sql, Oid table, const target& made) {
    pg::as_role as_table_owner = pg::as_role::owner_of(table);
    for (const target_column& each : made.columns)
        if (each.look_up)
            sql.run("SELECT r." + each.look_up->label + ", r." + each.look_up->column + " FROM " +
                    each.look_up->relation + " r LIMIT 0");
    as_table_owner.end();
}

pg::json describe(const target& made) {
    pg::json columns = pg::json::array();
    for (const target_column& each : made.columns)
        columns.push_back({{"name", each.name},
                           {"label", each.label},
                           {"type", each.type},
                           {"required", each.rule.options().required}});
    pg::json key = nullptr;
    if (made.key) {
        key = pg::json::array();
        for (const std::string& each : made.keys[*made.key].columns)
            if (find_column(made, each)) key.push_back(each);
    }
    return {{"target", made.name},
            {"relation", made.relation},
            {"role", context::to_string(made.least_role)},
            {"key", key},
            {"columns", columns}};
}

} // namespace

target find_target(pg::spi& sql, const std::string& name) {
    sql.run("SELECT i.relation::oid, i.columns, i.options, rowhouse.import_shape(i.relation)"
            " FROM rowhouse.import_targets i WHERE i.target = $1",
            {pg::param(name)}, pg::spi::plan::kept);
    if (sql.row_count() == 0 || !sql.text(0, 4)) throw pg::not_found("import target \"" + name + "\" not found");
    bool null = false;
    target found = make_target(name, pg::json::parse(*sql.text(0, 4)), pg::json::parse(*sql.text(0, 2)),
                               pg::json::parse(*sql.text(0, 3)));
    found.table = DatumGetObjectId(sql.value(0, 1, null));
    return found;
}

// rowhouse.define_import(target text, relation regclass, columns jsonb, options jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_define_import) {
    const std::string name = name_argument(fcinfo);
    if (PG_ARGISNULL(1)) throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "relation must not be null");
    const Oid table = PG_GETARG_OID(1);
    const pg::json columns = object_argument(fcinfo, 2, "columns");
    const pg::json options = object_argument(fcinfo, 3, "options");
    isolation::require_own_table(table);
    pg::spi sql;
    pg::as_role as_system(pg::owner_role);
    const pg::json shape = shape_of(sql, table);
    const target made = make_target(name, shape, columns, options);
    as_system.end();
    require_labels(sql, table, made);
    require_own_target(sql, name, false);
    pg::as_role as_owner(pg::owner_role);
    sql.run("INSERT INTO rowhouse.import_targets (target, relation, columns, options) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (target) DO UPDATE SET relation = excluded.relation, columns = excluded.columns, options = "
            "excluded.options",
            {pg::param(name),
             pg::param_oid(table),
             {JSONBOID, pg::make_jsonb(columns)},
             {JSONBOID, pg::make_jsonb(options)}});
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(describe(made));
}

// rowhouse.drop_import(target text)
ROWHOUSE_FUNCTION(rowhouse_drop_import) {
    const std::string name = name_argument(fcinfo);
    pg::spi sql;
    require_own_target(sql, name, true);
    pg::as_role as_owner(pg::owner_role);
    sql.run("DELETE FROM rowhouse.import_targets i WHERE i.target = $1", {pg::param(name)});
    sql.finish();
    as_owner.end();
    PG_RETURN_VOID();
}

} // namespace rowhouse::imports
