// The inside of csv::reader: how a file is opened (csv_open.cpp) and walked through (csv.cpp).
#pragma once

#include "core/csv.hpp"
#include "core/csv_decode.hpp"
#include "core/csv_parser.hpp"
#include "core/csv_record.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::csv {

struct reader::state {
    state(std::string_view bytes, const read_options& chosen) : options(chosen), parser({}, {}) { open(bytes); }

    void open(std::string_view bytes);
    void strip_trailing_control();
    void choose_delimiter();
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
    void note_line_break(line_break ending);
    void finish();

    finding& add_file(std::string_view code, finding_severity severity, std::string message);
    void fail(std::string_view code, std::string message, std::string hint = {});

    const char* end() const { return text.data() + text.size(); }
    std::string_view rest() const { return text.substr(static_cast<std::size_t>(at - text.data())); }
    std::string_view raw_text() const { return {raw.begin, static_cast<std::size_t>(raw.end - raw.begin)}; }

    read_options options;
    format file;
    std::vector<finding> findings;
    bool failed = false;

    decoded input;
    std::string_view text;
    record_context context;
    record_parser parser;
    raw_record raw;
    std::string buffer;

    const char* at = nullptr;
    std::int64_t line = 1; // of `at`
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
