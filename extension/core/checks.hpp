// Checks of single cells, as pure functions. Each gives the normal form to store, or nothing when the cell is wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::checks {

// WHATWG HTML address with the limits of RFC 5321 (local part 64, whole 254 octets), no leading, trailing or double dot
// in the local part, and a dot in the domain. Normal form: domain in lower case, local part as sent.
std::optional<std::string> email(std::string_view text);

// The key under which two addresses count as the same: the normal form, case-folded as a whole.
std::string email_key(std::string_view normal_email);

// E.164 shape, ^\+[1-9]\d{6,14}$, after removing spaces . - ( ) / , "tel:", "(0)" behind a country code, and folding
// full-width and Arabic-Indic digits. Normal form: "+" and digits.
std::optional<std::string> phone(std::string_view text);

// A number that a spreadsheet has turned into scientific notation: 5.55E+09.
bool is_excel_mangled_number(std::string_view text);

// C0/C1 controls other than tab and line breaks (control), zero-width, bidirectional and other format characters
// (invisible).
struct hidden_characters {
    bool control = false;
    bool invisible = false;
};
hidden_characters find_hidden_characters(std::string_view text);

} // namespace rowhouse::checks
