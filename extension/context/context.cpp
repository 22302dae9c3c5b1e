// The context of the running transaction, resolved at first use and kept until something it was made from changes: the
// end of the transaction, the rollback of a subtransaction, or a new value of one of the two settings. Nothing else
// needs invalidation, because keys, standing and membership are read again by the next transaction.

#include "context/context.hpp"

#include "context/verify.hpp"
#include "pg/clock.hpp"
#include "pg/json.hpp"
#include "pg/lookup.hpp"

#include <cstring>

extern "C" {
#include "access/xact.h"
}

namespace rowhouse::context {

namespace {

char* token_setting = nullptr;
char* organization_setting = nullptr;

enum class stage : std::uint8_t { unresolved, user, organization };

struct transaction_state {
    stage reached = stage::unresolved;
    verified_token token;
    identity who;
    bool super_admin = false;
};

transaction_state state;
// See adopt().
bool adopted = false;
pg::uuid adopted_user;
char adopted_organization[37];

// See pretend().
bool pretending = false;
identity pretended;
SubTransactionId pretending_since = InvalidSubTransactionId;

void forget() {
    state.reached = stage::unresolved;
}

// Columns that are read here, in the order of profiles.sql and organizations.sql.
enum profile_column : int {
    profile_user_id = 1,
    profile_role,
    profile_status,
    profile_tokens_not_before,
    profile_deleted_at = 15
};
enum member_column : int { member_id = 1, member_organization_id, member_user_id, member_role_name, member_status };
enum organization_column : int { organization_id = 1, organization_slug };

[[noreturn]] void raise_revoked() {
    ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION), errmsg("token has been revoked"),
                    errhint("Log in again.")));
    pg_unreachable();
}

// The standing of the account. A user without a profile (an outside identity provider that is not attached) is
// somebody, but has no memberships.
void check_standing() {
    pg::lookup("user_profiles", "user_profiles_pkey", {{profile_user_id, F_UUID_EQ, pg::borrow_uuid(state.who.user)}},
               [&](HeapTuple row, TupleDesc descriptor) {
                   bool null = false;
                   pg::column_of(row, descriptor, profile_deleted_at, null);
                   if (!null || pg::text_of(row, descriptor, profile_status) != "active") raise_revoked();
                   const Datum mark = pg::column_of(row, descriptor, profile_tokens_not_before, null);
                   if (!null && !adopted && state.token.issued_at < pg::unix_time(DatumGetTimestampTz(mark)))
                       raise_revoked();
                   state.super_admin = pg::text_of(row, descriptor, profile_role) == "super_admin";
                   return false;
               });
}

void resolve_user() {
    state.who = {};
    state.super_admin = false;
    if (pretending) {
        state.who = pretended;
        state.reached = stage::organization;
        return;
    }
    if (adopted) {
        state.who.user = adopted_user;
        state.who.known = true;
    } else if (token_setting && *token_setting) {
        verify(token_setting, state.token);
        require_valid_now(state.token);
        state.who.user = state.token.user;
        state.who.known = true;
    }
    if (state.who.known) check_standing();
    state.reached = stage::user;
}

bool organization_exists(const pg::uuid& id) {
    bool found = false;
    pg::lookup("organizations", "organizations_pkey", {{organization_id, F_UUID_EQ, pg::borrow_uuid(id)}},
               [&](HeapTuple, TupleDesc) {
                   found = true;
                   return false;
               });
    return found;
}

bool find_organization(const char* slug, pg::uuid& result) {
    bool found = false;
    pg::lookup("organizations", "organizations_slug_key",
               {{organization_slug, F_TEXTEQ, PointerGetDatum(cstring_to_text(slug))}},
               [&](HeapTuple row, TupleDesc descriptor) {
                   bool null = false;
                   result = pg::uuid_from(pg::column_of(row, descriptor, organization_id, null));
                   found = true;
                   return false;
               });
    return found;
}

member_role role_from(std::string_view name) {
    for (const member_role role : {member_role::viewer, member_role::member, member_role::admin, member_role::owner})
        if (name == to_string(role)) return role;
    return member_role::none;
}

struct memberships {
    int count = 0;
    pg::uuid organization{}; // of the last one seen
    member_role role = member_role::none;
};

// The user's active memberships: the one in `wanted`, or, when null, all of them.
memberships find_memberships(const pg::uuid* wanted) {
    memberships found;
    const auto take = [&](HeapTuple row, TupleDesc descriptor) {
        if (pg::text_of(row, descriptor, member_status) != "active") return true;
        bool null = false;
        found.organization = pg::uuid_from(pg::column_of(row, descriptor, member_organization_id, null));
        found.role = role_from(pg::text_of(row, descriptor, member_role_name));
        found.count++;
        return true;
    };
    constexpr const char* index = "members_user_id_organization_id_key";
    const pg::lookup_key user{member_user_id, F_UUID_EQ, pg::borrow_uuid(state.who.user)};
    if (wanted)
        pg::lookup("members", index, {user, {member_organization_id, F_UUID_EQ, pg::borrow_uuid(*wanted)}}, take);
    else
        pg::lookup("members", index, {user}, take);
    return found;
}

// "Not there" and "not yours" give the same answer.
[[noreturn]] void raise_no_organization(const char* choice) {
    ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND), errmsg("organization \"%s\" not found", choice),
                    errhint("Choose an organization that you are an active member of.")));
    pg_unreachable();
}

