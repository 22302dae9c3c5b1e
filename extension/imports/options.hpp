// The options of the csv_* and import_* functions: read from JSON in one place, so that they mean the same everywhere.
#pragma once

#include "core/csv.hpp"
#include "imports/mapping.hpp"
#include "pg/json.hpp"

namespace rowhouse::imports {

// encoding, delimiter, quote, header, strict, pad_short_rows. JSON null is as good as absent. Raises 22023, naming the
// option, for one that does not exist or has a wrong value.
csv::read_options read_options_from(const pg::json& options);

struct import_options {
    csv::read_options read;
    std::vector<mapping_choice> mapping;
    std::optional<std::string> file_name;
};

// As read_options_from, and mapping and file_name on top; the limits of an import are set.
import_options import_options_from(const pg::json& options, const target& target);

} // namespace rowhouse::imports
