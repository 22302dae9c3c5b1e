// Wall-clock time as the NumericDate of tokens: seconds since 1970.
#pragma once

#include "pg/postgres.hpp"

namespace rowhouse::pg {

inline double unix_time(TimestampTz time) {
    constexpr double epoch_shift = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * double{SECS_PER_DAY};
    return static_cast<double>(time) / USECS_PER_SEC + epoch_shift;
}

inline double unix_now() {
    return unix_time(GetCurrentTimestamp());
}

} // namespace rowhouse::pg
