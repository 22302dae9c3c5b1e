// Authority checks, the same for C++ and SQL.
#pragma once

#include "context/context.hpp"

namespace rowhouse::context {

// The user, logged in. Raises 28000 without one.
identity require_user();

// The context, with the user logged in, an organization chosen, and at least this role in it. Raises 28000 without a
// user, 42501 without an organization or with a lesser role.
identity require_role(member_role needed);

} // namespace rowhouse::context
