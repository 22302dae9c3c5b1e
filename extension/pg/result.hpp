// Sets of rows as the result of an SQL function, collected in a tuplestore (which spills to disk past work_mem).
#pragma once

#include "pg/datum.hpp"

namespace rowhouse::pg {

// For a function declared RETURNS SETOF text: one row for each.
Datum return_texts(FunctionCallInfo fcinfo, const std::vector<std::string>& values);

// For any other set: add row by row. The function then returns Datum{0}.
class row_collector {
public:
    explicit row_collector(FunctionCallInfo fcinfo);

    // As many values as the result has columns, none of them NULL. They are copied.
    void add(std::initializer_list<Datum> values);
    // The same with NULLs where `nulls` says so.
    void add(std::initializer_list<Datum> values, std::initializer_list<bool> nulls);
    // A value of the composite type that the function returns a set of.
    void add_row(Datum row);

private:
    void put(std::initializer_list<Datum> values, const bool* nulls);

    ReturnSetInfo* info_;
};

} // namespace rowhouse::pg
