// What a spreadsheet would take for a formula.
#pragma once

#include "core/sanitize.hpp"

#include <cstddef>
#include <string_view>

namespace rowhouse::csv::formula {

// Where the first character stands that a spreadsheet does not drop or ignore in front of a formula.
std::size_t skip_hidden(std::string_view text, bool quotes_too);

// -5, +1,234.56, -12,5, -1.5E-3, -50%, +15551234567: the whole of the text is one number.
bool is_number(std::string_view text);

// Whether more text would continue this as an expression: it ends where an operand is missing, or inside a string or a
// quoted name. A cell that ends so must not rely on its own end, because a reader with another separator goes on to the
// next cell. An apostrophe counts behind an operator alone: there sanitize() puts none.
bool is_unfinished(std::string_view text);

// The class of a text by how it begins, with `quotes_too` behind quotes as well; what stands behind separators is not
// looked at.
cell_class classify_start(std::string_view text, bool quotes_too = false);

} // namespace rowhouse::csv::formula
