#include "isolation/owners.hpp"

#include "isolation/scope.hpp"
#include "pg/lookup.hpp"
#include "pg/result.hpp"

extern "C" {
#include "catalog/indexing.h"
#include "catalog/pg_inherits.h"
}

namespace rowhouse::isolation {

namespace {

enum registry_column : int { registry_relation = 1, registry_scope, registry_column_name };

// Trivially destructible: filled inside look-ups.
struct registered {
    const struct scope* scope;
    const char* column;
};
constexpr int most_registered = 64;
struct registry {
    registered entries[most_registered];
    int count = 0;
};

void add(registry& all, const char* scope, const char* column) {
    for (int i = 0; i < all.count; i++)
        if (strcmp(all.entries[i].scope->name, scope) == 0 && strcmp(all.entries[i].column, column) == 0) return;
    if (all.count == most_registered)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("the table has too many owner columns")));
    const struct scope* known = strcmp(scope, "user") == 0 ? &find_scope("user") : &find_scope("organization");
    all.entries[all.count++] = {known, pstrdup(column)};
}

void add_own(registry& all, Oid table) {
    pg::lookup("isolated_relations", "isolated_relations_pkey", {{registry_relation, F_OIDEQ, ObjectIdGetDatum(table)}},
               [&](HeapTuple row, TupleDesc descriptor) {
                   bool null = false;
                   const std::string_view scope = pg::text_of(row, descriptor, registry_scope);
                   const Datum column = pg::column_of(row, descriptor, registry_column_name, null);
                   add(all, pnstrdup(scope.data(), scope.size()), NameStr(*DatumGetName(column)));
                   return true;
               });
}

// Partitions and children are protected with their parents.
void add_inherited(registry& all, Oid table) {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
    Relation inherits = table_open(InheritsRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, nullptr, 1, &key);
    for (HeapTuple row = systable_getnext(scan); HeapTupleIsValid(row); row = systable_getnext(scan)) {
        const Oid parent = reinterpret_cast<Form_pg_inherits>(GETSTRUCT(row))->inhparent;
        add_own(all, parent);
        add_inherited(all, parent);
    }
    systable_endscan(scan);
    table_close(inherits, AccessShareLock);
}

// As PostgreSQL writes it; null for a column that is not there.
const char* type_of(Oid table, const char* column) {
    const AttrNumber number = get_attnum(table, column);
    return number == InvalidAttrNumber ? nullptr : format_type_be(get_atttype(table, number));
}

} // namespace

table_owners owners_of(Oid table) {
    registry found;
    const bool own = pg::pg_try([&] {
        add_own(found, table);
        const bool any = found.count > 0;
        add_inherited(found, table);
        return any;
    });
    table_owners owners{own, {}};
    for (int i = 0; i < found.count; i++) {
        const registered& each = found.entries[i];
        const char* type = pg::pg_try([&] { return type_of(table, each.column); });
        if (type)
            owners.columns.push_back(
                {each.column, each.scope->name, accessor_for(*each.scope, type, each.column) + "()"});
        else
            owners.isolated = false;
    }
    return owners;
}

std::string owner_condition(const std::string& alias, const std::string& column, const std::string& expression) {
    return " AND " + alias + "." + pg::quote_identifier(column) + " = (SELECT " + expression + ")";
}

void require_owner_keys(pg::spi& sql, const std::vector<std::string>& expressions, const std::string& relation) {
    std::string unknown;
    for (const std::string& each : expressions)
        if (!each.ends_with("_id()")) unknown += (unknown.empty() ? "SELECT (" : " OR (") + each + ") IS NULL";
    if (unknown.empty()) return;
    sql.run(unknown);
    if (sql.text(0, 1) == "t")
        throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE,
                        "the context has no key that rows of " + relation + " could be owned by",
                        "An operator gives organizations and users the key or number that such a table knows them by.");
}

// rowhouse.import_owners(relation regclass) table (column_name name, expression text)
ROWHOUSE_FUNCTION(rowhouse_import_owners) {
    const table_owners owners = owners_of(PG_GETARG_OID(0));
    pg::row_collector rows(fcinfo);
    for (const owner_column& each : owners.columns) {
        const Datum name = pg::pg_try([&] { return DirectFunctionCall1(namein, CStringGetDatum(each.name.c_str())); });
        rows.add({name, pg::make_text(each.expression)});
    }
    return Datum{0};
}

} // namespace rowhouse::isolation
