// rowhouse.isolate() and release(). Both first look at the catalog, then run plain DDL statements with the rights of
// the caller, and return those statements, so that a DBA sees exactly what was done.
//
// The policy is the same for every role and every command: a permissive "true" and a restrictive comparison with the
// context. Being restrictive it is ANDed with whatever policy somebody adds later. The sub-select makes the planner
// evaluate the context once per query (an InitPlan), not once per row.

#include "isolation/table_facts.hpp"
#include "pg/json.hpp"
#include "pg/result.hpp"
#include "pg/role.hpp"

#include <optional>

extern "C" {
#include "commands/extension.h"
}

namespace rowhouse::isolation {

namespace {

struct scope_names {
    const char* scope;
    const char* column;
    const char* accessor;
    const char* policy;
};

constexpr scope_names scopes[] = {
    {"organization", "organization_id", "rowhouse.organization_id()", "rowhouse_organization"},
    {"user", "user_id", "rowhouse.user_id()", "rowhouse_user"},
};
constexpr const char* allow_policy = "rowhouse_allow";

const scope_names& find_scope(std::string_view name) {
    for (const scope_names& each : scopes)
        if (name == each.scope) return each;
    throw pg::error(ERRCODE_UNDEFINED_OBJECT, "scope \"" + std::string(name) + "\" does not exist",
                    "Scopes are organization and user.");
}

// Runs statements and keeps them for the answer.
class transcript {
public:
    explicit transcript(pg::spi& sql) : sql_(sql) {}

    void run(const std::string& statement) {
        sql_.run(statement);
        statements_.push_back(statement);
    }
    const std::vector<std::string>& statements() const { return statements_; }

private:
    pg::spi& sql_;
    std::vector<std::string> statements_;
};

void refuse_own_tables(Oid table) {
    const bool own = pg::pg_try([&] { return get_rel_namespace(table) == get_namespace_oid("rowhouse", true); });
    if (own && !creating_extension)
        throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE, "tables of rowhouse are isolated by rowhouse itself");
}

std::optional<pg::uuid> owner_option(FunctionCallInfo fcinfo) {
    if (PG_ARGISNULL(3)) return std::nullopt;
    const pg::json options = pg::arg_json_object(fcinfo, 3, "options");
    for (const auto& [name, value] : options.items())
        if (name != "owner")
            throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + name + "\" does not exist",
                            "The option is owner.");
    if (!options.contains("owner")) return std::nullopt;
    std::optional<pg::uuid> owner;
    if (options["owner"].is_string()) owner = pg::parse_uuid(options["owner"].get<std::string>());
    if (!owner) throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"owner\" must be a uuid");
    return owner;
}

// One policy as it has to be; whatever stands there under its name and differs is replaced.
void ensure_policy(pg::spi& sql, transcript& log, Oid table, const std::string& name, bool permissive,
                   const std::string& expression) {
    const policy_facts policy = look_at_policy(sql, table, name);
    if (policy.exists && policy.permissive == permissive && policy.for_everybody && policy.expression == expression)
        return;
    const std::string on = pg::quote_identifier(name) + " ON " + pg::qualified_name(table);
    if (policy.exists) log.run("DROP POLICY " + on);
    log.run("CREATE POLICY " + on + (permissive ? " AS PERMISSIVE" : " AS RESTRICTIVE") + " FOR ALL TO PUBLIC USING " +
            expression + " WITH CHECK " + expression);
}

void protect(pg::spi& sql, transcript& log, Oid table, const std::string& column, const scope_names& scope) {
    const table_facts facts = look_at_table(sql, table);
    const std::string name = pg::qualified_name(table);
    ensure_policy(sql, log, table, allow_policy, true, "(true)");
    // Spelled as PostgreSQL prints it, so that it can be compared with what is there.
    const std::string accessor_name = scope.column;
    ensure_policy(sql, log, table, scope.policy, false,
                  "(" + column + " = ( SELECT " + scope.accessor + " AS " + accessor_name + "))");
    if (!facts.security_enabled) log.run("ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY");
    if (!facts.security_forced) log.run("ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY");
}

} // namespace

