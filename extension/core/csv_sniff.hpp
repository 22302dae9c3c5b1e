// Guesses about the shape of a CSV text: its delimiter, a sep= line, titles above the header. All of them look at a
// sample from the start of the text and use the parser itself, so that a guess never disagrees with the reading.
#pragma once

#include "core/csv_parser.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace rowhouse::csv {

// "sep=;", the line with which some spreadsheets announce the delimiter.
struct separator_line {
    char delimiter = ',';
    std::size_t length = 0; // with its line break
    line_break ending = line_break::none;
};
std::optional<separator_line> read_separator_line(std::string_view text);

struct delimiter_guess {
    char delimiter = ',';
    double confidence = 0;
    std::optional<char> rival; // another delimiter that fits as well
};
// The delimiter of the style is of no account.
delimiter_guess guess_delimiter(std::string_view text, dialect style);

// The dialect of a text that clearly encloses its cells in ' and never in ": every quote of the sample is sound, and
// either a whole column is enclosed, or the records have the same number of fields in no other way.
std::optional<dialect> find_other_quote(std::string_view text, dialect style, bool delimiter_known);

// How many records (blank and empty ones not counted) stand above the header: titles, notes, dates of a report.
int count_preamble(std::string_view text, const dialect& style);

// How sure it is that this is the quote, judged by how often it is read without doubt.
double confidence_in_quote(std::string_view text, const dialect& style);

// How sure it is that the first record holds labels, judged by itself and by the records below it.
double confidence_in_header(std::string_view text, const dialect& style);

// Whether every record of the sample would have the header's number of fields if this character were the quote, while
// it has not with the present one.
bool fits_better_with_quote(std::string_view text, const dialect& style, char quote);

// For a file that came out as a single column: a character that splits every record into the same number of fields.
std::optional<char> unused_separator(std::string_view text, const dialect& style);

// Where the line ends when there is nothing on it but white space, else nothing. In strict reading only spaces and tabs
// are white space. The delimiter never is.
const char* blank_line_end(const char* at, const char* end, const dialect& style, bool strict);

} // namespace rowhouse::csv
