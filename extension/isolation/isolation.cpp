// rowhouse.isolate(), release() and the protection of partitions that come later. All look at the catalog first, then
// run plain statements with the rights of the caller, and return them, so that a DBA sees exactly what is done.
//
// Locks: SHARE ROW EXCLUSIVE first, which lets readers go on while owners are filled in and the index is built; the
// statements that need ACCESS EXCLUSIVE come last. Where the owner column has to be added, that needs it from the
// start.

#include "isolation/keys.hpp"
#include "isolation/options.hpp"
#include "isolation/policy.hpp"
#include "isolation/table_facts.hpp"
#include "pg/result.hpp"
#include "pg/role.hpp"

extern "C" {
#include "commands/event_trigger.h"
#include "commands/extension.h"
}

namespace rowhouse::isolation {

namespace {

// The registry and the policy know one column for each scope.
void require_same_column(pg::spi& sql, Oid table, const scope& scope, const std::string& column) {
    if (sql.run("SELECT i.column_name FROM rowhouse.isolated_tables i "
                "WHERE i.relation = $1 AND i.scope = $2 AND i.column_name <> $3::name",
                {pg::param_oid(table), pg::param(scope.name), pg::param(column)}) > 0)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                        "table " + pg::qualified_name(table) + " is isolated by column \"" + *sql.text(0, 1) + "\"",
                        "Release it first to isolate it by another one.");
}

// Gives the rows of before an owner, where the caller says which.
void fill_owners(pg::spi& sql, steps& log, Oid table, const std::string& column, const isolate_options& options) {
    std::string source;
    std::string value;
    if (options.owner) {
        value = pg::quote_literal(*options.owner);
    } else if (options.backfill) {
        value = "(" + *options.backfill + ")";
    } else if (options.mapping) {
        value = "mapping." + pg::quote_identifier(options.mapping->owner);
        source = " FROM " + options.mapping->table + " mapping WHERE mapping." +
                 pg::quote_identifier(options.mapping->key) + " = target." +
                 pg::quote_identifier(options.mapping->column) + " AND";
    } else {
        return;
    }
    const std::string name = pg::qualified_name(table);
    // Our own policy would hide the rows without an owner from this statement.
    const bool forced = look_at_table(sql, table).security_forced;
    if (forced) log.run("ALTER TABLE " + name + " NO FORCE ROW LEVEL SECURITY");
    log.note("rewrites about " + estimated_rows(sql, table) + " rows:");
    pg::as_role as_table_owner = pg::as_role::owner_of(table);
    const std::string target = "target." + pg::quote_identifier(column);
    log.run("UPDATE " + name + " target SET " + pg::quote_identifier(column) + " = " + value +
            (source.empty() ? " WHERE " : source + " ") + target + " IS NULL");
    as_table_owner.end();
    if (forced) log.run("ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY");
}

void require_owners(pg::spi& sql, steps& log, Oid table, const std::string& column) {
    const std::string name = pg::qualified_name(table);
    const std::string quoted = pg::quote_identifier(column);
    if (!log.dry_run() && sql.run("SELECT FROM " + name + " WHERE " + quoted + " IS NULL LIMIT 1") > 0)
        throw pg::error(ERRCODE_NOT_NULL_VIOLATION, "table " + name + " has rows without an owner",
                        "Say whose they are with option owner, backfill or mapping.");
    if (!look_at_column(sql, table, column).not_null)
        log.run("ALTER TABLE " + name + " ALTER COLUMN " + quoted + " SET NOT NULL",
                "ALTER TABLE " + name + " ALTER COLUMN " + quoted + " DROP NOT NULL");
}

void add_index(pg::spi& sql, steps& log, Oid table, const std::string& column) {
    if (has_leading_index(sql, table, column)) return;
    const std::string name = free_index_name(table, column);
    log.note("reads about " + estimated_rows(sql, table) +
             " rows; build it CONCURRENTLY beforehand where writers must not wait:");
    log.run("CREATE INDEX " + pg::quote_identifier(name) + " ON " + pg::qualified_name(table) + " (" +
                index_columns(sql, table, column) + ")",
            "DROP INDEX IF EXISTS " + qualified_beside(table, name));
}

// Partitions that were isolated by a call of their own keep what that gave them.
std::vector<Oid> without_own_entry(pg::spi& sql, const std::vector<Oid>& tree, Oid root) {
    std::vector<Oid> found;
    for (const Oid each : tree)
        if (each == root ||
            sql.run("SELECT FROM rowhouse.isolated_tables WHERE relation = $1", {pg::param_oid(each)}) == 0)
            found.push_back(each);
    return found;
}

// System context is a role: it needs the rights that let it use the table.
void open_to_system_context(pg::spi& sql, steps& log, Oid table) {
    const std::string name = pg::qualified_name(table);
    if (!has_oversight(sql, table))
        log.run("GRANT SELECT, INSERT, UPDATE, DELETE ON " + name + " TO rowhouse_oversight",
                "REVOKE ALL ON " + name + " FROM rowhouse_oversight");
    if (const std::string schema = schema_without_oversight(sql, table); !schema.empty())
        log.run("GRANT USAGE ON SCHEMA " + schema + " TO rowhouse_oversight");
}

void remember(pg::spi& sql, const steps& log, Oid table, const scope& scope, const std::string& column,
              bool added_column) {
    std::vector<std::string_view> undo(log.undo().begin(), log.undo().end());
    pg::as_role as_owner(pg::owner_role);
    sql.run("INSERT INTO rowhouse.isolated_relations (relation, scope, column_name, added_column, undo) "
            "VALUES ($1, $2, $3::name, $4, $5) ON CONFLICT (relation, scope) DO UPDATE "
            "SET undo = excluded.undo || isolated_relations.undo WHERE excluded.undo <> '{}'",
            {pg::param_oid(table), pg::param(scope.name), pg::param(column), pg::param_bool(added_column),
             pg::param(undo)});
    as_owner.end();
}

struct registry_entry {
    std::string column;
    bool added_column;
    pg::json undo;
};

// Primary key and owners of every row, so that owners can be put back after the column was dropped. The policies are
// gone by now; FORCE alone shows the owner of the table nothing.
void back_up_owners(pg::spi& sql, steps& log, Oid table, std::string_view backup,
                    const std::vector<registry_entry>& entries) {
    const std::string key = key_columns(sql, table);
    if (key.empty())
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "table " + pg::qualified_name(table) + " has no primary key to keep owners by");
    std::string columns = key;
    for (const registry_entry& each : entries)
        columns += ", " + pg::quote_identifier(each.column);
    const std::string name = pg::qualified_name(table);
    log.run("ALTER TABLE " + name + " NO FORCE ROW LEVEL SECURITY");
    log.run("CREATE TABLE " + pg::quote_qualified_name(backup) + " AS SELECT " + columns + " FROM " + name);
}

