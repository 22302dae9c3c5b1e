// Whether the policies of a table are those of isolate() and no others, for code that writes rows without the rewriter,
// which would add them to a statement.
#pragma once

#include "isolation/policy.hpp"

namespace rowhouse::isolation {

// As PostgreSQL's frames read it.
struct owner_rule {
    const char* visible; // the policy, as isolate() makes it
    const char* writable;
    const char* condition; // what it asks of a row
};

// Must outlive the rule.
struct owner_policy {
    policy_texts texts;
    std::string condition;

    owner_rule rule() const { return {texts.visible.c_str(), texts.writable.c_str(), condition.c_str()}; }
};

// Of an owner column that holds what an accessor gives: "rowhouse.organization_id()".
owner_policy policy_of(Oid table, const std::string& column, const std::string& accessor);

// Calls PostgreSQL. Whether a row that the current user writes or reads has to meet the conditions of these rules and
// nothing else, or nothing at all.
bool ask_for_owner_alone(Relation table, const owner_rule* rules, int count);

} // namespace rowhouse::isolation
