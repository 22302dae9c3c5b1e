// Sets of rows given out one at a time, with every call of the function: nothing piles up here, and who stops asking (a
// LIMIT) stops the work. In FROM, PostgreSQL itself collects them, in work_mem and then on disk.
#pragma once

#include "pg/datum.hpp"

#include <memory>

namespace rowhouse::pg {

// What makes the rows. It lives from the first call until the last row is given out or nobody wants more.
class row_generator {
public:
    virtual ~row_generator() = default;

    // Fills in the values of the next row, as many as the result has columns, none of them NULL; false at the end.
    virtual bool next(std::vector<Datum>& values) = 0;
};

// The whole body of such a function. `make` is called once, in a memory context that lives as long as the generator.
Datum stream_rows(FunctionCallInfo fcinfo, std::unique_ptr<row_generator> (*make)(FunctionCallInfo fcinfo));

} // namespace rowhouse::pg
