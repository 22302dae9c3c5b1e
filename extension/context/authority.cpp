#include "context/authority.hpp"

#include "pg/lookup.hpp"

namespace rowhouse::context {

namespace {

member_role parse_role(std::string_view name) {
    for (const member_role role : {member_role::viewer, member_role::member, member_role::admin, member_role::owner})
        if (name == to_string(role)) return role;
    throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "role \"" + std::string(name) + "\" does not exist",
                    "Roles are owner, admin, member and viewer.");
}

pg::error not_logged_in() {
    return pg::error(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, "not logged in",
                     "Set rowhouse.token to a token of rowhouse.login() first.");
}

pg::error role_missing(member_role needed) {
    return pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE,
                     "role \"" + std::string(to_string(needed)) + "\" or higher is needed in this organization");
}

} // namespace

identity require_user() {
    const identity who = pg::pg_try([] { return current_user(); });
    if (!who.known) throw not_logged_in();
    return who;
}

identity require_role(member_role needed) {
    const identity who = pg::pg_try([] { return current(); });
    if (!who.known) throw not_logged_in();
    if (!who.in_organization)
        throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE, "no organization chosen",
                        "Set rowhouse.organization to the id or slug of an organization that you are a member of.");
    if (who.role < needed) throw role_missing(needed);
    return who;
}

// rowhouse.require_user() uuid
ROWHOUSE_FUNCTION(rowhouse_require_user) {
    return pg::make_uuid(require_user().user);
}

// rowhouse.require_role(needed text) uuid
ROWHOUSE_FUNCTION(rowhouse_require_role) {
    return pg::make_uuid(require_role(parse_role(pg::arg_text(fcinfo, 0))).organization);
}

// rowhouse.require_role_in(organization uuid, needed text) text
ROWHOUSE_FUNCTION(rowhouse_require_role_in) {
    const pg::uuid organization = pg::uuid_from(PG_GETARG_DATUM(0));
    const member_role needed = parse_role(pg::arg_text(fcinfo, 1));
    if (!current_user().known) throw not_logged_in();
    const member_role role = pg::pg_try([&] { return role_in(organization); });
    if (role == member_role::none)
        throw pg::not_found("organization \"" + pg::to_string(organization) + "\" not found");
    if (role < needed) throw role_missing(needed);
    return pg::make_text(to_string(role));
}

// rowhouse.may_grant(own text, granted text) boolean: nobody gives a role above their own.
ROWHOUSE_FUNCTION(rowhouse_may_grant) {
    const std::string_view own = pg::arg_text(fcinfo, 0);
    const member_role granted = parse_role(pg::arg_text(fcinfo, 1));
    PG_RETURN_BOOL(own == to_string(member_role::super_admin) || granted <= parse_role(own));
}

} // namespace rowhouse::context
