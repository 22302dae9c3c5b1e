// From what the catalog says about a table, and what define_import() was told, to a target.
#pragma once

#include "imports/target.hpp"
#include "pg/json.hpp"

namespace rowhouse::imports {

// `shape` as import_shape() gives it; columns and options as define_import() takes them. Raises 22023 for options that
// do not exist, have a wrong value, or do not fit the table.
target make_target(std::string name, const pg::json& shape, const pg::json& columns, const pg::json& options);

} // namespace rowhouse::imports
