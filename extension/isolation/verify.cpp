// rowhouse.verify_isolation(): proof on the live database. For every isolated table it makes a row of one made-up owner
// and tries, as another one and as nobody, to get at it in every way there is; then everything is rolled back.
//
// The attempts run as rowhouse_owner, which row level security binds, with every right on the table for the time of the
// attempt, so that nothing but isolation stands in the way. Triggers of the table run as in any statement; what they
// did in the database is rolled back with the rest.

#include "context/context.hpp"
#include "isolation/scope.hpp"
#include "pg/compat.hpp"
#include "pg/probe_row.hpp"
#include "pg/result.hpp"
#include "pg/role.hpp"

namespace rowhouse::isolation {

namespace {

struct outcome {
    std::string relation;
    std::string check;
    std::optional<bool> passed; // nothing: it could not be tried
    std::string detail;
};

struct isolated {
    Oid relation;
    std::string name;
    std::string scope;
    std::string column; // quoted
    std::string raw_column;
    std::string accessor; // SQL of the context's owner
};

// An owner that nobody is.
context::identity made_up() {
    context::identity who;
    who.known = who.in_organization = true;
    who.role = context::member_role::member;
    who.user = pg::random_uuid();
    who.organization = pg::random_uuid();
    return who;
}

class table_trial {
public:
    table_trial(pg::spi& sql, const isolated& table, std::vector<outcome>& report)
        : sql_(sql), table_(table), report_(report), one_(made_up()), other_(made_up()) {}

    // Inside a subtransaction that is rolled back afterwards.
    void run() {
        make_owners();
        grant_everything();
        pg::as_role as_owner(pg::owner_role);
        attempt_all();
        context::pretend_nobody();
        as_owner.end();
    }

private:
    // They exist for the time of the trial, so that owner columns may refer to them.
    void make_owners() {
        pg::as_role as_system(pg::system_role);
        sql_.run("SET CONSTRAINTS rowhouse.organization_quota DEFERRED"); // a full database can be verified, too
        for (const context::identity* who : {&one_, &other_}) {
            const std::string slug = "verify-" + pg::to_string(who->organization).substr(0, 8);
            sql_.run("INSERT INTO rowhouse.organizations (id, slug, name) VALUES ($1, $2, $2)",
                     {pg::param(who->organization), pg::param(slug)});
            sql_.run("INSERT INTO rowhouse.user_profiles (user_id, source) VALUES ($1, 'rowhouse.accounts')",
                     {pg::param(who->user)});
        }
        as_system.end();
    }

    void grant_everything() {
        sql_.run("GRANT ALL ON " + table_.name + " TO rowhouse_owner");
        sql_.run("SELECT FROM pg_class c WHERE c.oid = $1 AND has_schema_privilege('rowhouse_owner', c.relnamespace, "
                 "'USAGE')",
                 {pg::param_oid(table_.relation)});
        if (sql_.row_count() == 0)
            sql_.run("GRANT USAGE ON SCHEMA " + schema_of(table_.relation) + " TO rowhouse_owner");
    }

    static std::string schema_of(Oid relation) {
        return pg::quote_identifier(
            pg::pg_try([&]() -> const char* { return get_namespace_name(get_rel_namespace(relation)); }));
    }

    void note(const char* check, std::optional<bool> passed, std::string detail) {
        report_.push_back({table_.name, check, passed, std::move(detail)});
    }

    std::string count(const std::string& condition) {
        sql_.run("SELECT count(*) FROM " + table_.name + " WHERE " + condition);
        return *sql_.text(0, 1);
    }

    std::string insert(const pg::probe_row& row, const std::string& owner) const {
        return "INSERT INTO " + table_.name + " (" + table_.column + (row.columns.empty() ? "" : ", " + row.columns) +
               ") VALUES (" + owner + (row.values.empty() ? "" : ", " + row.values) + ")";
    }

