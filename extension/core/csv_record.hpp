// From a parsed record (positions) to the record the caller sees (cells and findings).
#pragma once

#include "core/csv.hpp"
#include "core/csv_parser.hpp"

#include <string>
#include <string_view>

namespace rowhouse::csv {

struct record_context {
    dialect style;
    const read_options* options = nullptr;
    const char* base = nullptr; // where the text starts
    std::int64_t skipped = 0;   // bytes of the upload before it, when it was not converted
    bool converted = false;     // positions in the text say nothing about the upload
    bool has_null_bytes = false;
    bool well_formed = true;
    std::int64_t expected = 0;      // fields a record should have; 0 for the header
    std::int64_t written = 0;       // the same with the blank columns at the end of the file, which were left out
    bool single_quote_hint = false; // the file seems to use ' as its quote
};

// Fills everything in `out`. `line` is the physical line the record starts on, `number` 0 for the header. Cells that
// cannot point into the text are put into `buffer`.
void build_record(const raw_record& raw, const record_context& context, std::int64_t number, std::int64_t line,
                  std::string& buffer, record& out);

// A finding that stands at a position of the text.
finding finding_at(const char* position, const record_context& context, std::string_view code,
                   finding_severity severity, finding_level level, std::int64_t line, std::string message);

} // namespace rowhouse::csv
