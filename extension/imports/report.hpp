// How findings, formats and mappings are shown as JSON.
#pragma once

#include "core/csv.hpp"
#include "imports/mapping.hpp"
#include "pg/json.hpp"

namespace rowhouse::imports {

// {"record","line","column","position","target","code","severity","level","value","message"}, each null where the
// finding has none, and "byte_offset", "hint" and "related" where it has one. column is the name in the file, target
// the column that it fills.
pg::json finding_json(const finding& found, const column_mapping& mapping, const target& target);

pg::json format_json(const csv::format& format);

// [{"source": name in the file, "target": column of the target or null}]
pg::json columns_json(const column_mapping& mapping, const target& target);

} // namespace rowhouse::imports
