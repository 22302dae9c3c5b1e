// The options of the csv_* and import_* functions: read from JSON in one place, so that they mean the same everywhere.
#pragma once

#include "core/csv.hpp"
#include "imports/mapping.hpp"
#include "imports/modes.hpp"
#include "pg/json.hpp"

namespace rowhouse::imports {

// encoding, delimiter, quote, header, strict, pad_short_rows. JSON null is as good as absent. Raises 22023, naming the
// option, for one that does not exist or has a wrong value.
csv::read_options read_options_from(const pg::json& options);

struct import_options {
    csv::read_options read;
    std::vector<mapping_choice> mapping;
    std::vector<mapping_choice> learned; // from earlier files of the organization
    std::optional<std::string> file_name;
    import_mode mode = import_mode::insert;
    bool all_or_nothing = false;
    bool dry_run = false;
    std::vector<finding> remarks; // about the file, from others than its readers
};

// As read_options_from, and mapping, file_name, mode, all_or_nothing and dry_run on top. Raises 22023 also for a mode
// that needs a key where the target has none.
import_options import_options_from(const pg::json& options, const target& target);

} // namespace rowhouse::imports
