// The account table itself: its key, the rights on it, its triggers.
#pragma once

#include "profiles/source.hpp"

namespace rowhouse::profiles {

inline constexpr std::array<const char*, 3> trigger_names{"on_auth_user_created", "on_auth_user_updated",
                                                          "on_auth_user_deleted"};

// Raises 42P01 no such table, 42809 no permanent table.
void require_table(pg::spi& sql, Oid relation);

// Whether no two accounts can have the same id, and none has none.
bool has_unique_id(pg::spi& sql, const source& from);

// Raises 42501 where the caller may not read the columns: who may not see the accounts may not copy them.
void require_readable(pg::spi& sql, const source& from);

// Raises 42710 when a trigger of such a name calls somebody else's function.
void require_free_names(pg::spi& sql, const source& from);

// Those that are not there yet.
void create_triggers(pg::spi& sql, const source& from);

// Somebody who is not the owner can create a trigger and not drop it: it is left behind then, and does nothing.
void drop_triggers(pg::spi& sql, const source& from);

} // namespace rowhouse::profiles
