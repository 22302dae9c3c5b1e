// Guesses about bytes: is it text at all, and in which encoding.
#pragma once

#include <optional>
#include <string_view>

namespace rowhouse::csv {

// The kind of file when the first bytes give away that it is not CSV ("a ZIP archive"), else nothing.
std::string_view known_other_format(std::string_view bytes);

// More NUL bytes than any text has.
bool looks_binary(std::string_view bytes);

// "utf-16le" or "utf-16be" for text in UTF-16 without byte order mark.
std::optional<std::string_view> utf16_without_bom(std::string_view bytes);

// For bytes that are not well-formed UTF-8: whether they are UTF-8 nevertheless, with damage in some lines.
bool is_damaged_utf8(std::string_view bytes);

// How well the bytes read as Western European text in windows-1252, from 0 to 1.
double windows_1252_confidence(std::string_view bytes);

} // namespace rowhouse::csv
