// Writing the target `users`: the members of the organization of the context. Runs as rowhouse_owner, so row level
// security holds it to that organization.
#pragma once

#include "imports/pipeline.hpp"
#include "pg/spi.hpp"

namespace rowhouse::imports {

// Gives a finding to each record whose key the table has already.
void find_existing(pg::spi& sql, const target& target, const column_mapping& mapping,
                   std::vector<checked_record>& chunk);

// Inserts the records without errors. Those that the database refuses get a finding and the rest goes in. Returns how
// many went in.
std::int64_t insert_records(pg::spi& sql, const target& target, std::vector<checked_record>& chunk);

} // namespace rowhouse::imports
