// The options of rowhouse.isolate().
#pragma once

#include "pg/json.hpp"

namespace rowhouse::isolation {

struct isolate_options {
    // Who gets the rows that have no owner yet; at most one of the three.
    std::optional<std::string> owner;    // every row, this owner
    std::optional<std::string> backfill; // an SQL expression over the row
    struct mapping_table {
        std::string table;  // qualified and quoted
        std::string key;    // its column that matches ...
        std::string column; // ... this one of the table to isolate
        std::string owner;  // its column with the owner
    };
    std::optional<mapping_table> mapping;

    bool not_null = false;     // no row without an owner, also not one of before
    bool foreign_keys = false; // make those between isolated tables include the owner
    bool unique_keys = false;  // make them begin with the owner
    bool dry_run = false;
};

// Argument `index` of the SQL function. Raises 22023 naming the option.
isolate_options read_isolate_options(FunctionCallInfo fcinfo, int index);

} // namespace rowhouse::isolation
