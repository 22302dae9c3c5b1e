// Sets of rows as the result of an SQL function, collected in a tuplestore (which spills to disk past work_mem).
#pragma once

#include "pg/datum.hpp"

namespace rowhouse::pg {

// For a function declared RETURNS SETOF text: one row for each.
Datum return_texts(FunctionCallInfo fcinfo, const std::vector<std::string>& values);

} // namespace rowhouse::pg
