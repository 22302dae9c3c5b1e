// Who is asking: the verified user, the organization chosen, and the role held in it, for the running transaction.
//
// Identity comes from a signed token (setting rowhouse.token); authority is looked up: the signing key, the account's
// standing and the membership are read once per transaction and forgotten with it, so that every revocation takes
// effect with the next transaction of every open connection.
#pragma once

#include "pg/datum.hpp"

namespace rowhouse::context {

// In rising order of authority.
enum class member_role : std::uint8_t { none, viewer, member, admin, owner, super_admin };

std::string_view to_string(member_role role);

// Trivially destructible, so frames may hold it across a longjmp.
struct identity {
    bool known = false; // false: no token was set
    pg::uuid user{};
    bool in_organization = false;
    pg::uuid organization{};
    member_role role = member_role::none;
};

// The user alone; `in_organization` stays false. Raises 28000 for a token that is bad, expired or revoked.
// Like everything here it may leave by longjmp: no locals with destructors in the calling frame, or call it through
// pg::pg_try.
identity current_user();

// User and organization. Raises P0002 when an organization was chosen (by rowhouse.organization or by the token) that
// does not exist or of which the user is no active member.
identity current();

// The user's role in any organization, chosen or not; none for no member and for no such organization.
member_role role_in(const pg::uuid& organization);

// Whether the user is a super admin now. False without a user.
bool is_super_admin();

// For the import worker: it runs for a member who is not connected, so it takes the place of a verified token for the
// life of this process. Standing and membership are looked up all the same, in every transaction.
void adopt(const pg::uuid& user, const pg::uuid& organization);

// For verify_isolation() alone: until the current subtransaction is rolled back, or stop_pretending(), the context is
// this made-up one, with no look-up. Nobody else may decide who is asking without a token.
void pretend(const identity& who);
void pretend_nobody();
void stop_pretending();
bool is_pretending();

// Called by _PG_init: settings and transaction callbacks.
void initialize();

} // namespace rowhouse::context
