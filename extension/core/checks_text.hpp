// What cells are made of: one pass over the bytes of a cell tells which of the slower looks are needed at all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rowhouse::checks {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Equal but for the case of A to Z; `lower` is in lower case.
bool equals_ignoring_case(std::string_view text, std::string_view lower);

// Characters of well-formed UTF-8.
std::size_t count_characters(std::string_view text);

// Without the spaces around it, the wide and the non-breaking ones and line breaks as well.
std::string_view trimmed(std::string_view text);

// In lower case, so far as Latin, Greek and Cyrillic letters go, and without spaces: the form in which words are
// compared that people write by hand. Appended.
void append_folded(std::string& out, std::string_view text);

// C0/C1 controls other than tab and line breaks (control), zero-width, bidirectional and other format characters
// (invisible).
struct hidden_characters {
    bool control = false;
    bool invisible = false;
};
hidden_characters find_hidden_characters(std::string_view text);

// What the bytes of a cell make necessary. A cell that needs nothing is in printable ASCII, has no spaces around it,
// and is nothing that a spreadsheet would compute, whole or in part.
struct cell_scan {
    bool ascii = true;
    bool trim = false;    // may begin or end with a space
    bool hidden = false;  // may hold a hidden character
    bool formula = false; // may be a formula, hold one behind a separator, or begin with the apostrophe of an export
};
cell_scan scan_cell(std::string_view text);

// Whether a cell that is not empty needs nothing of all that. Says no also to some that do not; it is for the many that
// are words and numbers, at a fraction of the time.
bool is_plain(std::string_view text);

} // namespace rowhouse::checks
