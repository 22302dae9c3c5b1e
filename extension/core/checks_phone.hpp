// Phone numbers, at two levels: the shape of E.164, and, where a directory is at hand, whether the numbering plan of
// the country has such a number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::checks {

// E.164 shape, ^\+[1-9]\d{6,14}$, after removing spaces . - ( ) / , "tel:", "(0)" behind a country code, and folding
// full-width and Arabic-Indic digits. Normal form: "+" and digits.
std::optional<std::string> phone(std::string_view text);

// Whether the text is its own normal form.
bool is_e164(std::string_view text);

// The same as phone() without a copy: the normal form is the text itself, or stands in `buffer`.
std::optional<std::string_view> phone_form(std::string_view text, std::string& buffer);

// What the directory of numbering plans says. It is libphonenumber, in a library of its own (extension/phone), since it
// takes longer to load than most statements run.
struct phone_entry {
    enum class kind : std::uint8_t {
        not_a_number,
        extension, // a number, with an extension that E.164 has no place for
        unknown,   // a number that no numbering plan has
        valid
    };
    kind is = kind::not_a_number;
    char e164[24] = {}; // in E.164, NUL-terminated; empty for not_a_number
};

// `region` is the country of numbers that are written without country code (ISO 3166, "DE"), or empty.
using phone_directory = phone_entry (*)(std::string_view text, std::string_view region);

} // namespace rowhouse::checks
