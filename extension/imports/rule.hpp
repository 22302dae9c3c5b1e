// The rule of a column, read from JSON.
#pragma once

#include "core/checks.hpp"
#include "pg/json.hpp"

namespace rowhouse::imports {

// type, required, min_length, max_length, digits, minimum, maximum, deviation, locale, date_order, date_format,
// choices, exact, pattern, null_tokens, look_up, region, formulas. JSON null is as good as absent. Raises 22023, naming
// the option, for one that does not exist or has a wrong value, and for options that do not go together.
checks::column_rule rule_from(const pg::json& options, std::string name = {});

} // namespace rowhouse::imports
