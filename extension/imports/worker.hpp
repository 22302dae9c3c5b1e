// Processes that work on batches.
#pragma once

#include "pg/datum.hpp"

namespace rowhouse::imports {

// Starts one for that batch, and for what else waits; where `wait_for_us`, once this transaction is committed. False
// when no process is free: then the batch waits until one is.
bool start_import_worker(const pg::uuid& batch, bool wait_for_us);

} // namespace rowhouse::imports
