// The policy is the same for every role and every command: a permissive "true" and a restrictive comparison with the
// context. Being restrictive it is ANDed with whatever policy somebody adds later. The sub-select makes the planner
// evaluate the context once per query (an InitPlan), not once per row. The check of a write has a second arm that is
// reached only by a row that must not be written: it leaves the trail of the attempt and is always false.

#include "isolation/policy.hpp"

#include "isolation/table_facts.hpp"

namespace rowhouse::isolation {

namespace {

struct wanted_policy {
    std::string name;
    bool permissive;
    std::string visible;  // USING, as PostgreSQL prints it
    std::string writable; // WITH CHECK, as PostgreSQL prints it
};

// A comparison comes with its own parentheses.
std::string in_parentheses(const std::string& expression) {
    return expression.front() == '(' ? expression : "(" + expression + ")";
}

void ensure_policy(pg::spi& sql, steps& log, Oid table, const wanted_policy& wanted) {
    const policy_facts policy = look_at_policy(sql, table, wanted.name);
    if (policy.exists && policy.permissive == wanted.permissive && policy.for_everybody &&
        policy.visible == wanted.visible && policy.writable == wanted.writable)
        return;
    const std::string on = pg::quote_identifier(wanted.name) + " ON " + pg::qualified_name(table);
    if (policy.exists) log.run("DROP POLICY " + on);
    log.run("CREATE POLICY " + on + (wanted.permissive ? " AS PERMISSIVE" : " AS RESTRICTIVE") +
            " FOR ALL TO PUBLIC USING " + in_parentheses(wanted.visible) + " WITH CHECK " +
            in_parentheses(wanted.writable));
}

} // namespace

policy_texts texts_of_policy(const std::string& table, const std::string& scope, const std::string& column,
                             bool is_varchar, const std::string& accessor) {
    const std::string function = accessor.substr(accessor.find('.') + 1);
    const std::string quoted = pg::quote_identifier(column);
    // character varying is compared as text, and printed so.
    const std::string owner = is_varchar ? "(" + quoted + ")::text" : quoted;
    const std::string comparison = "(" + owner + " = ( SELECT " + accessor + "() AS " + function + "))";
    const std::string refusal = "rowhouse.refuse(" + pg::quote_literal(table) + "::regclass, '" + scope + "'::text)";
    return {comparison, "(" + comparison + " OR " + refusal + ")"};
}

void protect(pg::spi& sql, steps& log, Oid table, const scope& scope, const std::string& column,
             const std::string& accessor) {
    const table_facts facts = look_at_table(sql, table);
    const std::string name = pg::qualified_name(table);
    const bool is_varchar = look_at_column(sql, table, column).type.rfind("character varying", 0) == 0;
    const policy_texts texts = texts_of_policy(name, scope.name, column, is_varchar, accessor);
    if (look_at_policy(sql, table, allow_policy).exists || !has_other_permissive_policy(sql, table, allow_policy))
        ensure_policy(sql, log, table, {allow_policy, true, "true", "true"});
    ensure_policy(sql, log, table, {scope.policy, false, texts.visible, texts.writable});
    if (!facts.security_enabled)
        log.run("ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE " + name + " DISABLE ROW LEVEL SECURITY");
    if (!facts.security_forced)
        log.run("ALTER TABLE " + name + " FORCE ROW LEVEL SECURITY",
                "ALTER TABLE " + name + " NO FORCE ROW LEVEL SECURITY");
}

void unprotect(pg::spi& sql, steps& log, Oid table, const std::vector<std::string>& scope_names) {
    std::vector<std::string> policies{allow_policy};
    for (const std::string& name : scope_names)
        policies.push_back(find_scope(name).policy);
    for (const std::string& policy : policies)
        if (look_at_policy(sql, table, policy).exists)
            log.run("DROP POLICY " + policy + " ON " + pg::qualified_name(table));
}

} // namespace rowhouse::isolation