// Only what makes a table the child of another one. Anything else must not act: pg_restore alters tables whose own
// policies it is still to create.
bool makes_a_child(const Node* statement) {
    if (IsA(statement, CreateStmt)) return reinterpret_cast<const CreateStmt*>(statement)->inhRelations != NIL;
    if (!IsA(statement, AlterTableStmt)) return false;
    const List* commands = reinterpret_cast<const AlterTableStmt*>(statement)->cmds;
    for (int i = 0; i < list_length(commands); i++) {
        const auto* command = static_cast<const AlterTableCmd*>(list_nth(commands, i));
        if (command->subtype == AT_AttachPartition || command->subtype == AT_AddInherit) return true;
    }
    return false;
}

} // namespace

// rowhouse.isolate(target regclass, scope text, column_name name, options jsonb) setof text
ROWHOUSE_FUNCTION(rowhouse_isolate) {
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "table and scope must not be null");
    const Oid table = PG_GETARG_OID(0);
    const scope& scope = find_scope(pg::arg_text(fcinfo, 1));
    const std::string column = PG_ARGISNULL(2) ? scope.column : NameStr(*PG_GETARG_NAME(2));
    const isolate_options options = read_isolate_options(fcinfo, 3);
    require_not_ours(table, "tables of rowhouse are isolated by rowhouse itself");
    require_own_table(table);

    pg::spi sql;
    steps log(sql, options.dry_run);
    require_same_column(sql, table, scope, column);
    const column_facts before = look_at_column(sql, table, column);
    const std::string accessor = accessor_for(scope, before.exists ? before.type : "uuid", column);
    const std::string alter = "ALTER TABLE " + pg::qualified_name(table);
    const std::string quoted = pg::quote_identifier(column);
    if (!options.dry_run) lock_tree(sql, table, before.exists ? ShareRowExclusiveLock : AccessExclusiveLock);
    const std::vector<Oid> tree = with_descendants(sql, table);

    if (!before.exists) log.run(alter + " ADD COLUMN " + quoted + " uuid");
    fill_owners(sql, log, table, column, options);
    if (options.not_null) require_owners(sql, log, table, column);
    add_index(sql, log, table, column);
    if (options.unique_keys) add_owner_to_unique_keys(sql, log, table, column);
    if (options.foreign_keys) add_owner_to_foreign_keys(sql, log, table, scope.name, column);
    // Not as part of ADD COLUMN, which would give the existing rows to whoever runs this.
    if (!before.has_default)
        log.run(alter + " ALTER COLUMN " + quoted + " SET DEFAULT " + accessor + "()",
                alter + " ALTER COLUMN " + quoted + " DROP DEFAULT");
    for (const Oid each : tree)
        protect(sql, log, each, scope, column, accessor);
    if (!creating_extension) open_to_system_context(sql, log, table);

    if (!options.dry_run) remember(sql, log, table, scope, column, !before.exists);
    sql.finish();
    return pg::return_texts(fcinfo, log.statements());
}

