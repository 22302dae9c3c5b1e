// The work of a batch, the same in the caller's transaction (import_run) and in the worker (import_start).
#pragma once

#include "imports/batch.hpp"

namespace rowhouse::imports {

// Reads the file, writes its good records and all findings, and leaves the batch completed, or failed where the file as
// a whole is at fault. Runs as rowhouse_owner. An error of the database that is not about one record comes out as it
// is.
void run_batch(pg::spi& sql, const pg::uuid& batch, std::string_view content, const target& target,
               const import_options& options);

} // namespace rowhouse::imports
