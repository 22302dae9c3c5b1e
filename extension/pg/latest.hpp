// Counting under a lock. A transaction at repeatable read would count what there was before it waited for the lock, and
// thirty of them could pass where one may: this sees what is committed now, and this transaction's own doing.
#pragma once

#include "pg/spi.hpp"

namespace rowhouse::pg {

// The value, of a type passed by value, of a query that gives one; nothing for NULL and for no row. With the rights of
// whoever is current, and every name qualified.
std::optional<Datum> latest_value(const char* sql, std::initializer_list<parameter> parameters);

} // namespace rowhouse::pg
