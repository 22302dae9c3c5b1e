// The targets that there are.
#pragma once

#include "imports/target.hpp"
#include "pg/spi.hpp"

namespace rowhouse::imports {

// As rowhouse_owner. Raises P0002 where there is none of that name, or its table is gone.
target find_target(pg::spi& sql, const std::string& name);

} // namespace rowhouse::imports
