// SQL expressions over the rows of one table, evaluated without a statement around them.
#pragma once

#include "pg/guard.hpp"

extern "C" {
#include "executor/executor.h"
}

namespace rowhouse::pg {

// Both call PostgreSQL.

// As a policy or a column of a SELECT has it after parsing: over the table under the name t, or without a name.
Node* parse_expression(Relation table, const char* text);
// The same, as it is assigned to a column of the table.
Node* parse_assignment(Relation table, AttrNumber column, const char* text);

// Whether evaluating it may do more than compute: functions of unknown doings may look into the table that is written
// to. New keys and the time of day are known.
bool has_unknown_doings(Node* expression);

} // namespace rowhouse::pg
