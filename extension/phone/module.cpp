// rowhouse_phone.so, as PostgreSQL loads it. It has no functions for SQL.

#include "pg/postgres.hpp"
#include "phone/directory.hpp"

extern "C" {
PG_MODULE_MAGIC;

// rowhouse.so asks for this by name. Both sides are C++ of one build: strings and exceptions may pass.
PGDLLEXPORT extern const rowhouse::phone::entry_points rowhouse_phone_entry_points;
const rowhouse::phone::entry_points rowhouse_phone_entry_points = {ROWHOUSE_VERSION, rowhouse::phone::look_up,
                                                                   rowhouse::phone::is_region};
}
