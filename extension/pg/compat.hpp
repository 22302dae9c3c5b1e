// Differences between PostgreSQL 15 and 18, each as a function named after the newest API.
#pragma once

#include "pg/postgres.hpp"

extern "C" {
#include "catalog/catalog.h"
#include "catalog/pg_class.h"
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

} // namespace rowhouse::pg
