// Keys that keep tenants apart: foreign keys that include the owner, so that no row can refer to another tenant's, and
// unique keys that begin with it, so that nobody finds out which values others use.
#pragma once

#include "isolation/steps.hpp"

namespace rowhouse::isolation {

// Foreign keys of `table` to tables isolated in the same scope.
void add_owner_to_foreign_keys(pg::spi& sql, steps& log, Oid table, const std::string& scope,
                               const std::string& column);

// Unique constraints of `table`, apart from the primary key and from those that a foreign key refers to.
void add_owner_to_unique_keys(pg::spi& sql, steps& log, Oid table, const std::string& column);

} // namespace rowhouse::isolation