// rowhouse.release(target regclass, drop_column boolean, backup text) setof text
ROWHOUSE_FUNCTION(rowhouse_release) {
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "table and drop_column must not be null");
    const Oid table = PG_GETARG_OID(0);
    const bool drop_column = PG_GETARG_BOOL(1);
    require_not_ours(table, "tables of rowhouse are isolated by rowhouse itself");
    require_own_table(table);

    pg::spi sql;
    steps log(sql, false);
    lock_tree(sql, table, AccessExclusiveLock);
    pg::as_role as_owner(pg::owner_role);
    sql.run("DELETE FROM rowhouse.isolated_relations WHERE relation = $1 "
            "RETURNING scope, column_name, added_column, array_to_json(undo)",
            {pg::param_oid(table)});
    std::vector<std::string> scopes;
    std::vector<registry_entry> entries;
    for (std::uint64_t row = 0; row < sql.row_count(); row++) {
        scopes.push_back(*sql.text(row, 1));
        entries.push_back({*sql.text(row, 2), sql.text(row, 3) == "t", pg::json::parse(*sql.text(row, 4))});
    }
    as_owner.end();
    if (entries.empty()) throw pg::not_found("table " + pg::qualified_name(table) + " is not isolated");

    for (const Oid each : without_own_entry(sql, with_descendants(sql, table), table))
        unprotect(sql, log, each, scopes);
    if (!PG_ARGISNULL(2)) back_up_owners(sql, log, table, pg::arg_text(fcinfo, 2), entries);
    for (const registry_entry& was : entries) {
        for (const auto& statement : was.undo)
            log.run(statement.get<std::string>());
        if (was.added_column && drop_column)
            log.run("ALTER TABLE " + pg::qualified_name(table) + " DROP COLUMN " + pg::quote_identifier(was.column));
    }
    sql.finish();
    return pg::return_texts(fcinfo, log.statements());
}

// rowhouse.protect_partitions() event_trigger: a partition or child that was created or attached under an isolated
// table is protected before its transaction can commit.
ROWHOUSE_FUNCTION(rowhouse_protect_partitions) {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
        throw pg::error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                        "function is an event trigger and cannot be called directly");
    if (!makes_a_child(reinterpret_cast<EventTriggerData*>(fcinfo->context)->parsetree))
        return PointerGetDatum(nullptr);
    pg::spi sql;
    sql.run("WITH RECURSIVE tree(root, scope, column_name, relation) AS ("
            " SELECT relation::oid, scope, column_name, relation::oid FROM rowhouse.isolated_tables UNION "
            " SELECT root, scope, column_name, inhrelid FROM pg_inherits JOIN tree ON inhparent = relation) "
            "SELECT t.root::bigint, t.relation::bigint, t.scope, t.column_name FROM tree t "
            "JOIN pg_class c ON c.oid = t.relation WHERE t.relation <> t.root AND c.relkind IN ('r', 'p') "
            "AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p "
            " WHERE p.polrelid = t.relation AND p.polname = 'rowhouse_' || t.scope))");
    struct child {
        Oid root, relation;
        std::string scope, column;
    };
    std::vector<child> children;
    for (std::uint64_t row = 0; row < sql.row_count(); row++)
        children.push_back({static_cast<Oid>(std::stoul(*sql.text(row, 1))),
                            static_cast<Oid>(std::stoul(*sql.text(row, 2))), *sql.text(row, 3), *sql.text(row, 4)});
    for (const child& each : children) {
        steps log(sql, false);
        const scope& scope = find_scope(each.scope);
        const std::string type = look_at_column(sql, each.relation, each.column).type;
        protect(sql, log, each.relation, scope, each.column, accessor_for(scope, type, each.column));
        remember(sql, log, each.root, scope, each.column, false);
    }
    sql.finish();
    return PointerGetDatum(nullptr);
}

} // namespace rowhouse::isolation
