// One row by an index of a rowhouse table, without SPI and without rights: a microsecond where a query takes thirty.
// Sees the snapshot of the running statement; row level security does not apply, so the caller states what it looks
// for.
//
// Frames that call this hold only trivially destructible locals (see guard.hpp): errors leave by longjmp.
#pragma once

#include "pg/datum.hpp"

namespace rowhouse::pg {

struct lookup_key {
    AttrNumber column;
    RegProcedure
        equal; // F_UUID_EQ or F_TEXTEQ; text columns must have COLLATE "C", as the index search compares with it
    Datum value;
};

// The OID of a relation in schema rowhouse; an error when the extension is not installed in this database.
Oid rowhouse_relation(const char* name);

// Locks it in AccessShareLock; the same error when it is being dropped right now.
Relation open_rowhouse_table(const char* name);

// Calls `visit(row, descriptor)` for every row of `table` whose key columns, a prefix of `index`, have the given
// values, until it returns false.
template <typename Visit>
void lookup(const char* table, const char* index, std::initializer_list<lookup_key> keys, Visit&& visit) {
    ScanKeyData scan_keys[INDEX_MAX_KEYS];
    int count = 0;
    for (const lookup_key& key : keys)
        ScanKeyInit(&scan_keys[count++], key.column, BTEqualStrategyNumber, key.equal, key.value);

    Relation relation = open_rowhouse_table(table);
    SysScanDesc scan = systable_beginscan(relation, rowhouse_relation(index), true, nullptr, count, scan_keys);
    for (HeapTuple row = systable_getnext(scan); HeapTupleIsValid(row); row = systable_getnext(scan))
        if (!visit(row, RelationGetDescr(relation))) break;
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
}

// A column of a row found; `null` tells whether there is a value.
inline Datum column_of(HeapTuple row, TupleDesc descriptor, int column, bool& null) {
    return heap_getattr(row, column, descriptor, &null);
}

// Short text columns (roles, states): a view into the row, good inside `visit` only. Empty for NULL.
std::string_view text_of(HeapTuple row, TupleDesc descriptor, int column);

} // namespace rowhouse::pg
