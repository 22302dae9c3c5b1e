// Foreign keys that would let a row refer to one of another organization or user, and so tell whether there is one.
#pragma once

#include "resources/resource.hpp"

namespace rowhouse::resources {

// Of the relation cache.
std::vector<border_key> find_border_keys(const resource& in);

// Of the rows that the last statement gave back with all columns of `in`: raises 23503, as PostgreSQL does where there
// is no such row, when one refers to a row that is not of the context. Looks at keys with a column among `names` alone.
// As the owner of the table. The rows of the last statement are others afterwards.
void check_border_keys(pg::spi& sql, const resource& in, const std::vector<std::string>& names);

} // namespace rowhouse::resources