// rowhouse.isolate(target regclass, scope text, column_name name, options jsonb) setof text
ROWHOUSE_FUNCTION(rowhouse_isolate) {
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "table and scope must not be null");
    const Oid table = PG_GETARG_OID(0);
    const scope_names& scope = find_scope(pg::arg_text(fcinfo, 1));
    const std::string column = PG_ARGISNULL(2) ? scope.column : NameStr(*PG_GETARG_NAME(2));
    const std::string quoted_column = pg::quote_identifier(column);
    const auto owner = owner_option(fcinfo);

    refuse_own_tables(table);
    lock_own_table(table);

    pg::spi sql;
    transcript log(sql);
    const std::string name = pg::qualified_name(table);
    const table_facts facts = look_at_table(sql, table);
    const column_facts before = look_at_column(sql, table, column);
    if (before.exists && before.type != "uuid")
        throw pg::error(ERRCODE_DATATYPE_MISMATCH, "column \"" + column + "\" is of type " + before.type + ", not uuid",
                        "Name another column, or convert this one first.");

    if (!before.exists) log.run("ALTER TABLE " + name + " ADD COLUMN " + quoted_column + " uuid");
    if (owner)
        log.run("UPDATE " + name + " SET " + quoted_column + " = '" + pg::to_string(*owner) + "' WHERE " +
                quoted_column + " IS NULL");
    // After the column is there: as part of ADD COLUMN it would give the existing rows to whoever runs this.
    if (!before.has_default)
        log.run("ALTER TABLE " + name + " ALTER COLUMN " + quoted_column + " SET DEFAULT " + scope.accessor);
    const bool index_missing = !has_leading_index(sql, table, column);
    if (index_missing) log.run("CREATE INDEX ON " + name + " (" + index_columns(sql, table, column) + ")");

    for (const Oid each : with_descendants(sql, table))
        protect(sql, log, each, quoted_column, scope);

    const Oid added_index = index_missing ? newest_leading_index(sql, table, column) : InvalidOid;
    pg::as_role as_owner(pg::owner_role);
    sql.run("INSERT INTO rowhouse.isolated_relations (relation, scope, column_name, added_column, added_default, "
            "added_index, "
            "enabled_security, forced_security) VALUES ($1, $2, $3::name, $4, $5, nullif($6, 0::regclass), $7, $8) "
            "ON CONFLICT (relation, scope) DO NOTHING",
            {pg::param_oid(table), pg::param(scope.scope), pg::param(column), pg::param_bool(!before.exists),
             pg::param_bool(!before.has_default), pg::param_oid(added_index), pg::param_bool(!facts.security_enabled),
             pg::param_bool(!facts.security_forced)});
    as_owner.end();
    sql.finish();
    return pg::return_texts(fcinfo, log.statements());
}

// rowhouse.release(target regclass, drop_column boolean) setof text
ROWHOUSE_FUNCTION(rowhouse_release) {
    const Oid table = PG_GETARG_OID(0);
    const bool drop_column = PG_GETARG_BOOL(1);
    refuse_own_tables(table);
    lock_own_table(table);

    pg::spi sql;
    transcript log(sql);
    const std::string name = pg::qualified_name(table);

    pg::as_role as_owner(pg::owner_role);
    const auto entries =
        sql.run("DELETE FROM rowhouse.isolated_relations WHERE relation = $1 RETURNING scope, column_name, "
                "added_column, added_default, added_index, enabled_security, forced_security",
                {pg::param_oid(table)});
    struct entry {
        std::string scope, column, index;
        bool added_column, added_default, enabled, forced;
    };
    std::vector<entry> found;
    for (std::uint64_t row = 0; row < entries; row++)
        found.push_back({*sql.text(row, 1), pg::quote_identifier(*sql.text(row, 2)), sql.text(row, 5).value_or(""),
                         sql.text(row, 3) == "t", sql.text(row, 4) == "t", sql.text(row, 6) == "t",
                         sql.text(row, 7) == "t"});
    as_owner.end();
    if (found.empty()) throw pg::not_found("table " + name + " is not isolated");

    for (const Oid each : with_descendants(sql, table)) {
        const std::string relation = pg::qualified_name(each);
        for (const entry& was : found)
            log.run("DROP POLICY IF EXISTS " + std::string(find_scope(was.scope).policy) + " ON " + relation);
        log.run("DROP POLICY IF EXISTS " + std::string(allow_policy) + " ON " + relation);
        for (const entry& was : found) {
            if (was.forced) log.run("ALTER TABLE " + relation + " NO FORCE ROW LEVEL SECURITY");
            if (was.enabled) log.run("ALTER TABLE " + relation + " DISABLE ROW LEVEL SECURITY");
        }
    }
    for (const entry& was : found) {
        if (!was.index.empty()) log.run("DROP INDEX IF EXISTS " + was.index);
        if (was.added_column && drop_column)
            log.run("ALTER TABLE " + name + " DROP COLUMN " + was.column);
        else if (was.added_default)
            log.run("ALTER TABLE " + name + " ALTER COLUMN " + was.column + " DROP DEFAULT");
    }
    sql.finish();
    return pg::return_texts(fcinfo, log.statements());
}

} // namespace rowhouse::isolation
