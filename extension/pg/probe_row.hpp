// A row that a table accepts, for trying things with it: the least that its constraints let through.
#pragma once

#include "pg/spi.hpp"

namespace rowhouse::pg {

struct probe_row {
    std::string columns; // quoted, comma-separated, without the owner column
    std::string values;  // SQL expressions, constant, in the same order
    std::string key;     // primary key columns, empty without one or where the owner is part of it
};

// Columns that must be given get a value of their type; the others their default. `salt` makes two rows differ.
probe_row make_probe_row(spi& sql, Oid table, const std::string& owner_column, int salt);

} // namespace rowhouse::pg
