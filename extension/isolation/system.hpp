// System context, see system.cpp.
#pragma once

namespace rowhouse::isolation {

// Called by _PG_init: setting, transaction callbacks, and the hook that keeps the time limit.
void initialize_system_context();

} // namespace rowhouse::isolation
