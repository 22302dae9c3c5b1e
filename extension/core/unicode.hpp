// The little of Unicode that CSV and cell checks need: UTF-8, three general categories, and the compatibility forms of
// ASCII. Tables are those of the Unicode Character Database, version 15.0.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rowhouse::unicode {

constexpr char32_t replacement = 0xFFFD;

// The code point at `at`, which moves behind it. An ill-formed sequence gives `replacement` and is consumed up to the
// first byte that cannot belong to it; `well_formed`, where given, then becomes false.
char32_t decode(std::string_view text, std::size_t& at, bool* well_formed = nullptr);

void append_utf8(std::string& out, char32_t code_point);

// Length of the longest well-formed beginning.
std::size_t well_formed_prefix(std::string_view text);

// Whether this is the start of a well-formed sequence that lacks its end.
bool is_cut_sequence(std::string_view text);

// Appends the text with every ill-formed sequence replaced by U+FFFD; at most three bytes out for one byte in.
void append_repaired(std::string& out, std::string_view text);

// At most `max_characters` code points, well-formed, NUL shown as U+2400: fit to stand in a report.
std::string excerpt(std::string_view text, std::size_t max_characters = 256);

bool is_control(char32_t code_point);   // Cc
bool is_format(char32_t code_point);    // Cf
bool is_separator(char32_t code_point); // Zs, Zl, Zp

// A format character that has a glyph of its own: the Arabic number signs and their like.
bool is_visible_format(char32_t code_point);

// The first character of the NFKC form, for those code points where it is one of = + - @ | % ; and for full-width
// ASCII, the Arabic-Indic digits and the wide spaces (to U+0020). Any other code point comes back as it is.
char32_t fold(char32_t code_point);

} // namespace rowhouse::unicode
