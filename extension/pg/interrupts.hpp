// Long loops in C++ let themselves be cancelled.
#pragma once

#include "pg/guard.hpp"

namespace rowhouse::pg {

inline void check_for_interrupts() {
    if (INTERRUPTS_PENDING_CONDITION()) pg_try([] { CHECK_FOR_INTERRUPTS(); });
}

} // namespace rowhouse::pg
