// Which column of a file fills which column of a target.
#pragma once

#include "core/finding.hpp"
#include "imports/target.hpp"

namespace rowhouse::imports {

// One entry of the option mapping: the column of the file called `source` fills a column of the target, or none.
struct mapping_choice {
    std::string source;
    std::optional<std::size_t> target;
};

struct source_column {
    std::string label;                 // as the file has it; the position, where there is no header
    std::optional<std::size_t> target; // index in target.columns
    bool own = false;                  // one of those that an error file adds
};

struct column_mapping {
    std::vector<source_column> sources;                // in the order of the file
    std::vector<std::optional<std::size_t>> source_of; // for each column of the target: index in sources
    std::vector<std::size_t> written; // columns of the target that get a value: filled by the file, or with a default
    std::vector<finding> findings;    // about the header
};

// Every source fills at most one target, and every target is filled by at most one source: by the choices first, then
// by equal names, then by names that are equal but for case, spaces and punctuation, then by the synonyms in their
// order, then by what was learned from earlier files. What is left may get a suggestion. A file without a header has
// "1", "2", … for names; without choices it is taken in the order of the target's columns.
column_mapping map_columns(const target& target, const std::vector<std::string>& labels, bool has_header,
                           std::int64_t header_line, const std::vector<mapping_choice>& choices,
                           const std::vector<mapping_choice>& learned = {});

// The columns that import_error_file() adds. They are passed over when the file comes back.
inline constexpr std::string_view error_columns[] = {"_line", "_codes", "_messages"};

} // namespace rowhouse::imports