    // With other keys, so that only isolation can be in its way.
    pg::probe_row another_row(int salt) { return pg::make_probe_row(sql_, table_.relation, table_.raw_column, salt); }

    // Runs statements that must be refused with 42501, in a subtransaction of their own.
    void must_be_refused(const char* check, const std::string& statement) {
        ErrorData* error = pg::try_in_subtransaction([&] { sql_.run(statement); });
        if (!error)
            note(check, false, "it was carried out");
        else if (error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE)
            note(check, true, "refused with 42501");
        else
            note(check, std::nullopt, "not tried: " + std::string(error->message));
    }

    // Runs a statement that must reach no row of the other owner.
    void must_reach_nothing(const char* check, const std::string& statement) {
        std::uint64_t rows = 0;
        ErrorData* error = pg::try_in_subtransaction([&] { rows = sql_.run(statement); });
        if (error)
            note(check, std::nullopt, "not tried: " + std::string(error->message));
        else
            note(check, rows == 0, std::to_string(rows) + " rows");
    }

    // The row of the other owner that everything is tried on.
    bool plant() {
        context::pretend(other_);
        sql_.run("SELECT " + table_.accessor + "()::text");
        other_key_ = pg::quote_literal(*sql_.text(0, 1));
        row_ = pg::make_probe_row(sql_, table_.relation, table_.raw_column, 1);
        ErrorData* error = pg::try_in_subtransaction([&] { sql_.run(insert(row_, table_.accessor + "()")); });
        if (!error) {
            note("own row", count(table_.column + " = " + other_key_) == "1", "a row of one's own is written and seen");
            return true;
        }
        note("own row", std::nullopt, "no row could be made to try with: " + std::string(error->message));
        return false;
    }

    void attempt_all() {
        const bool planted = plant();
        const std::string others = table_.column + " = " + other_key_;
        const std::string theirs = " WHERE " + others;
        context::pretend_nobody();
        note("read without a context", count("true") == "0", "nobody sees no row");
        must_be_refused("insert without a context", insert(another_row(2), "DEFAULT"));
        context::pretend(one_);
        must_be_refused("insert for another owner", insert(another_row(3), other_key_));
        must_be_refused("insert for no owner", insert(another_row(4), "NULL"));
        note("copy", std::nullopt,
             "not tried: COPY FROM is refused by PostgreSQL under row level security, COPY TO reads as SELECT does");
        check_truncate();
        if (!planted) return;
        note("read", count(others) == "0", "another one's row is not seen");
        must_reach_nothing("update",
                           "UPDATE " + table_.name + " SET " + table_.column + " = " + table_.column + theirs);
        must_reach_nothing("delete", "DELETE FROM " + table_.name + theirs);
        must_reach_nothing("merge", "MERGE INTO " + table_.name + " t USING (SELECT " + other_key_ +
                                        " AS owner) s ON t." + table_.column +
                                        "::text = s.owner WHEN MATCHED THEN DELETE");
        if (row_.key.empty())
            note("upsert", std::nullopt, "not tried: there is no primary key, or the owner is part of it");
        else
            must_be_refused("upsert", insert(row_, table_.accessor + "()") + " ON CONFLICT (" + row_.key +
                                          ") DO UPDATE SET " + table_.column + " = excluded." + table_.column);
        move();
        context::pretend(other_);
        note("the row afterwards", count(others) == "1", "it is still there, and still its owner's");
    }

    void move() {
        const std::string own = insert(another_row(5), table_.accessor + "()");
        ErrorData* error = pg::try_in_subtransaction([&] { sql_.run(own); });
        if (error)
            note("move", std::nullopt, "not tried, a second row could not be made: " + std::string(error->message));
        else
            must_be_refused("move", "UPDATE " + table_.name + " SET " + table_.column + " = " + other_key_);
    }

