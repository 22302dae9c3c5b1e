// The options of csv_export.
#pragma once

#include "core/csv_writer.hpp"
#include "pg/json.hpp"

#include <map>

namespace rowhouse::imports {

struct export_options {
    csv::write_options write;
    bool header = true;
    bool bom = false;
    std::string line_break;                        // what every line ends with
    std::map<std::string, csv::cell_type> columns; // what a column holds, by its label
};

// delimiter, header, null, quote_all, bom, line_break, columns. JSON null is as good as absent. Raises 22023, naming
// the option, for one that does not exist or has a wrong value.
export_options export_options_from(const pg::json& options);

} // namespace rowhouse::imports
