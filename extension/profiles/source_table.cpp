#include "profiles/source_table.hpp"

#include "pg/compat.hpp"
#include "profiles/repair.hpp"

namespace rowhouse::profiles {

namespace {

struct trigger_kind {
    const char* name;
    const char* event;
    const char* table; // the transition table
};

constexpr std::array<trigger_kind, 3> trigger_kinds{
    {{trigger_names[0], "INSERT", "NEW"}, {trigger_names[1], "UPDATE", "NEW"}, {trigger_names[2], "DELETE", "OLD"}}};

bool is_own(pg::spi& sql, const source& from, const trigger_kind& kind) {
    if (sql.run("SELECT tgfoid = 'rowhouse.on_auth_user_created()'::regprocedure, "
                "tgfoid::regprocedure FROM pg_trigger WHERE tgrelid = $1 AND tgname = $2::name",
                {pg::param_oid(from.relation), pg::param(std::string_view(kind.name))}) == 0)
        return false;
    if (sql.text(0, 1) == "t") return true;
    throw pg::error(ERRCODE_DUPLICATE_OBJECT,
                    std::string("trigger \"") + kind.name + "\" of " + from.table + " exists already",
                    "It calls " + *sql.text(0, 2) + ". Drop or rename it first, or attach with {\"triggers\": false}.");
}

} // namespace

void require_table(pg::spi& sql, Oid relation) {
    sql.run("SELECT relkind IN ('r', 'p') AND relpersistence <> 't' FROM pg_class WHERE oid = $1",
            {pg::param_oid(relation)});
    if (sql.row_count() == 0) throw pg::error(ERRCODE_UNDEFINED_TABLE, "account table does not exist");
    if (sql.text(0, 1) != "t")
        throw pg::error(ERRCODE_WRONG_OBJECT_TYPE, pg::qualified_name(relation) + " is not a permanent table",
                        "Attach the table that the accounts are in.");
}

bool has_unique_id(pg::spi& sql, const source& from) {
    return sql.run("SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
                   "AND a.attnum = i.indkey[0] WHERE i.indrelid = $1 AND a.attname = $2::name AND a.attnotnull "
                   "AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indnkeyatts = 1 AND i.indpred IS NULL",
                   {pg::param_oid(from.relation), pg::param(from.columns.at("id").get<std::string>())}) > 0;
}

void require_readable(pg::spi& sql, const source& from) {
    if (sql.run("SELECT quote_ident(value) FROM jsonb_each_text($2) WHERE NOT has_column_privilege($1::oid, value, "
                "'SELECT') "
                "ORDER BY 1 LIMIT 1",
                {pg::param_oid(from.relation), pg::param_jsonb(from.columns.dump())}) > 0)
        throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE,
                        "column " + *sql.text(0, 1) + " of account table " + from.table + " is not yours to read",
                        "Its owner has to run: GRANT SELECT ON " + from.table + " TO …, or has to attach it.");
}

void create_triggers(pg::spi& sql, const source& from) {
    for (const trigger_kind& kind : trigger_kinds) {
        if (is_own(sql, from, kind)) continue;
        sql.run(std::string("CREATE TRIGGER ") + kind.name + " AFTER " + kind.event + " ON " + from.table +
                " REFERENCING " + kind.table +
                " TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rowhouse.on_auth_user_created()");
    }
}

void drop_triggers(pg::spi& sql, const source& from) {
    const bool owner = pg::pg_try([&] {
        return get_rel_name(from.relation) && pg::object_ownercheck(RelationRelationId, from.relation, GetUserId());
    });
    for (const trigger_kind& kind : trigger_kinds) {
        if (sql.run("SELECT FROM pg_trigger WHERE tgrelid = $1 AND tgname = $2::name AND tgfoid = "
                    "'rowhouse.on_auth_user_created()'::regprocedure",
                    {pg::param_oid(from.relation), pg::param(std::string_view(kind.name))}) == 0)
            continue;
        const std::string statement = std::string("DROP TRIGGER ") + kind.name + " ON " + from.table;
        if (owner)
            sql.run(statement);
        else
            pg::pg_try([&] {
                ereport(NOTICE, (errmsg("trigger %s of %s is left, and does nothing", kind.name, from.table.c_str()),
                                 errhint("Its owner can run: %s.", statement.c_str())));
            });
    }
}

void require_free_names(pg::spi& sql, const source& from) {
    for (const trigger_kind& kind : trigger_kinds)
        is_own(sql, from, kind);
}

} // namespace rowhouse::profiles
