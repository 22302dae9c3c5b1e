// The two scopes, and how the owner of a row is compared with the context for each type of owner column.
#pragma once

#include "pg/spi.hpp"

namespace rowhouse::isolation {

struct scope {
    const char* name;     // "organization" or "user"
    const char* column;   // of the owner, unless the caller names another one
    const char* policy;   // restrictive: the owner comparison
    const char* accessor; // prefix of the SQL functions that give the owner's key
};

// Raises 42704.
const scope& find_scope(std::string_view name);

// The permissive policy that lets the restrictive ones decide alone.
inline constexpr const char* allow_policy = "rowhouse_allow";

// SQL of the context's key in the type of the owner column: the id for uuid; for text the key that operators gave the
// organization or user, else the id; for integers that key as a number. Raises 42804 for any other type.
std::string accessor_for(const scope& scope, const std::string& column_type, const std::string& column);

} // namespace rowhouse::isolation
