#include "isolation/table_facts.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/objectaddress.h"
#include "storage/lmgr.h"
}

namespace rowhouse::isolation {

table_facts look_at_table(pg::spi& sql, Oid table) {
    sql.run("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = $1", {pg::param_oid(table)});
    return {sql.text(0, 1) == "t", sql.text(0, 2) == "t"};
}

column_facts look_at_column(pg::spi& sql, Oid table, const std::string& column) {
    const auto found =
        sql.run("SELECT format_type(atttypid, atttypmod), atthasdef OR attidentity <> '' FROM pg_attribute "
                "WHERE attrelid = $1 AND attname = $2::name AND attnum > 0 AND NOT attisdropped",
                {pg::param_oid(table), pg::param(column)});
    if (found == 0) return {};
    return {true, sql.text(0, 2) == "t", *sql.text(0, 1)};
}

policy_facts look_at_policy(pg::spi& sql, Oid table, const std::string& policy) {
    const auto found =
        sql.run("SELECT polpermissive, polcmd = '*' AND polroles = '{0}' AND "
                "pg_get_expr(polqual, polrelid) IS NOT DISTINCT FROM pg_get_expr(polwithcheck, polrelid), "
                "pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = $1 AND polname = $2::name",
                {pg::param_oid(table), pg::param(policy)});
    if (found == 0) return {};
    std::string expression = sql.text(0, 3).value_or("");
    if (expression.empty() || expression.front() != '(') expression = "(" + expression + ")";
    return {true, sql.text(0, 1) == "t", sql.text(0, 2) == "t", expression};
}

namespace {

std::uint64_t find_leading_indexes(pg::spi& sql, Oid table, const std::string& column) {
    return sql.run("SELECT i.indexrelid::bigint FROM pg_index i "
                   "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
                   "WHERE i.indrelid = $1 AND a.attname = $2::name AND i.indisvalid AND i.indpred IS NULL "
                   "ORDER BY 1 DESC",
                   {pg::param_oid(table), pg::param(column)});
}

} // namespace

bool has_leading_index(pg::spi& sql, Oid table, const std::string& column) {
    return find_leading_indexes(sql, table, column) > 0;
}

Oid newest_leading_index(pg::spi& sql, Oid table, const std::string& column) {
    if (find_leading_indexes(sql, table, column) == 0) return InvalidOid;
    return static_cast<Oid>(std::stoul(*sql.text(0, 1)));
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

void lock_own_table(Oid table) {
    pg::pg_try([&] {
        LockRelationOid(table, AccessExclusiveLock);
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

} // namespace rowhouse::isolation