    // Row level security says nothing about TRUNCATE: nobody but the owner may have it. That is asked of the catalog.
    void check_truncate() {
        sql_.run(
            "SELECT string_agg(DISTINCT CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END, "
            "', ') "
            "FROM pg_class c CROSS JOIN aclexplode(c.relacl) acl WHERE c.oid = $1 AND acl.privilege_type = 'TRUNCATE' "
            "AND acl.grantee <> c.relowner AND acl.grantee <> 'rowhouse_owner'::regrole",
            {pg::param_oid(table_.relation)});
        const auto grantees = sql_.text(0, 1);
        note("truncate", !grantees, grantees ? "granted to " + *grantees : "nobody but the owner may");
    }

    pg::spi& sql_;
    const isolated& table_;
    std::vector<outcome>& report_;
    context::identity one_, other_;
    std::string other_key_;
    pg::probe_row row_;
};

std::vector<isolated> tables_to_verify(pg::spi& sql, std::optional<Oid> target) {
    const auto count = sql.run(
        "WITH RECURSIVE tree(root, relation, scope, column_name) AS ("
        " SELECT relation::oid, relation::oid, scope, column_name FROM rowhouse.isolated_tables UNION "
        " SELECT root, inhrelid, scope, column_name FROM pg_inherits JOIN tree ON inhparent = relation) "
        "SELECT DISTINCT t.relation::bigint, t.scope, t.column_name, format_type(a.atttypid, a.atttypmod) FROM tree t "
        "JOIN pg_attribute a ON a.attrelid = t.relation AND a.attname = t.column_name "
        "WHERE $1 = 0::regclass OR t.root = $1 OR t.relation = $1 ORDER BY 1, 2",
        {pg::param_oid(target.value_or(InvalidOid))});
    std::vector<isolated> tables;
    for (std::uint64_t row = 0; row < count; row++) {
        const auto relation = static_cast<Oid>(std::stoul(*sql.text(row, 1)));
        const std::string column = *sql.text(row, 3);
        tables.push_back({relation, pg::qualified_name(relation), *sql.text(row, 2), pg::quote_identifier(column),
                          column, accessor_for(find_scope(*sql.text(row, 2)), *sql.text(row, 4), column)});
    }
    return tables;
}

// Thrown to end a trial: its subtransaction has to be rolled back in any case.
struct trial_is_over {};

void verify(pg::spi& sql, const isolated& table, std::vector<outcome>& report) {
    if (!pg::pg_try([&] { return pg::object_ownercheck(RelationRelationId, table.relation, GetUserId()); })) {
        report.push_back({table.name, "all", std::nullopt, "not tried: you are not its owner"});
        return;
    }
    ErrorData* error = nullptr;
    try {
        error = pg::try_in_subtransaction([&] {
            table_trial(sql, table, report).run();
            throw trial_is_over();
        });
    } catch (const trial_is_over&) {
    }
    context::stop_pretending();
    if (error) report.push_back({table.name, "all", std::nullopt, "not tried: " + std::string(error->message)});
}

} // namespace

// rowhouse.verify_isolation(target regclass) setof (relation text, check text, passed boolean, detail text)
ROWHOUSE_FUNCTION(rowhouse_verify_isolation) {
    std::optional<Oid> target;
    if (!PG_ARGISNULL(0)) target = PG_GETARG_OID(0);
    pg::spi sql;
    const std::vector<isolated> tables = tables_to_verify(sql, target);
    if (target && tables.empty()) throw pg::not_found("table " + pg::qualified_name(*target) + " is not isolated");
    std::vector<outcome> report;
    for (const isolated& table : tables)
        verify(sql, table, report);
    sql.finish();
    pg::row_collector rows(fcinfo);
    for (const outcome& each : report)
        rows.add({pg::make_text(each.relation), pg::make_text(each.check),
                  each.passed ? BoolGetDatum(*each.passed) : Datum{0}, pg::make_text(each.detail)},
                 {false, false, !each.passed, false});
    return Datum{0};
}

} // namespace rowhouse::isolation
