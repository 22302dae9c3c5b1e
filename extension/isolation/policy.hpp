// The protection of one table: policies, and row level security enabled and forced.
#pragma once

#include "isolation/scope.hpp"
#include "isolation/steps.hpp"

namespace rowhouse::isolation {

// SQL of the restrictive policy of a scope, as PostgreSQL prints it: USING and WITH CHECK.
struct policy_texts {
    std::string visible, writable;
};
// `table` is qualified and quoted; `is_varchar` says that the owner column is of type character varying.
policy_texts texts_of_policy(const std::string& table, const std::string& scope, const std::string& column,
                             bool is_varchar, const std::string& accessor);

// Makes policies and switches as they have to be; a policy of ours that somebody changed is replaced.
void protect(pg::spi& sql, steps& log, Oid table, const scope& scope, const std::string& column,
             const std::string& accessor);

// Takes our policies away. What else isolate() did is in the undo list of the table.
void unprotect(pg::spi& sql, steps& log, Oid table, const std::vector<std::string>& scope_names);

} // namespace rowhouse::isolation
