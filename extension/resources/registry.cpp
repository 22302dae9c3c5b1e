// expose and conceal: which tables are resources, and under which names.

#include "isolation/owners.hpp"
#include "isolation/table_facts.hpp"
#include "pg/role.hpp"

namespace rowhouse::resources {

namespace {

constexpr std::size_t longest_name = 63;

bool is_resource_name(const std::string& name) {
    const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= longest_name && is_small(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return is_small(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

Oid table_argument(FunctionCallInfo fcinfo) {
    if (PG_ARGISNULL(0)) throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "target must not be null");
    const Oid table = PG_GETARG_OID(0);
    isolation::require_not_ours(table, "tables of rowhouse have functions of their own");
    isolation::require_own_table(table);
    return table;
}

std::string name_argument(FunctionCallInfo fcinfo, Oid table) {
    std::string name;
    if (PG_ARGISNULL(1)) {
        const char* own = pg::pg_try([&]() -> const char* { return get_rel_name(table); });
        name = own ? own : "";
    } else {
        name = pg::arg_text(fcinfo, 1);
    }
    if (!is_resource_name(name))
        throw pg::error(
            ERRCODE_INVALID_PARAMETER_VALUE, "\"" + pg::clip(name, NAMEDATALEN) + "\" is no name of a resource",
            "Give a name of 1 to 63 small letters, digits, underscores and hyphens that begins with a letter.");
    return name;
}

void require_isolated(Oid table) {
    if (!isolation::owners_of(table).isolated)
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "table " + pg::qualified_name(table) + " is not isolated", "Call rowhouse.isolate() first.");
}

void require_key(pg::spi& sql, Oid table) {
    if (isolation::key_columns(sql, table).empty())
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "table " + pg::qualified_name(table) + " has no primary key",
                        "Rows are paged and addressed by it.");
}

} // namespace

// rowhouse.expose(target regclass, name text)
ROWHOUSE_FUNCTION(rowhouse_expose) {
    const Oid table = table_argument(fcinfo);
    const std::string name = name_argument(fcinfo, table);
    pg::spi sql;
    isolation::lock_tree(sql, table, AccessShareLock); // so that what drops it afterwards sees the entry
    require_isolated(table);
    require_key(sql, table);
    pg::as_role as_owner(pg::owner_role);
    sql.run(
        "DELETE FROM rowhouse.exposed_relations e WHERE e.resource = $1 AND NOT EXISTS (SELECT FROM pg_class c WHERE "
        "c.oid = e.relation)",
        {pg::param(name)});
    if (sql.run("SELECT FROM rowhouse.exposed_relations e WHERE e.resource = $1 AND e.relation <> $2",
                {pg::param(name), pg::param_oid(table)}) > 0)
        throw pg::error(ERRCODE_UNIQUE_VIOLATION, "resource \"" + name + "\" is another table",
                        "Give another name, or conceal that table first.");
    sql.run("INSERT INTO rowhouse.exposed_relations (resource, relation) VALUES ($1, $2)"
            " ON CONFLICT (relation) DO UPDATE SET resource = excluded.resource"
            " WHERE exposed_relations.resource <> excluded.resource",
            {pg::param(name), pg::param_oid(table)});
    sql.finish();
    as_owner.end();
    PG_RETURN_VOID();
}

// rowhouse.conceal(target regclass)
ROWHOUSE_FUNCTION(rowhouse_conceal) {
    const Oid table = table_argument(fcinfo);
    pg::spi sql;
    pg::as_role as_owner(pg::owner_role);
    const auto gone = sql.run("DELETE FROM rowhouse.exposed_relations e WHERE e.relation = $1", {pg::param_oid(table)});
    sql.finish();
    as_owner.end();
    if (gone == 0) throw pg::not_found("table " + pg::qualified_name(table) + " is not exposed");
    PG_RETURN_VOID();
}

} // namespace rowhouse::resources
