// Numbers as people write them: 1.234,56 and 1,234.56, 1 234,56, 1'234.56, 12,34,567; and yes and no.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::checks {

// Which of comma and point is the decimal sign; the other one, spaces and apostrophes separate groups of digits.
enum class number_locale : std::uint8_t {
    detect, // by the cell itself, and by the column where it was looked at (column_evidence)
    point,
    comma
};

struct number_reading {
    enum class kind : std::uint8_t {
        not_a_number,
        plain,
        ambiguous, // "1,234" with nothing to tell what the comma is
        clash      // can only be read against the locale that was asked for
    };
    kind is = kind::not_a_number;
    char decimal_sign = 0;     // by its own signs; 0 where they do not tell
    std::string_view normal{}; // as PostgreSQL reads it: [-]digits[.digits][e[-]digits], no idle zeros in front
};

// `text` has no spaces around it. The normal form is the text itself or stands in `buffer`. With `whole`, there is no
// decimal sign: "1.234" is a group, and a fraction must be all zeros.
number_reading read_number(std::string_view text, number_locale locale, bool whole, std::string& buffer);

// -1, 0 or 1, for two numbers in normal form of any length.
int compare_numbers(std::string_view a, std::string_view b);

// The usual words, and those that spreadsheets write in other languages. "true" or "false".
std::optional<std::string_view> read_boolean(std::string_view text);

} // namespace rowhouse::checks
