// Differences between PostgreSQL 15 and 18, each as a function named after the newest API.
#pragma once

#include "pg/postgres.hpp"

#include <cstdint>

extern "C" {
#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_relation.h"
}

namespace rowhouse::pg {

// 16 replaced the per-catalog ownership checks by one.
inline bool object_ownercheck(Oid class_id, Oid object_id, Oid role_id) {
#if PG_VERSION_NUM >= 160000
    return ::object_ownercheck(class_id, object_id, role_id);
#else
    Assert(class_id == RelationRelationId);
    (void)class_id;
    return pg_class_ownercheck(object_id, role_id);
#endif
}

// Up to 17 the executor wanted to know whether it will be called again.
inline void ExecutorRun(QueryDesc* query, std::uint64_t rows) {
#if PG_VERSION_NUM >= 180000
    ::ExecutorRun(query, ForwardScanDirection, rows);
#else
    ::ExecutorRun(query, ForwardScanDirection, rows, false);
#endif
}

// And the checks of privileges on what is no table by one.
inline bool may_use_schema(Oid schema, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE) == ACLCHECK_OK;
#else
    return pg_namespace_aclcheck(schema, role, ACL_USAGE) == ACLCHECK_OK;
#endif
}

// The range table of an executor that writes into one table. 16 set what a statement needs leave for apart from it, 18
// asks which of its relations were not pruned.
inline void ExecInitRangeTable(EState* state, RangeTblEntry* table) {
#if PG_VERSION_NUM >= 160000
    List* permissions = nullptr;
    addRTEPermissionInfo(&permissions, table)->requiredPerms = ACL_INSERT;
#if PG_VERSION_NUM >= 180000
    ::ExecInitRangeTable(state, list_make1(table), permissions, bms_make_singleton(1));
#else
    ::ExecInitRangeTable(state, list_make1(table), permissions);
#endif
#else
    table->requiredPerms = ACL_INSERT;
    ::ExecInitRangeTable(state, list_make1(table));
#endif
}

// Before 16 the walker's type was that of a function without a prototype, which C++ does not have.
inline bool walk_expression(Node* node, bool (*walker)(Node*, void*), void* context) {
#if PG_VERSION_NUM >= 160000
    return expression_tree_walker(node, walker, context);
#else
    return expression_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walker)), context);
#endif
}

// 16 added the case of an update that touches summarizing indexes alone.
inline List* ExecInsertIndexTuples(ResultRelInfo* table, TupleTableSlot* row, EState* state) {
#if PG_VERSION_NUM >= 160000
    return ::ExecInsertIndexTuples(table, row, state, false, false, nullptr, nullptr, false);
#else
    return ::ExecInsertIndexTuples(table, row, state, false, false, nullptr, nullptr);
#endif
}

} // namespace rowhouse::pg
