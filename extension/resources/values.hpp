// Values of a request as values of a column, and the operators that compare them.
#pragma once

#include "resources/resource.hpp"

namespace rowhouse::resources {

// By the input function of the column's type, of the base type of a domain: what no row can have is found nowhere, and
// is no error. Raises what that function raises (22P02 …).
pg::parameter value_of(const column& column, const std::string& text);
// The same in an array. Raises 22023 for a type that has no arrays.
pg::parameter values_of(const resource& in, const column& column, const std::vector<std::string>& texts);

// As above, in a subtransaction where the type is not one whose text is known to be right by its look; nothing where
// the text is none of the type's.
std::optional<pg::parameter> try_value_of(const column& column, const std::string& text);

enum class order { equal, less, less_equal, greater, greater_equal };

// "OPERATOR(schema.name)" of the type's own order, the one that its indexes and ORDER BY have. Raises 22023 for a type
// that has none.
std::string operator_of(const resource& in, const column& column, order how);
bool is_builtin(const std::string& operator_text);
// Raises 22023 for what is no text.
void require_text(const resource& in, const column& column, const std::string& operator_name);

} // namespace rowhouse::resources
