// rowhouse.verify_profiles(): whether sign-ups get their profiles, asked of the catalog and tried with an account that
// is rolled back.

#include "pg/probe_row.hpp"
#include "pg/result.hpp"
#include "pg/role.hpp"
#include "profiles/account_page.hpp"
#include "profiles/repair.hpp"
#include "profiles/source_table.hpp"

namespace rowhouse::profiles {

namespace {

struct outcome {
    std::string check;
    std::optional<bool> passed; // nothing: it could not be tried
    std::string detail;
};

// Thrown to end a trial: its subtransaction has to be rolled back in any case.
struct trial_is_over {};

class trial {
public:
    trial(pg::spi& sql, std::vector<outcome>& report, bool caller_is_superuser)
        : sql_(sql), report_(report), caller_is_superuser_(caller_is_superuser) {}

    void check_tables() {
        rights_on("profiles table", "rowhouse.user_profiles", "SELECT,INSERT,UPDATE");
        rights_on("failures table", "rowhouse.profile_sync_failures", "SELECT,INSERT,UPDATE,DELETE");
        sql_.run("SELECT extversion, rowhouse.version() FROM pg_extension WHERE extname = 'rowhouse'");
        const std::string installed = *sql_.text(0, 1), loaded = *sql_.text(0, 2);
        note("library", installed == loaded,
             installed == loaded ? "version " + loaded
                                 : "version " + loaded + " is loaded, the extension is " + installed +
                                       ": run ALTER EXTENSION rowhouse UPDATE");
    }

    void check_source(const source& from) {
        if (!table_exists(from)) return;
        const auto failed = attempt([&] { account_page::above(sql_, from, std::nullopt, 1); });
        note("columns of " + from.table, !failed, failed ? failed->message : "as attached");
        if (failed) return;
        check_key(from);
        if (!from.triggers) {
            note("triggers of " + from.table, std::nullopt, "not tried: it is attached without triggers");
            return;
        }
        check_triggers(from);
        probe(from);
    }

private:
    void note(std::string check, std::optional<bool> passed, std::string detail) {
        report_.push_back({std::move(check), passed, std::move(detail)});
    }

    void rights_on(const char* check, const char* table, std::string_view rights) {
        std::string missing;
        while (!rights.empty()) {
            const auto comma = std::min(rights.find(','), rights.size());
            const std::string_view right = rights.substr(0, comma);
            sql_.run("SELECT has_table_privilege('rowhouse_system', $1, $2)",
                     {pg::param(std::string_view(table)), pg::param(right)});
            if (sql_.text(0, 1) != "t") missing += (missing.empty() ? "" : ", ") + std::string(right);
            rights.remove_prefix(std::min(comma + 1, rights.size()));
        }
        note(check, missing.empty(),
             missing.empty() ? "rowhouse_system may write it" : "rowhouse_system lacks " + missing + " on " + table);
    }

    bool table_exists(const source& from) {
        const bool exists = sql_.run("SELECT FROM pg_class WHERE oid = $1", {pg::param_oid(from.relation)}) > 0;
        note("table of " + from.table, exists,
             exists ? "there" : "it was dropped: detach it with SELECT rowhouse.detach_profiles(" + from.table + ")");
        return exists;
    }

    void check_key(const source& from) {
        const bool unique = has_unique_id(sql_, from);
        note("key of " + from.table, unique,
             unique ? "the id is unique" : "the id is not unique and not null any more");
    }

    void check_triggers(const source& from) {
        std::string wrong;
        for (const char* name : trigger_names) {
            const bool there =
                sql_.run("SELECT tgenabled IN ('O', 'A') FROM pg_trigger WHERE tgrelid = $1 AND tgname = $2::name AND "
                         "tgfoid = 'rowhouse.on_auth_user_created()'::regprocedure AND tgtype & 1 = 0",
                         {pg::param_oid(from.relation), pg::param(std::string_view(name))}) > 0;
            if (there && sql_.text(0, 1) == "t") continue;
            wrong += (wrong.empty() ? "" : ", ") + std::string(name) + (there ? " is disabled" : " is missing");
        }
        note("triggers of " + from.table, wrong.empty(), wrong.empty() ? "all three are active" : wrong);
    }

    // As the owner of the table, who is the one that signs people up in many products. Its triggers run with the
    // owner's rights then: so where that is a superuser, only for a superuser.
    void probe(const source& from) {
        if (owner_is_superuser(from) && !caller_is_superuser_) {
            note("probe of " + from.table, std::nullopt, "not tried: a superuser owns the table, and you are none");
            return;
        }
        const pg::uuid account = pg::random_uuid();
        std::optional<failure> failed;
        std::optional<bool> mirrored;
        std::string why;
        try {
            failed = attempt([&] {
                insert(from, account);
                mirrored = sql_.run("SELECT FROM rowhouse.user_profiles WHERE user_id = $1", {pg::param(account)}) > 0;
                if (!*mirrored) why = recorded_reason(account);
                throw trial_is_over();
            });
        } catch (const trial_is_over&) {
        }
        const std::string check = "probe of " + from.table;
        if (failed)
            note(check, std::nullopt, "not tried, no account could be made: " + failed->message);
        else
            note(check, mirrored,
                 *mirrored ? "a new account gets its profile" : "a new account got no profile: " + why);
    }

    void insert(const source& from, const pg::uuid& account) {
        const std::string id = from.columns.at("id").get<std::string>();
        const pg::probe_row row = pg::make_probe_row(sql_, from.relation, id, 1);
        const std::string statement = "INSERT INTO " + from.table + " (" + from.id().name +
                                      (row.columns.empty() ? "" : ", ") + row.columns + ") VALUES ($1" +
                                      (row.values.empty() ? "" : ", ") + row.values + ")";
        pg::as_role as_owner = pg::as_role::owner_of(from.relation);
        sql_.run(statement, {pg::param(account)});
        as_owner.end();
    }

    bool owner_is_superuser(const source& from) {
        sql_.run("SELECT rolsuper FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE c.oid = $1",
                 {pg::param_oid(from.relation)});
        return sql_.text(0, 1) == "t";
    }

    std::string recorded_reason(const pg::uuid& account) {
        sql_.run("SELECT sqlstate || ' ' || message FROM rowhouse.profile_sync_failures WHERE account_id = $1",
                 {pg::param(account)});
        return sql_.row_count() > 0 ? *sql_.text(0, 1) : "no trigger ran";
    }

    pg::spi& sql_;
    std::vector<outcome>& report_;
    bool caller_is_superuser_;
};

} // namespace

// rowhouse.verify_profiles() setof (check text, passed boolean, detail text)
ROWHOUSE_FUNCTION(rowhouse_verify_profiles) {
    const bool caller_is_superuser = pg::pg_try([] { return superuser(); });
    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    std::vector<outcome> report;
    trial checks(sql, report, caller_is_superuser);
    checks.check_tables();
    for (const source& from : all_sources(sql))
        checks.check_source(from);
    sql.finish();
    as_system.end();
    pg::row_collector rows(fcinfo);
    for (const outcome& each : report)
        rows.add({pg::make_text(each.check), each.passed ? BoolGetDatum(*each.passed) : Datum{0},
                  pg::make_text(each.detail)},
                 {false, !each.passed, false});
    return Datum{0};
}

} // namespace rowhouse::profiles
