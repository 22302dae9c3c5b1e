// System context, see system.cpp.
#pragma once

#include "pg/postgres.hpp"

namespace rowhouse::isolation {

inline constexpr const char* oversight_role = "rowhouse_oversight";

// What rowhouse.begin_system() and end_system() do. After an error system context ends with the (sub)transaction that
// is rolled back. Returns until when it lasts.
TimestampTz begin_system(const std::string& reason);
void end_system();

// Called by _PG_init: setting, transaction callbacks, and the hook that keeps the time limit.
void initialize_system_context();

} // namespace rowhouse::isolation
