// Differences between PostgreSQL 15 and 18, each as a function named after the newest API.
#pragma once

#include "pg/postgres.hpp"

#include <cstdint>

extern "C" {
#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "executor/executor.h"
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

} // namespace rowhouse::pg