// By id or by slug. A membership proves that its organization exists; a super admin needs none.
void choose_organization(const char* choice) {
    const auto id = pg::parse_uuid(choice);
    if (id)
        state.who.organization = *id;
    else if (!find_organization(choice, state.who.organization))
        raise_no_organization(choice);
    const memberships found = find_memberships(&state.who.organization);
    const bool may = found.count > 0 || (state.super_admin && (!id || organization_exists(*id)));
    if (!may) raise_no_organization(choice);
    state.who.role = found.role;
    state.who.in_organization = true;
}

void choose_only_organization() {
    const memberships found = find_memberships(nullptr);
    if (found.count != 1) return;
    state.who.organization = found.organization;
    state.who.role = found.role;
    state.who.in_organization = true;
}

// The token may expire while its transaction is open, so that is looked at in every use.
void require_user_stage() {
    if (state.reached == stage::unresolved)
        resolve_user();
    else if (state.who.known && !adopted && !pretending)
        require_valid_now(state.token);
}

void resolve_organization() {
    if (state.who.known) {
        if (adopted)
            choose_organization(adopted_organization);
        else if (organization_setting && *organization_setting)
            choose_organization(organization_setting);
        else if (state.token.organization[0])
            choose_organization(state.token.organization);
        else
            choose_only_organization();
        if (state.who.in_organization && state.super_admin) state.who.role = member_role::super_admin;
    }
    state.reached = stage::organization;
}

// Errors name neither the old nor the new value, so that no token gets into a log.
bool check_token(char** value, void**, GucSource source) {
    const bool stored = source == PGC_S_FILE || source == PGC_S_GLOBAL || source == PGC_S_DATABASE ||
                        source == PGC_S_USER || source == PGC_S_DATABASE_USER || source == PGC_S_TEST;
    if (!stored || !*value || !**value) return true;
    GUC_check_errcode(ERRCODE_INVALID_PARAMETER_VALUE);
    GUC_check_errmsg("a token cannot be kept in the settings of a role, a database or the server");
    GUC_check_errhint("Set rowhouse.token with SET LOCAL in each transaction.");
    return false;
}

// Errors show it again, so it has to be text of this database; settings of a connection's start are not checked by
// anybody.
bool check_organization(char** value, void**, GucSource) {
    if (!*value) return true;
    const std::size_t length = std::strlen(*value);
    if (length <= 100 && pg_verifymbstr(*value, static_cast<int>(length), true)) return true;
    GUC_check_errcode(ERRCODE_INVALID_PARAMETER_VALUE);
    GUC_check_errmsg("rowhouse.organization must be the id or the slug of an organization");
    return false;
}

void assign_setting(const char*, void*) {
    forget();
}

const char* show_token() {
    return token_setting && *token_setting ? "(hidden)" : "";
}

void at_transaction_end(XactEvent, void*) {
    stop_pretending();
}

void at_subtransaction_end(SubXactEvent event, SubTransactionId ending, SubTransactionId, void*) {
    if (pretending && ending == pretending_since) stop_pretending();
    if (event == SUBXACT_EVENT_ABORT_SUB) forget();
}

} // namespace

std::string_view to_string(member_role role) {
    constexpr std::string_view names[] = {"none", "viewer", "member", "admin", "owner", "super_admin"};
    return names[static_cast<int>(role)];
}

identity current_user() {
    require_user_stage();
    identity who = state.who;
    who.in_organization = false;
    return who;
}

identity current() {
    require_user_stage();
    if (state.reached == stage::user) resolve_organization();
    return state.who;
}

member_role role_in(const pg::uuid& organization) {
    require_user_stage();
    if (!state.who.known) return member_role::none;
    if (state.super_admin) return organization_exists(organization) ? member_role::super_admin : member_role::none;
    return find_memberships(&organization).role;
}

bool is_super_admin() {
    require_user_stage();
    return state.who.known && state.super_admin;
}

void adopt(const pg::uuid& user, const pg::uuid& organization) {
    adopted = true;
    adopted_user = user;
    strlcpy(adopted_organization, pg::to_string(organization).c_str(), sizeof adopted_organization);
    forget();
}

void pretend(const identity& who) {
    if (!pretending) pretending_since = GetCurrentSubTransactionId();
    pretending = true;
    pretended = who;
    forget();
}

void pretend_nobody() {
    pretend(identity{});
}

void stop_pretending() {
    pretending = false;
    forget();
}

bool is_pretending() {
    return pretending;
}

void initialize() {
    DefineCustomStringVariable("rowhouse.token", "Signed token (JWT) that says who is asking.",
                               "Set it with SET LOCAL, or with set_config and a bound parameter. It is never shown.",
                               &token_setting, "", PGC_USERSET,
                               GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, check_token, assign_setting,
                               show_token);
    DefineCustomStringVariable("rowhouse.organization", "Organization to work in: its id or its slug.",
                               "Empty: the one the token names, else the only one the user is a member of.",
                               &organization_setting, "", PGC_USERSET, GUC_NOT_IN_SAMPLE, check_organization,
                               assign_setting, nullptr);
    RegisterXactCallback(at_transaction_end, nullptr);
    RegisterSubXactCallback(at_subtransaction_end, nullptr);
}

ROWHOUSE_FUNCTION(rowhouse_user_id) {
    const identity who = current_user();
    if (!who.known) PG_RETURN_NULL();
    return pg::make_uuid(who.user);
}

ROWHOUSE_FUNCTION(rowhouse_organization_id) {
    const identity who = current();
    if (!who.in_organization) PG_RETURN_NULL();
    return pg::make_uuid(who.organization);
}

ROWHOUSE_FUNCTION(rowhouse_role) {
    const identity who = current();
    if (!who.in_organization) PG_RETURN_NULL();
    return pg::make_text(to_string(who.role));
}

} // namespace rowhouse::context
