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

std::string column_list(const source& from) {
    std::string list;
    for (std::size_t i = 0; i < field_count; i++)
        if (const auto column = from.find(static_cast<field>(i))) list += (list.empty() ? "" : ", ") + column->name;
    return list;
}

std::string schema_of(Oid relation) {
    return pg::quote_identifier(
        pg::pg_try([&]() -> const char* { return get_namespace_name(get_rel_namespace(relation)); }));
}

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
                        "Reading a view would run the code of its owner with the rights of rowhouse.");
}

bool has_unique_id(pg::spi& sql, const source& from) {
    return sql.run("SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
                   "AND a.attnum = i.indkey[0] WHERE i.indrelid = $1 AND a.attname = $2::name AND a.attnotnull "
                   "AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indnkeyatts = 1 AND i.indpred IS NULL",
                   {pg::param_oid(from.relation), pg::param(from.columns.at("id").get<std::string>())}) > 0;
}

bool system_may_read(pg::spi& sql, const source& from) {
    sql.run("SELECT has_schema_privilege('rowhouse_system', c.relnamespace, 'USAGE') AND NOT EXISTS ("
            "SELECT FROM jsonb_each_text($2) field WHERE NOT has_column_privilege("
            "'rowhouse_system', $1::oid, field.value, 'SELECT')) FROM pg_class c WHERE c.oid = $1",
            {pg::param_oid(from.relation), pg::param_jsonb(from.columns.dump())});
    return sql.text(0, 1) == "t";
}

void grant_reading(pg::spi& sql, const source& from) {
    // These columns and no others: passwords are none of its business.
    if (system_may_read(sql, from)) return;
    const std::string usage = "GRANT USAGE ON SCHEMA " + schema_of(from.relation) + " TO rowhouse_system";
    const std::string reading = "GRANT SELECT (" + column_list(from) + ") ON " + from.table + " TO rowhouse_system";
    for (const std::string& statement : {usage, reading})
        if (const auto refused = attempt([&] { sql.run(statement); })) break; // said below
    if (!system_may_read(sql, from))
        throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE, "role rowhouse_system may not read account table " + from.table,
                        "Its owner, or somebody with grant option, has to run: " + usage + "; " + reading + ".");
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

void revoke_reading(pg::spi& sql, const source& from) {
    // The rights of an owner are not ours to take.
    sql.run("SELECT FROM pg_class WHERE oid = $1 AND relowner = 'rowhouse_system'::regrole",
            {pg::param_oid(from.relation)});
    if (sql.row_count() > 0) return;
    const auto refused = attempt([&] {
        sql.run("REVOKE SELECT ON " + from.table + " FROM rowhouse_system"); // columns of earlier mappings too
        sql.run("SELECT FROM rowhouse.profile_sources s JOIN pg_class c ON c.oid = s.source WHERE "
                "c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = $1)",
                {pg::param_oid(from.relation)});
        if (sql.row_count() == 0)
            sql.run("REVOKE USAGE ON SCHEMA " + schema_of(from.relation) + " FROM rowhouse_system");
    });
}

} // namespace rowhouse::profiles
