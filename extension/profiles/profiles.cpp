// The mirror of accounts in rowhouse.user_profiles: statement-level triggers with transition tables, so that a
// statement over a hundred thousand accounts costs one set-based write, not a hundred thousand.
//
// A sign-up never fails because of the mirror: the write runs in a subtransaction, and what goes wrong there is
// recorded with its SQLSTATE. Metadata that a user can edit decides nothing here.

#include "core/checks.hpp"
#include "pg/role.hpp"
#include "pg/spi.hpp"

namespace rowhouse::profiles {

namespace {

// Profiles that are right already are not even locked: a log-in, which changes the account, must not wait for them.
constexpr const char* mirror_sql =
    "INSERT INTO rowhouse.user_profiles (user_id, source, email, email_confirmed_at, full_name) "
    "SELECT id, $1, email, email_confirmed_at, full_name FROM changed c "
    "WHERE NOT EXISTS (SELECT FROM rowhouse.user_profiles p WHERE p.user_id = c.id AND (p.email, p.email_confirmed_at, "
    "p.full_name) IS NOT DISTINCT FROM (c.email, c.email_confirmed_at, c.full_name)) "
    "ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, email_confirmed_at = excluded.email_confirmed_at, "
    "full_name = excluded.full_name, updated_at = now()";

// Invited members join when an account with their confirmed address appears. Nobody joins twice: a user who is a member
// of the organization already stays what they are there.
constexpr const char* join_sql =
    "UPDATE rowhouse.members m SET user_id = c.id, status = 'active', updated_at = now() FROM changed c "
    "WHERE m.status = 'invited' AND m.user_id IS NULL AND c.email_confirmed_at IS NOT NULL AND m.email_key = "
    "c.email_key "
    "AND NOT EXISTS (SELECT FROM rowhouse.members other "
    "WHERE other.organization_id = m.organization_id AND other.user_id = c.id)";

// The row stays, marked: authorship refers to it, and its tokens must not come to life again.
constexpr const char* delete_sql =
    "UPDATE rowhouse.user_profiles p SET status = 'deleted', updated_at = now() FROM changed c WHERE p.user_id = c.id";

// A person whose account is gone is in the directory as somebody invited, and may join anew.
constexpr const char* leave_sql =
    "UPDATE rowhouse.members m SET user_id = NULL, status = 'invited', updated_at = now() FROM changed c "
    "WHERE m.user_id = c.id AND m.email IS NOT NULL";

constexpr const char* record_sql = "INSERT INTO rowhouse.profile_sync_failures (source, account_id, sqlstate, message) "
                                   "SELECT $1, id, $2, $3 FROM changed";

void mirror(pg::spi& sql, const TriggerData& trigger, const pg::parameter& source) {
    if (TRIGGER_FIRED_BY_DELETE(trigger.tg_event)) {
        sql.run(delete_sql);
        sql.run(leave_sql);
        return;
    }
    sql.run(mirror_sql, {source});
    sql.run(join_sql);
}

// A cancelled or interrupted statement is to end, not to go on without its profiles.
bool ends_the_statement(const ErrorData& failure) {
    return ERRCODE_TO_CATEGORY(failure.sqlerrcode) == ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION);
}

void record(pg::spi& sql, const pg::parameter& source, ErrorData* failure) {
    const std::string sqlstate = pg::sqlstate_text(failure->sqlerrcode);
    ErrorData* second = pg::try_in_subtransaction([&] {
        sql.run(record_sql, {source, pg::param(sqlstate), pg::param(failure->message)});
    });
    if (!second) return;
    if (ends_the_statement(*second)) throw pg::postgres_error(second);
    pg::pg_try([&] {
        ereport(WARNING, (errmsg("profiles are not up to date, and that could not be recorded: %s", second->message)));
    });
}

Datum normalize(std::string_view text, std::optional<std::string> (*check)(std::string_view), const char* what) {
    const auto normal = check(text);
    if (!normal)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                        std::string(what) + " \"" + pg::clip(text, 254) + "\" is not valid");
    return pg::make_text(*normal);
}

} // namespace

// rowhouse.on_auth_user_created() trigger
ROWHOUSE_FUNCTION(rowhouse_on_auth_user_created) {
    if (!CALLED_AS_TRIGGER(fcinfo))
        throw pg::error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                        "function is a trigger and cannot be called directly");
    auto* trigger = reinterpret_cast<TriggerData*>(fcinfo->context);

    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    sql.register_transition_tables(trigger);
    const pg::parameter source = pg::param_oid(RelationGetRelid(trigger->tg_relation));
    if (ErrorData* failure = pg::try_in_subtransaction([&] { mirror(sql, *trigger, source); })) {
        if (ends_the_statement(*failure)) throw pg::postgres_error(failure);
        record(sql, source, failure);
        pg::pg_try([&] { FreeErrorData(failure); });
    }
    sql.finish();
    as_system.end();
    return PointerGetDatum(nullptr);
}

// rowhouse.normalize_email(email text) text
ROWHOUSE_FUNCTION(rowhouse_normalize_email) {
    return normalize(pg::arg_text(fcinfo, 0), checks::email, "e-mail address");
}

// rowhouse.normalize_phone(phone text) text
ROWHOUSE_FUNCTION(rowhouse_normalize_phone) {
    return normalize(pg::arg_text(fcinfo, 0), checks::phone, "phone number");
}

} // namespace rowhouse::profiles
