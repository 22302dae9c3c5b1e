#include "pg/expression.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_proc.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
}

namespace rowhouse::pg {

namespace {

ParseState* state_over(Relation table) {
    ParseState* state = make_parsestate(nullptr);
    ParseNamespaceItem* item =
        addRangeTableEntryForRelation(state, table, AccessShareLock, makeAlias("t", nullptr), false, false);
    addNSItemToQuery(state, item, false, true, true);
    return state;
}

Node* transform(ParseState* state, const char* text) {
    auto* statement = castNode(SelectStmt, linitial_node(RawStmt, raw_parser(text, RAW_PARSE_PLPGSQL_EXPR))->stmt);
    return transformExpr(state, linitial_node(ResTarget, statement->targetList)->val, EXPR_KIND_POLICY);
}

bool is_unknown(Oid function, void*) {
    if (func_volatile(function) != PROVOLATILE_VOLATILE) return false;
    switch (function) {
    case F_NEXTVAL:
    case F_GEN_RANDOM_UUID:
    case F_CLOCK_TIMESTAMP:
    case F_TIMEOFDAY:
        return false;
    default:
        return true;
    }
}

bool walk(Node* node, void* context) {
    if (!node) return false;
    if (IsA(node, SubLink) || IsA(node, Query)) return true;
    if (check_functions_in_node(node, is_unknown, context)) return true;
    return walk_expression(node, walk, context);
}

} // namespace

Node* parse_expression(Relation table, const char* text) {
    ParseState* state = state_over(table);
    Node* expression = transform(state, text);
    assign_expr_collations(state, expression);
    return expression;
}

Node* parse_assignment(Relation table, AttrNumber column, const char* text) {
    ParseState* state = state_over(table);
    Node* expression = transform(state, text);
    const FormData_pg_attribute* attribute = TupleDescAttr(RelationGetDescr(table), column - 1);
    Node* assigned = coerce_to_target_type(state, expression, exprType(expression), attribute->atttypid,
                                           attribute->atttypmod, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
    if (!assigned)
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("column \"%s\" is of another type than what it is given", NameStr(attribute->attname))));
    assign_expr_collations(state, assigned);
    return assigned;
}

bool has_unknown_doings(Node* expression) {
    return walk(expression, nullptr);
}

} // namespace rowhouse::pg
