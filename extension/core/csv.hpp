// CSV for what people really upload: bytes in, records and findings out. Rules T1 to T5 and every code are listed in
// docs/csv.md. No PostgreSQL here; errors are findings, never exceptions (std::bad_alloc aside).
#pragma once

#include "core/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::csv {

// What the caller knows better than detection does. Unset means: detect.
struct read_options {
    std::optional<std::string> encoding; // "utf-8", "utf-16le", "utf-16be", "windows-1252", or any name iconv takes
    std::optional<char> delimiter;
    std::optional<char> quote;               // '\0' means: no quoting at all
    std::optional<std::string> line_break;   // "\n", "\r\n" or "\r": nothing else ends a line; unset means any of them
    std::optional<bool> header;              // false: the first record is data; unset means true, it is not guessed
    std::optional<std::int64_t> header_line; // the physical line of the first record; those above are left out
    bool strict = false;                     // RFC 4180 (LF and CR allowed): a deviation is an error on its record
    bool pad_short_rows = false;             // missing-cell becomes a warning

    // Limits; 0 means none. Going over one is an error finding, never an exception.
    std::int64_t max_bytes = 0;
    std::int64_t max_records = 0;
    int max_columns = 1600; // PostgreSQL's limit on columns
    std::int64_t max_cell_bytes = 1 << 20;
    std::int64_t max_record_bytes = 1 << 21;
};

// How the bytes were read. Guesses carry a confidence from 0 to 1; an override has confidence 1.
struct format {
    std::string encoding = "utf-8";
    double encoding_confidence = 1;
    char delimiter = ',';
    double delimiter_confidence = 1;
    char quote = '"';
    double quote_confidence = 1;
    std::string line_break = "\n"; // "\n", "\r\n", "\r", or "mixed"
    bool bom = false;
    bool sep_hint = false;
    bool header = true;
    double header_confidence = 1;   // that the first record is one, and that it is the right record
    std::int64_t preamble_rows = 0; // lines and rows left out above it
    std::int64_t header_line = 0;   // physical line of the header, 0 when there is none
};

struct cell {
    std::string_view text; // valid until the next call of reader::next(); UTF-8, no NUL byte
    bool null = false;     // empty and unquoted
};

struct record {
    std::int64_t number = 0;      // 0 = header, data from 1
    std::int64_t line = 0;        // physical line it starts on, 1-based
    std::int64_t byte_offset = 0; // in the decoded (UTF-8) text, a byte order mark counted
    std::vector<cell> cells;      // as many as the header has, extra cells cut off (they are in the finding)
    std::vector<finding> findings;
    bool rejected = false; // it has a finding of severity error and must not be imported
};

// A file that is read piece by piece, more than once. It must not change meanwhile.
struct source {
    std::int64_t size = 0;
    // Copies bytes from `offset` on to `to`, at most `room` of them, and tells how many: at least one. It may throw.
    std::function<std::size_t(std::int64_t offset, char* to, std::size_t room)> read;
};

// Reads one file: the same records, findings and positions wherever its bytes come from and however they are cut.
class reader {
public:
    // Held in memory by the caller, for longer than the reader lives. UTF-8 is parsed in place.
    reader(std::string_view bytes, const read_options& options);

    // Holds some multiple of max_record_bytes in memory, however large the file is; all of it where that is 0.
    reader(source bytes, const read_options& options);
    ~reader();
    reader(const reader&) = delete;
    reader& operator=(const reader&) = delete;

    const format& file_format() const;

    // True when the file cannot be read at all (not CSV, ambiguous encoding, too large, empty): next() yields nothing.
    bool failed() const;

    // The next record; the header comes first, as number 0, unless there is none. False at the end.
    // Blank rows are skipped (they leave a finding in file_findings()).
    bool next(record& out);

    // Findings about the file, the header and skipped rows; complete only after next() returned false.
    const std::vector<finding>& file_findings() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace rowhouse::csv
