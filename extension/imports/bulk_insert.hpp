// Writing rows as COPY does, where that comes to the same as the INSERT of statements::insert(). Where it is not
// certain, that INSERT is to be run.
#pragma once

#include "imports/mapping.hpp"
#include "pg/row_store.hpp"

namespace rowhouse::imports {

// Fewer rows are written by the INSERT, whose plan is there already.
inline constexpr std::size_t least_bulk_rows = 100;

// Writes the rows of a store of staged columns and adds their names (see target::row_name) to `names`. False where the
// table wants an INSERT; nothing was done then. To be called as the owner of the table, in a subtransaction.
bool bulk_insert(const target& target, const column_mapping& mapping, pg::row_store& rows,
                 std::vector<std::string>& names);

} // namespace rowhouse::imports
