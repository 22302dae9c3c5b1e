// Formula injection (CWE-1236; OWASP CSV Injection): tells what a spreadsheet would do with a cell and neutralises it,
// by column type, so that numbers and phone numbers stay what they are. The rules are in docs/csv.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::csv {

enum class cell_type { text, number, email, phone, header };

// "text", "number", "email", "phone", "header"; nothing for any other word.
std::optional<cell_type> cell_type_from_name(std::string_view name);

enum class cell_class {
    safe,  // untouched
    quote, // harmless to store, neutralised on export
    split, // clean here, but a reader with another separator would cut a formula out of it
    danger // a spreadsheet would compute it: flagged at import, neutralised on export
};

std::string_view to_string(cell_class value);

cell_class classify(std::string_view text, cell_type type = cell_type::text);

// The text as it may stand in an exported cell: an apostrophe before a trigger at the start and before every trigger
// that follows , ; TAB | or a line break. Safe text comes back unchanged.
std::string sanitize(std::string_view text, cell_type type = cell_type::text);

// True for most texts that sanitize() leaves alone, of any type: those that can be told at a glance.
bool is_plainly_safe(std::string_view text);

// Takes one apostrophe off that sanitize() would have put there, so that export and import round-trip.
std::string_view unsanitize(std::string_view text);

} // namespace rowhouse::csv
