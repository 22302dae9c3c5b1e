// One CSV record at a time, by rules T1 to T5 of docs/csv.md: positions in, positions out, nothing copied. The first
// attempt is the fast one; a record with a doubtful quote is read again, at a cost that stays linear over the file
// because every long search is remembered.
#pragma once

#include "core/csv_scan.hpp"
#include "core/csv_walk.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::csv {

enum class line_break : std::uint8_t { none, lf, crlf, cr };

struct dialect {
    char delimiter = ',';
    std::optional<char> quote = '"';          // nothing: no quoting at all
    line_break only_break = line_break::none; // nothing else ends a line; none: any of them does
};

inline bool is_line_break(const char* at, const char* end, line_break only) {
    if (*at != '\n' && *at != '\r') return false;
    if (only == line_break::none) return true;
    if (only == line_break::crlf) return *at == '\r' && end - at > 1 && at[1] == '\n';
    return *at == (only == line_break::lf ? '\n' : '\r');
}

// The bytes with which a line break may begin.
constexpr byte_set break_bytes(line_break only) {
    const char first = only == line_break::lf ? '\n' : '\r';
    const char second = only == line_break::none ? '\n' : first;
    return {{first, second, first, second}};
}

struct raw_field {
    const char* begin = nullptr; // of the content, inside the quotes
    const char* end = nullptr;
    bool quoted = false;
    bool doubled = false; // may hold doubled quotes, which stand for one
    bool stray = false;   // holds a quote that neither opens, closes nor is doubled
    bool spaced = false;  // spaces followed the closing quote and are not part of the content
    bool literal = false; // starts with a quote that had to be taken as text
};

// How the quotes of a record were understood.
enum class reading : std::uint8_t {
    regular,
    repaired, // an opening quote was taken as text; the quotes from there on are even in number
    unclosed  // the same, but odd in number: a quote is missing
};

struct raw_record {
    const char* begin = nullptr;
    const char* end = nullptr;  // before the line break
    const char* next = nullptr; // behind it
    line_break ending = line_break::none;
    std::vector<raw_field> fields; // as many as expected, or up to the limit while nothing is expected
    std::int64_t field_count = 0;  // of all fields, also of those not kept
    const char* extra_begin = nullptr;
    bool extras_blank = true; // every field not kept is empty and unquoted
    bool spans_lines = false;
    reading how = reading::regular;
    std::int64_t repaired_field = -1; // index of the first literal field
    bool cut = false;                 // it goes on behind the window
    bool clean = false;               // no field is doubled, stray, spaced or literal
};

// What stands behind the last closing quote before it matters: see scan_quoted.
struct quoted_scan {
    enum class outcome : std::uint8_t { closed, torn, unclosed };
    outcome how = outcome::unclosed;
    const char* close = nullptr;    // the closing quote
    const char* after = nullptr;    // behind it and the spaces that follow it
    const char* previous = nullptr; // the stray quote nearest before it, if any
    bool doubled = false;
    bool stray = false;
    bool spans_lines = false;
};

class record_parser {
public:
    // `complete` is false for a window of a text that goes on behind it.
    record_parser(std::string_view text, const dialect& style, bool complete = true);

    // The same for another window. What is expected stays as it was.
    void move(std::string_view text, bool complete);

    // From now on a record should have `fields` fields (0: not known); at most `limit` are kept while it is not known.
    void expect(std::int64_t fields, std::int64_t limit);

    // Reads the record that starts at `at`; false at the end of the text.
    bool parse(const char* at, raw_record& out);

    // Bytes looked at so far, those looked at twice counted twice: a measure of the work, for tests.
    std::int64_t examined() const { return examined_; }

    // Never the fast way: for tests, which compare the two.
    void take_care() { careful_ = true; }

private:
    // The first closing quote at or behind a position is a property of the text alone: a run of quotes of odd length,
    // followed by a delimiter, a line break or the end. So is the end of a line. The last answer is kept, and it also
    // answers for every position between the one asked for and the one found.
    struct closing_memo {
        const char* from = nullptr;
        const char* at = nullptr; // the end of the text when there is none
        const char* previous = nullptr;
    };
    struct line_memo {
        const char* from = nullptr;
        const char* at = nullptr;
    };
    struct search_memo {
        closing_memo closing;
        line_memo line;
    };
    struct complete_line {
        const char* from = nullptr;
        const char* begin = nullptr; // the end of the text when there is none
        const char* end = nullptr;
    };
    struct attempt {
        bool stop_at_trouble = false;
        const char* literal = nullptr; // this quote is text
        bool accept_torn = false;
    };

    bool parse_clean(const char* at, raw_record& out);
    void parse_doubtful(const char* at, raw_record& out);
    const char* walk(const char* at, const attempt& how, raw_record& out);
    void read_plain(const char*& at, raw_field& field) const;
    void keep(const raw_field& field, const char* start, raw_record& out) const;
    void settle(raw_record& out);
    bool matches(const raw_record& out) const;
    bool prefer_reread(const char* quote, const raw_record& reread);
    bool lines_are_records(const char* quote, const quoted_scan& scan);

    quoted_scan scan_quoted(const char* open, search_memo& memo) const;
    const closing_memo& next_closing(const char* at, closing_memo& memo) const;
    const char* behind_spaces(const char* at) const;
    const char* line_end(const char* at, line_memo& memo) const;
    const complete_line& next_complete_line(const char* at);
    std::int64_t count_fields_of_line(const char* at, const char* end);

    bool opens_quoted(const char* at) const { return at != end_ && style_.quote && *at == *style_.quote; }
    bool ends_field(const char* at) const {
        return at == end_ || *at == style_.delimiter || is_line_break(at, end_, style_.only_break);
    }
    const char* find_line_break(const char* at, const char* end) const;

    dialect style_;
    const char* end_;
    bool complete_;
    structure structure_;
    byte_finder plain_end_;
    byte_finder line_breaks_;
    field_walk walk_;
    const char* clean_from_ = nullptr; // the fast way has been tried up to here and is not tried again
    bool careful_ = false;
    mutable std::int64_t examined_ = 0;
    std::int64_t expected_ = 0;
    std::int64_t limit_ = 0;
    mutable line_memo spaces_; // the last run of spaces behind a quote
    search_memo main_;
    search_memo lines_; // for looking at single lines ahead, without disturbing the other
    complete_line ahead_;
    raw_record spare_;
};

// The content of a quoted field with doubled quotes made single, appended.
void append_unescaped(std::string& out, const raw_field& field, char quote);

// Moves behind the line break at `at`, if there is one.
line_break take_line_break(const char*& at, const char* end, line_break only = line_break::none);

// Line breaks between two positions.
std::int64_t count_line_breaks(const char* begin, const char* end, line_break only = line_break::none);

} // namespace rowhouse::csv
