// What PostgreSQL calls when it loads the library.

#include "context/context.hpp"
#include "isolation/system.hpp"
#include "pg/datum.hpp"

extern "C" {
PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

void _PG_init(void) {
    rowhouse::context::initialize();
    rowhouse::isolation::initialize_system_context();
    // Last, after every room has defined its settings: from here on a misspelt rowhouse.* is an error.
    MarkGUCPrefixReserved("rowhouse");
}
}

// rowhouse.version() text
ROWHOUSE_FUNCTION(rowhouse_version) {
    return rowhouse::pg::make_text(ROWHOUSE_VERSION);
}
