// What spreadsheets do to cells when they open or save a file. Only what can be seen in the cell is named: a part
// number MAR1 that has become 1-Mar, not a date that is right and only written otherwise.
#pragma once

#include "core/checks_text.hpp"

namespace rowhouse::checks {

enum class damage : std::uint8_t {
    none,
    scientific,   // 5.55E+09
    rounded,      // 12345678901234567000: digits from the 16th on are gone
    narrow,       // ####: the column was too narrow to show the value
    failed,       // #REF!: the error of a formula
    part_of_date, // 1-Mar, Mar-01
};

// `text` has no spaces around it.
damage find_damage(std::string_view text);

inline constexpr std::size_t longest_part_of_date = 7; // 01-Sept

// False for most words and for text that ends in a number, which have none of these.
inline bool may_be_damaged(std::string_view text) {
    const char first = text.front();
    if (first == '#' || is_digit(first)) return true;
    return is_digit(text.back()) && (text.size() <= longest_part_of_date || first == '+' || first == '-');
}

// A number that a spreadsheet has turned into scientific notation: 5.55E+09.
bool is_excel_mangled_number(std::string_view text);

// Whether the text may have been cut off: as long as the most that old exports (255) or spreadsheets (32,767) keep.
bool ends_at_a_limit(std::string_view text);
inline constexpr std::size_t least_cut_length = 255;

} // namespace rowhouse::checks
