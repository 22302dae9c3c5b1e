// How far a long statement is, for other sessions, before anything is committed: in pg_stat_progress_copy, where
// whoever watches a database looks already.
#pragma once

#include "pg/guard.hpp"

extern "C" {
#include "commands/progress.h"
#include "utils/backend_progress.h"
}

namespace rowhouse::pg {

struct progress {
    Oid table = InvalidOid;
    std::int64_t bytes_processed = 0;
    std::int64_t bytes_total = 0;
    std::int64_t rows_processed = 0;
};

// Everything each time, because the end of a subtransaction that failed takes the whole entry away, as does that of a
// transaction that failed.
inline void report_progress(const progress& now) {
    const int fields[] = {PROGRESS_COPY_COMMAND, PROGRESS_COPY_TYPE, PROGRESS_COPY_BYTES_PROCESSED,
                          PROGRESS_COPY_BYTES_TOTAL, PROGRESS_COPY_TUPLES_PROCESSED};
    const int64 values[] = {PROGRESS_COPY_COMMAND_FROM, PROGRESS_COPY_TYPE_CALLBACK, now.bytes_processed,
                            now.bytes_total, now.rows_processed};
    pgstat_progress_start_command(PROGRESS_COMMAND_COPY, now.table); // neither of them raises
    pgstat_progress_update_multi_param(5, fields, values);
}

inline void end_progress() {
    pgstat_progress_end_command();
}

} // namespace rowhouse::pg
