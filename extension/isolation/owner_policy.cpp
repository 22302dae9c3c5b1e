#include "isolation/owner_policy.hpp"

#include "pg/expression.hpp"

extern "C" {
#include "rewrite/rowsecurity.h"
#include "utils/rls.h"
}

namespace rowhouse::isolation {

owner_policy policy_of(Oid table, const std::string& column, const std::string& accessor) {
    const std::string function = accessor.substr(0, accessor.find('('));
    const std::size_t scope = function.find('.') + 1;
    const bool is_varchar =
        pg::pg_try([&] { return get_atttype(table, get_attnum(table, column.c_str())) == VARCHAROID; });
    return {texts_of_policy(pg::qualified_name(table), function.substr(scope, function.rfind('_') - scope), column,
                            is_varchar, function),
            pg::quote_identifier(column) + " = " + accessor};
}

namespace {

bool is_true(const Expr* expression) {
    if (!expression || !IsA(expression, Const)) return false;
    const auto* constant = reinterpret_cast<const Const*>(expression);
    return constant->consttype == BOOLOID && !constant->constisnull && DatumGetBool(constant->constvalue);
}

bool is_parsed(Relation table, const Expr* expression, const char* text) {
    return expression && equal(expression, pg::parse_expression(table, text));
}

bool is_for_everybody(const RowSecurityPolicy& policy) {
    if (policy.polcmd != '*' || ARR_NDIM(policy.roles) != 1 || ARR_DIMS(policy.roles)[0] != 1) return false;
    return *reinterpret_cast<const Oid*>(ARR_DATA_PTR(policy.roles)) == ACL_ID_PUBLIC;
}

bool is_one_of(Relation table, const RowSecurityPolicy& policy, const owner_rule* rules, int count) {
    for (int i = 0; i < count; i++)
        if (is_parsed(table, policy.qual, rules[i].visible) &&
            is_parsed(table, policy.with_check_qual, rules[i].writable))
            return true;
    return false;
}

} // namespace

bool ask_for_owner_alone(Relation table, const owner_rule* rules, int count) {
    if (check_enable_rls(RelationGetRelid(table), InvalidOid, true) != RLS_ENABLED) return true;
    if (!table->rd_rsdesc) return false;
    bool permitted = false;
    ListCell* each = nullptr;
    foreach (each, table->rd_rsdesc->policies) {
        const auto& policy = *static_cast<const RowSecurityPolicy*>(lfirst(each));
        if (!is_for_everybody(policy)) return false;
        if (policy.permissive) {
            if (!is_true(policy.qual) || !is_true(policy.with_check_qual)) return false;
            permitted = true;
        } else if (!is_one_of(table, policy, rules, count)) {
            return false;
        }
    }
    return permitted;
}

} // namespace rowhouse::isolation
