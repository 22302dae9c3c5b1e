// Attaching an account table, and taking everything back.
//
// Statements on the table are the caller's own, with the caller's rights; what is written in rowhouse's tables is
// rowhouse_system's. Profiles are made before the triggers, which need a lock that sign-ups wait for, and once more
// after them, for who signed up meanwhile: so the lock is held for no longer than that takes.

#include "pg/result.hpp"
#include "pg/role.hpp"
#include "profiles/reconcile.hpp"
#include "profiles/source_table.hpp"

namespace rowhouse::profiles {

namespace {

pg::error bad_option(const std::string& name, const char* must_be) {
    return pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + name + "\" must be " + must_be);
}

// Columns as the options name them, the others as they are usually called.
source read_options(Oid relation, const pg::json& options) {
    source from{relation, pg::qualified_name(relation), pg::json::object()};
    for (std::size_t i = 0; i < field_count; i++) {
        const auto which = static_cast<field>(i);
        const char* name = name_of(which);
        if (!options.contains(name)) {
            if (const auto usual = usual_column(relation, which)) from.columns[name] = *usual;
        } else if (options[name].is_string()) {
            from.columns[name] = options[name];
        } else if (!options[name].is_null()) {
            throw bad_option(name, "the name of a column, or null");
        }
        from.find(which); // or an error
    }
    for (const auto& [name, value] : options.items()) {
        const bool is_field = [&] {
            for (std::size_t i = 0; i < field_count; i++)
                if (name == name_of(static_cast<field>(i))) return true;
            return false;
        }();
        if (is_field) continue;
        if (name == "on_error") {
            if (value != "record" && value != "raise") throw bad_option(name, "record or raise");
            from.raise = value == "raise";
        } else if (name == "triggers") {
            if (!value.is_boolean()) throw bad_option(name, "true or false");
            from.triggers = value.get<bool>();
        } else {
            throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + name + "\" does not exist",
                            "Options are id, email, phone, name, metadata, confirmed, deleted, anonymous, on_error and "
                            "triggers.");
        }
    }
    if (!from.columns.contains("id"))
        throw pg::error(ERRCODE_UNDEFINED_COLUMN, "account table " + from.table + " has no column \"id\" of type uuid",
                        "Name it with option \"id\". Where ids are numbers, add a column: ALTER TABLE " + from.table +
                            " ADD COLUMN profile_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid().");
    return from;
}

void save(pg::spi& sql, const source& from) {
    pg::as_role as_system(pg::system_role);
    sql.run("LOCK TABLE rowhouse.profile_sources IN SHARE ROW EXCLUSIVE MODE");
    sql.run("INSERT INTO rowhouse.profile_sources AS s (source, columns, on_error, triggers) VALUES ($1, $2, "
            "CASE WHEN $3 THEN 'raise' ELSE 'record' END, $4) ON CONFLICT (source) DO UPDATE SET columns = "
            "excluded.columns, on_error = excluded.on_error, triggers = excluded.triggers "
            "WHERE (s.columns, s.on_error, s.triggers) <> (excluded.columns, excluded.on_error, excluded.triggers)",
            {pg::param_oid(from.relation), pg::param_jsonb(from.columns.dump()), pg::param_bool(from.raise),
             pg::param_bool(from.triggers)});
    as_system.end();
}

void reconcile(pg::spi& sql, const source& from, pg::json& answer) {
    pg::as_role as_system(pg::system_role);
    reconciliation one(sql, {from}, false, true);
    one.run(std::numeric_limits<std::int64_t>::max(), std::nullopt);
    as_system.end();
    if (!one.unreadable().empty()) throw pg::error(one.unreadable()[0].second.code, one.unreadable()[0].second.message);
    const auto add = [&](const char* name, std::uint64_t count) {
        answer[name] = answer.value(name, std::uint64_t{0}) + count;
    };
    add("missing", one.repaired(fault_kind::missing));
    add("stale", one.repaired(fault_kind::stale));
    add("orphaned", one.repaired(fault_kind::orphaned));
    add("joined", one.repaired(fault_kind::unjoined));
    answer["failed"] = one.failed(); // the second time these are found again
}

