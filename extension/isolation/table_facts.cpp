#include "isolation/table_facts.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/objectaddress.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "storage/lmgr.h"
}

namespace rowhouse::isolation {

table_facts look_at_table(pg::spi& sql, Oid table) {
    sql.run("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = $1", {pg::param_oid(table)});
    return {sql.text(0, 1) == "t", sql.text(0, 2) == "t"};
}

column_facts look_at_column(pg::spi& sql, Oid table, const std::string& column) {
    const auto found =
        sql.run("SELECT format_type(atttypid, atttypmod), atthasdef OR attidentity <> '', attnotnull FROM pg_attribute "
                "WHERE attrelid = $1 AND attname = $2::name AND attnum > 0 AND NOT attisdropped",
                {pg::param_oid(table), pg::param(column)});
    if (found == 0) return {};
    return {true, sql.text(0, 2) == "t", sql.text(0, 3) == "t", *sql.text(0, 1)};
}

policy_facts look_at_policy(pg::spi& sql, Oid table, const std::string& policy) {
    const auto found =
        sql.run("SELECT polpermissive, polcmd = '*' AND polroles = '{0}', pg_get_expr(polqual, polrelid), "
                "pg_get_expr(polwithcheck, polrelid) "
                "FROM pg_policy WHERE polrelid = $1 AND polname = $2::name",
                {pg::param_oid(table), pg::param(policy)});
    if (found == 0) return {};
    return {true, sql.text(0, 1) == "t", sql.text(0, 2) == "t", sql.text(0, 3).value_or(""),
            sql.text(0, 4).value_or("")};
}

bool has_leading_index(pg::spi& sql, Oid table, const std::string& column) {
    return sql.run("SELECT FROM pg_index i "
                   "JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree' "
                   "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
                   "WHERE i.indrelid = $1 AND a.attname = $2::name AND i.indisvalid AND i.indpred IS NULL",
                   {pg::param_oid(table), pg::param(column)}) > 0;
}

std::string key_columns(pg::spi& sql, Oid table) {
    sql.run("SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position) FROM pg_index i "
            "CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY k(attnum, position) "
            "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
            "WHERE i.indrelid = $1 AND i.indisprimary",
            {pg::param_oid(table)});
    return sql.text(0, 1).value_or("");
}

std::string index_columns(pg::spi& sql, Oid table, const std::string& column) {
    sql.run(
        "SELECT concat_ws(', ', quote_ident($2), (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position) "
        "FROM pg_index i CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY k(attnum, position) "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
        "WHERE i.indrelid = $1 AND i.indisprimary AND a.attname <> $2::name))",
        {pg::param_oid(table), pg::param(column)});
    return *sql.text(0, 1);
}

std::string free_index_name(Oid table, const std::string& column) {
    return pg::pg_try([&]() -> const char* {
        return ChooseRelationName(get_rel_name(table), column.c_str(), "idx", get_rel_namespace(table), false);
    });
}

std::string qualified_beside(Oid table, const std::string& name) {
    const std::string schema =
        pg::pg_try([&]() -> const char* { return get_namespace_name(get_rel_namespace(table)); });
    return pg::quote_identifier(schema) + "." + pg::quote_identifier(name);
}

std::string estimated_rows(pg::spi& sql, Oid table) {
    sql.run("SELECT greatest(sum(c.reltuples), 0)::bigint FROM pg_class c "
            "WHERE c.oid = $1 OR c.oid IN (SELECT relid FROM pg_partition_tree($1))",
            {pg::param_oid(table)});
    return *sql.text(0, 1);
}

bool has_oversight(pg::spi& sql, Oid table) {
    sql.run("SELECT has_table_privilege('rowhouse_oversight', $1::oid, 'SELECT') "
            "AND has_table_privilege('rowhouse_oversight', $1::oid, 'INSERT') "
            "AND has_table_privilege('rowhouse_oversight', $1::oid, 'UPDATE') "
            "AND has_table_privilege('rowhouse_oversight', $1::oid, 'DELETE')",
            {pg::param_oid(table)});
    return sql.text(0, 1) == "t";
}

std::string schema_without_oversight(pg::spi& sql, Oid table) {
    sql.run("SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.oid = $1 AND NOT has_schema_privilege('rowhouse_oversight', n.oid, 'USAGE')",
            {pg::param_oid(table)});
    return sql.row_count() > 0 ? *sql.text(0, 1) : std::string();
}

std::vector<Oid> with_descendants(pg::spi& sql, Oid table) {
    const auto found = sql.run("WITH RECURSIVE tree(relation, depth) AS (SELECT $1::oid, 0 UNION ALL "
                               "SELECT inhrelid, depth + 1 FROM pg_inherits JOIN tree ON inhparent = relation) "
                               "SELECT relation::bigint FROM tree GROUP BY 1 ORDER BY min(depth), 1",
                               {pg::param_oid(table)});
    std::vector<Oid> relations;
    for (std::uint64_t row = 0; row < found; row++)
        relations.push_back(static_cast<Oid>(std::stoul(*sql.text(row, 1))));
    return relations;
}

void require_not_ours(Oid table, const char* reason) {
    const bool own = pg::pg_try([&] { return get_rel_namespace(table) == get_namespace_oid("rowhouse", true); });
    if (own && !creating_extension) throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE, reason);
}

void require_own_table(Oid table) {
    pg::pg_try([&] {
        const char* name = get_rel_name(table);
        if (!name)
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", table)));
        const char kind = get_rel_relkind(table);
        if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) || IsCatalogRelationOid(table))
            ereport(ERROR,
                    (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not an ordinary or partitioned table", name),
                     errhint("Isolate the table that holds the rows.")));
        if (get_rel_persistence(table) == RELPERSISTENCE_TEMP)
            ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is a temporary table", name)));
        if (!pg::object_ownercheck(RelationRelationId, table, GetUserId()))
            aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, name);
    });
}

void lock_tree(pg::spi& sql, Oid table, LOCKMODE mode) {
    const auto lock = [&](Oid each) {
        pg::pg_try([&] {
            LockRelationOid(each, mode);
            const char* name = get_rel_name(each);
            if (!name)
                ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", each)));
            if (get_rel_relkind(each) == RELKIND_FOREIGN_TABLE)
                ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("partition \"%s\" is a foreign table", name),
                                errhint("Row level security does not reach its rows: detach it first.")));
        });
    };
    lock(table); // from here on nobody adds a child
    for (const Oid each : with_descendants(sql, table))
        if (each != table) lock(each);
}

bool has_other_permissive_policy(pg::spi& sql, Oid table, const std::string& ours) {
    return sql.run("SELECT FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
                   "WHERE p.polrelid = $1 AND p.polpermissive AND p.polname <> $2::name AND c.relrowsecurity",
                   {pg::param_oid(table), pg::param(ours)}) > 0;
}

} // namespace rowhouse::isolation
