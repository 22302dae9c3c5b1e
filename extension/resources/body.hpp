// What a request gives to be stored: one row as a JSON object, or several in an array.
#pragma once

#include "pg/spi.hpp"

namespace rowhouse::resources {

// Of the objects, which live as long as the argument.
struct body_row {
    std::vector<std::string> names;
    JsonbValue content;
};

struct body {
    bool is_list = false;
    std::vector<body_row> rows;
};

// Raises 22023 for anything but an object or an array of objects, 54000 for more than 1000 of them, 22004 for null.
body read_body(FunctionCallInfo fcinfo, int argument);

// A jsonb array of some of the rows.
Datum array_of(const body& all, std::size_t first, std::size_t count);

} // namespace rowhouse::resources