// The profiles as JSON, in pieces, so that many of them do not have to fit into memory twice.
void dump_profiles(pg::spi& sql, const source& from, pg::row_collector& rows) {
    constexpr std::int64_t piece = 10000;
    std::optional<pg::uuid> last;
    pg::as_role as_system(pg::system_role);
    while (true) {
        const auto count =
            sql.run("SELECT user_id, to_jsonb(p) FROM rowhouse.user_profiles p WHERE source = $1 AND "
                    "($2 IS NULL OR user_id > $2) ORDER BY user_id LIMIT $3",
                    {pg::param_oid(from.relation), last ? pg::param(*last) : pg::null_of(UUIDOID), pg::param(piece)});
        bool null = false;
        for (std::uint64_t row = 0; row < count; row++)
            rows.add({sql.value(row, 2, null)});
        if (count < static_cast<std::uint64_t>(piece)) break;
        last = sql.uuids().back();
    }
    as_system.end();
}

void forget(pg::spi& sql, const source& from) {
    pg::as_role as_system(pg::system_role);
    sql.run("DELETE FROM rowhouse.profile_sync_failures WHERE source = $1", {pg::param_oid(from.relation)});
    sql.run("DELETE FROM rowhouse.profile_sources WHERE source = $1", {pg::param_oid(from.relation)});
    as_system.end();
}

} // namespace

// rowhouse.attach_profiles(source regclass, options jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_attach_profiles) {
    if (PG_ARGISNULL(0))
        throw pg::error(ERRCODE_UNDEFINED_TABLE, "account table does not exist",
                        "Without an argument it is auth.users: name another one.");
    if (IsolationUsesXactSnapshot())
        throw pg::error(ERRCODE_ACTIVE_SQL_TRANSACTION, "attach_profiles must run at isolation level read committed",
                        "With an older snapshot it would miss who signs up while it runs.");
    const Oid relation = PG_GETARG_OID(0);
    pg::spi sql;
    require_table(sql, relation);
    const source from =
        read_options(relation, PG_ARGISNULL(1) ? pg::json::object() : pg::arg_json_object(fcinfo, 1, "options"));
    if (!has_unique_id(sql, from))
        throw pg::error(ERRCODE_INVALID_COLUMN_REFERENCE,
                        "column " + from.id().name + " of account table " + from.table + " must be unique and not null",
                        "Give it a primary key or a unique index of its own, and NOT NULL.");
    require_readable(sql, from);
    if (from.triggers) require_free_names(sql, from); // before the work
    save(sql, from);
    pg::json answer{{"source", from.table},
                    {"columns", from.columns},
                    {"on_error", from.raise ? "raise" : "record"},
                    {"triggers", from.triggers}};
    reconcile(sql, from, answer);
    if (from.triggers)
        create_triggers(sql, from);
    else
        drop_triggers(sql, from);
    reconcile(sql, from, answer);
    sql.finish();
    return pg::make_jsonb(answer);
}

// rowhouse.detach_profiles(source regclass, dump boolean) setof jsonb
ROWHOUSE_FUNCTION(rowhouse_detach_profiles) {
    pg::row_collector rows(fcinfo);
    if (PG_ARGISNULL(0)) return Datum{0};
    const auto from = find_source(PG_GETARG_OID(0));
    if (!from) throw pg::not_found("account table " + pg::qualified_name(PG_GETARG_OID(0)) + " is not attached");
    pg::spi sql;
    if (!PG_ARGISNULL(1) && PG_GETARG_BOOL(1)) dump_profiles(sql, *from, rows);
    forget(sql, *from);
    drop_triggers(sql, *from);
    sql.finish();
    return Datum{0};
}

} // namespace rowhouse::profiles
