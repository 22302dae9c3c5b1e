#include "pg/latest.hpp"

extern "C" {
#include "utils/snapmgr.h"
}

namespace rowhouse::pg {

std::optional<Datum> latest_value(const char* sql, std::initializer_list<parameter> parameters) {
    struct answer {
        Datum value;
        bool null;
    };
    const answer found = pg_try([&] {
        constexpr std::size_t most = 4;
        Assert(parameters.size() <= most);
        Oid types[most];
        Datum values[most];
        char nulls[most];
        int count = 0;
        for (const parameter& each : parameters) {
            types[count] = each.type;
            values[count] = each.value;
            nulls[count++] = each.null ? 'n' : ' ';
        }
        answer read = {0, true};
        if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
        CommandCounterIncrement();
        PushActiveSnapshot(GetLatestSnapshot());
        // Read-only, since only then SPI takes the snapshot that is active.
        const int result = SPI_execute_with_args(sql, count, types, values, nulls, true, 1);
        if (result != SPI_OK_SELECT) elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(result));
        if (SPI_processed > 0) read.value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &read.null);
        PopActiveSnapshot();
        SPI_finish();
        return read;
    });
    if (found.null) return std::nullopt;
    return found.value;
}

} // namespace rowhouse::pg
