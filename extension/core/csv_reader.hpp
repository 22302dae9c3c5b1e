// The inside of csv::reader: how a file is opened (csv_open.cpp) and walked through (csv.cpp).
#pragma once

#include "core/csv.hpp"
#include "core/csv_cursor.hpp"
#include "core/csv_decode.hpp"
#include "core/csv_parser.hpp"
#include "core/csv_record.hpp"
#include "core/csv_source.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowhouse::csv {

struct reader::state {
    state(byte_source from, const read_options& chosen) : options(chosen), bytes(std::move(from)) { open(); }

    void open();
    void report_edges();
    void choose_delimiter();
    void skip_chosen_lines();
    void find_header();
    void skip_preamble_row();
    void open_header();
    bool next(record& out);
    void next_header(record& out);
    bool next_data(record& out);
    void skip_blank_rows();
    bool is_empty_record() const;
    void add_blank_row(finding_severity severity, const char* row_end);
    void skip_empty_record();
    void advance();
    void settle();
    bool blank_row(const char*& row_end) const;
    void note_line_break(line_break ending);
    void finish();

    finding& add_file(std::string_view code, finding_severity severity, std::string message);
    void fail(std::string_view code, std::string message, std::string hint = {});

    // The start of the text as far as guesses look at it, from the present place on.
    std::string_view sample() const {
        const auto passed = static_cast<std::size_t>(cursor->offset());
        return std::string_view(input.text.sample).substr(std::min(passed, input.text.sample.size()));
    }
    std::string_view raw_text() const { return {raw.begin, static_cast<std::size_t>(raw.end - raw.begin)}; }

    read_options options;
    format file;
    std::vector<finding> findings;
    bool failed = false;

    byte_source bytes;
    decoded input;
    std::optional<text_cursor> cursor;
    record_context context;
    raw_record raw;
    std::string buffer;

    std::int64_t line = 1; // of the place where the cursor is
    bool cut = false;      // the rest of the last record is still to be skipped
    bool header_pending = false;
    bool ended = false;
    bool quote_hint_checked = false;
    std::int64_t records = 0;                                      // data records given out
    std::int64_t empty_records = 0;                                // rows of delimiters alone, skipped
    std::int64_t blank_rows = 0;                                   // findings about blank and empty rows
    finding_severity unlisted_blank_rows = finding_severity::info; // the highest among those not listed one by one
    line_break first_ending = line_break::none;
    bool mixed = false;
};

} // namespace rowhouse::csv
