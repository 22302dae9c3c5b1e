#include "resources/resource.hpp"

#include "context/authority.hpp"
#include "pg/lookup.hpp"

extern "C" {
#include "catalog/pg_attribute.h"
#include "catalog/pg_index.h"
#include "utils/rel.h"
#include "utils/relcache.h"
}

namespace rowhouse::resources {

namespace {

enum registry_column : int { registry_resource = 1, registry_relation };

pg::error no_resource(std::string_view name) {
    return pg::not_found("resource \"" + pg::clip(name, NAMEDATALEN) + "\" not found");
}

Oid find_table(Datum name) {
    return pg::pg_try([&] {
        Oid found = InvalidOid;
        pg::lookup("exposed_relations", "exposed_relations_pkey", {{registry_resource, F_TEXTEQ, name}},
                   [&](HeapTuple row, TupleDesc descriptor) {
                       bool null = false;
                       found = DatumGetObjectId(pg::column_of(row, descriptor, registry_relation, null));
                       return false;
                   });
        return found;
    });
}

// Of the relation cache: no query. Trivially destructible.
struct table_shape {
    int columns = 0;
    FormData_pg_attribute* attributes = nullptr;
    Oid* base_types = nullptr;
    int key_columns = 0;
    AttrNumber key[INDEX_MAX_KEYS];
    bool may_wait = false;
};

// Also one that is deferrable, which the relation cache does not call a primary key.
void read_key(Relation table, table_shape& shape) {
    List* indexes = RelationGetIndexList(table);
    for (int i = 0; i < list_length(indexes); i++) {
        HeapTuple found = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(list_nth_oid(indexes, i)));
        if (!HeapTupleIsValid(found)) continue;
        const auto* index = reinterpret_cast<Form_pg_index>(GETSTRUCT(found));
        if (index->indisprimary) {
            shape.key_columns = index->indnkeyatts;
            for (int part = 0; part < index->indnkeyatts; part++)
                shape.key[part] = index->indkey.values[part];
        }
        ReleaseSysCache(found);
    }
}

// Of a table with children the constraints of those count as well.
bool has_deferrable(Relation table) {
    if (table->rd_rel->relhassubclass || table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) return true;
    if (!table->trigdesc) return false;
    for (int i = 0; i < table->trigdesc->numtriggers; i++)
        if (table->trigdesc->triggers[i].tgdeferrable) return true;
    return false;
}

// False where it is gone.
bool read_shape(Oid table, table_shape& shape) {
    Relation relation = try_relation_open(table, AccessShareLock);
    if (!relation) return false;
    const TupleDesc columns = RelationGetDescr(relation);
    shape.attributes = static_cast<FormData_pg_attribute*>(
        palloc(sizeof(FormData_pg_attribute) * static_cast<std::size_t>(columns->natts + 1)));
    shape.base_types = static_cast<Oid*>(palloc(sizeof(Oid) * static_cast<std::size_t>(columns->natts + 1)));
    for (int i = 0; i < columns->natts; i++) {
        if (TupleDescAttr(columns, i)->attisdropped) continue;
        memcpy(&shape.attributes[shape.columns], TupleDescAttr(columns, i), ATTRIBUTE_FIXED_PART_SIZE);
        shape.base_types[shape.columns++] = getBaseType(TupleDescAttr(columns, i)->atttypid);
    }
    read_key(relation, shape);
    shape.may_wait = has_deferrable(relation);
    relation_close(relation, NoLock);
    return true;
}

bool is_owner(const resource& in, const std::string& name) {
    return std::any_of(in.owners.begin(), in.owners.end(), [&](const auto& each) { return each.name == name; });
}

column make_column(const resource& in, const FormData_pg_attribute& attribute, Oid base_type) {
    column made{NameStr(attribute.attname),
                attribute.attnum,
                attribute.atttypid,
                attribute.atttypmod,
                base_type,
                attribute.attnotnull,
                false};
    made.given = !is_owner(in, made.name) && attribute.attgenerated == '\0' &&
                 attribute.attidentity != ATTRIBUTE_IDENTITY_ALWAYS;
    return made;
}

} // namespace

resource find_resource(FunctionCallInfo fcinfo) {
    if (PG_ARGISNULL(0)) throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "resource must not be null");
    resource found;
    found.name = pg::arg_text(fcinfo, 0);
    found.table = find_table(PG_GETARG_DATUM(0));
    table_shape shape;
    const bool there = OidIsValid(found.table) && pg::pg_try([&] { return read_shape(found.table, shape); });
    if (!there) throw no_resource(found.name);
    // Under the lock: release() has either ended or waits for us.
    isolation::table_owners owners = isolation::owners_of(found.table);
    if (!owners.isolated) throw no_resource(found.name);
    found.owners = std::move(owners.columns);
    found.relation = pg::qualified_name(found.table);
    found.may_wait = shape.may_wait;
    for (int i = 0; i < shape.columns; i++)
        found.columns.push_back(make_column(found, shape.attributes[i], shape.base_types[i]));
    for (int i = 0; i < shape.key_columns; i++)
        for (int column = 0; column < shape.columns; column++)
            if (shape.attributes[column].attnum == shape.key[i]) found.key.push_back(static_cast<std::size_t>(column));
    for (const std::size_t each : found.key)
        if (!is_owner(found, found.columns[each].name)) found.own_key.push_back(each);
    return found;
}

void require_login() {
    context::require_user();
}

void require_access(const resource& wanted, access how) {
    for (const isolation::owner_column& each : wanted.owners)
        if (each.scope == "organization")
            context::require_role(how == access::read ? context::member_role::viewer : context::member_role::member);
}

std::optional<std::size_t> find_column(const resource& in, std::string_view name) {
    for (std::size_t i = 0; i < in.columns.size(); i++)
        if (in.columns[i].name == name) return i;
    return std::nullopt;
}

std::size_t require_column(const resource& in, std::string_view name) {
    if (const auto found = find_column(in, name)) return *found;
    std::string names;
    for (const column& each : in.columns)
        names += (names.empty() ? "" : ", ") + each.name;
    throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                    "column \"" + pg::clip(name, NAMEDATALEN) + "\" of resource \"" + in.name + "\" does not exist",
                    "Columns are " + names + ".");
}

std::string id_argument(FunctionCallInfo fcinfo) {
    if (PG_ARGISNULL(1)) throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "id must not be null");
    return std::string(pg::arg_text(fcinfo, 1));
}

pg::error not_found(const resource& in, std::string_view id) {
    return pg::not_found("row \"" + pg::clip(id, 100) + "\" of resource \"" + in.name + "\" not found");
}

} // namespace rowhouse::resources
