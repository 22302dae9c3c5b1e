#include "pg/lookup.hpp"

namespace rowhouse::pg {

namespace {

[[noreturn]] void raise_not_installed() {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("extension \"rowhouse\" is not installed in this database"),
                    errhint("Run CREATE EXTENSION rowhouse CASCADE.")));
    pg_unreachable();
}

} // namespace

Oid rowhouse_relation(const char* name) {
    const Oid schema = get_namespace_oid("rowhouse", true);
    const Oid relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
    if (!OidIsValid(relation)) raise_not_installed();
    return relation;
}

Relation open_rowhouse_table(const char* name) {
    Relation relation = try_table_open(rowhouse_relation(name), AccessShareLock);
    if (!relation) raise_not_installed();
    return relation;
}

std::string_view text_of(HeapTuple row, TupleDesc descriptor, int column) {
    bool null = false;
    const Datum value = heap_getattr(row, column, descriptor, &null);
    if (null) return {};
    const text* plain = DatumGetTextPP(value);
    return {VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain)};
}

} // namespace rowhouse::pg
