#include "resources/border_key.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "catalog/pg_operator.h"
#include "utils/rel.h"
#include "utils/relcache.h"
}

namespace rowhouse::resources {

namespace {

constexpr const char* written = "rowhouse_written";

// Trivially destructible: filled where PostgreSQL is called.
struct key_facts {
    Oid references;
    int parts;
    const char* name;
    AttrNumber own[INDEX_MAX_KEYS];
    const char* other[INDEX_MAX_KEYS];
    const char* equals[INDEX_MAX_KEYS];
};
struct all_keys {
    key_facts* keys = nullptr;
    int count = 0;
};

const char* operator_name(Oid number) {
    HeapTuple found = SearchSysCache1(OPEROID, ObjectIdGetDatum(number));
    if (!HeapTupleIsValid(found)) elog(ERROR, "cache lookup failed for operator %u", number);
    const auto* entry = reinterpret_cast<Form_pg_operator>(GETSTRUCT(found));
    const char* made = psprintf("OPERATOR(%s.%s)", ::quote_identifier(get_namespace_name(entry->oprnamespace)),
                                NameStr(entry->oprname));
    ReleaseSysCache(found);
    return made;
}

all_keys read_keys(Oid table) {
    all_keys found;
    Relation relation = relation_open(table, NoLock); // find_resource() holds one
    // A copy: the look-ups below may build the cache anew.
    auto* list = static_cast<List*>(copyObjectImpl(RelationGetFKeyList(relation)));
    found.keys = static_cast<key_facts*>(palloc0(sizeof(key_facts) * static_cast<std::size_t>(list_length(list) + 1)));
    for (int i = 0; i < list_length(list); i++) {
        const auto* each = static_cast<const ForeignKeyCacheInfo*>(list_nth(list, i));
        key_facts& key = found.keys[found.count++];
        key.references = each->confrelid;
        key.parts = each->nkeys;
        key.name = get_constraint_name(each->conoid);
        for (int part = 0; part < each->nkeys; part++) {
            key.own[part] = each->conkey[part];
            key.other[part] = get_attname(each->confrelid, each->confkey[part], false);
            key.equals[part] = operator_name(each->conpfeqop[part]);
        }
    }
    relation_close(relation, NoLock);
    return found;
}

const isolation::owner_column* owner_named(const std::vector<isolation::owner_column>& owners, std::string_view name) {
    for (const isolation::owner_column& each : owners)
        if (each.name == name) return &each;
    return nullptr;
}

// All that the other table's rows are owned by is compared with the same of ours.
bool sees_to_it(const resource& in, const border_key& key, const std::vector<std::string>& others,
                const std::vector<isolation::owner_column>& owners) {
    return std::all_of(owners.begin(), owners.end(), [&](const isolation::owner_column& owner) {
        for (std::size_t i = 0; i < key.parts.size(); i++) {
            const auto* own = owner_named(in.owners, in.columns[key.parts[i].column].name);
            if (others[i] == owner.name && own && own->expression == owner.expression) return true;
        }
        return false;
    });
}

bool is_touched(const resource& in, const border_key& key, const std::vector<std::string>& names) {
    return std::any_of(key.parts.begin(), key.parts.end(), [&](const border_key::part& part) {
        return std::find(names.begin(), names.end(), in.columns[part.column].name) != names.end();
    });
}

void append(std::string& list, const std::string& part) {
    list += (list.empty() ? "" : ", ") + part;
}

// The values that point to nothing of the context's own.
std::string make_check(const resource& in, const border_key& key) {
    std::string values;
    std::string known;
    std::string match;
    for (const border_key::part& part : key.parts) {
        const std::string column = "s." + pg::quote_identifier(in.columns[part.column].name);
        append(values, column + "::pg_catalog.text");
        known += (known.empty() ? "" : " AND ") + column + " IS NOT NULL";
        match += (match.empty() ? "" : " AND ") + ("r." + part.references) + " " + part.equals + " " + column;
    }
    return "SELECT " + values + " FROM " + written + " s WHERE " + known + " AND NOT EXISTS (SELECT FROM " +
           key.relation + " r WHERE " + match + key.condition + ") LIMIT 1";
}

pg::error violation(const resource& in, const border_key& key, const std::vector<std::string>& values) {
    std::string names;
    std::string shown;
    for (std::size_t i = 0; i < key.parts.size(); i++) {
        append(names, in.columns[key.parts[i].column].name);
        append(shown, values[i]);
    }
    const char* table = pg::pg_try([&]() -> const char* { return get_rel_name(in.table); });
    return pg::error(ERRCODE_FOREIGN_KEY_VIOLATION,
                     "insert or update on table \"" + std::string(table ? table : "") +
                         "\" violates foreign key constraint \"" + key.name + "\"",
                     {}, "Key (" + names + ")=(" + shown + ") is not present in table \"" + key.table + "\".");
}

} // namespace

std::vector<border_key> find_border_keys(const resource& in) {
    const all_keys all = pg::pg_try([&] { return read_keys(in.table); });
    std::vector<border_key> keys;
    for (int i = 0; i < all.count; i++) {
        const key_facts& facts = all.keys[i];
        const std::vector<isolation::owner_column> owners = isolation::owners_of(facts.references).columns;
        const char* table = pg::pg_try([&]() -> const char* { return get_rel_name(facts.references); });
        if (owners.empty() || !table || !facts.name) continue;
        border_key key{facts.name, table, pg::qualified_name(facts.references), {}, {}};
        std::vector<std::string> others;
        for (int part = 0; part < facts.parts; part++) {
            const auto own = std::find_if(in.columns.begin(), in.columns.end(),
                                          [&](const column& each) { return each.number == facts.own[part]; }) -
                             in.columns.begin();
            key.parts.push_back(
                {static_cast<std::size_t>(own), pg::quote_identifier(facts.other[part]), facts.equals[part]});
            others.emplace_back(facts.other[part]);
        }
        if (sees_to_it(in, key, others, owners)) continue;
        for (const isolation::owner_column& each : owners)
            key.condition += isolation::owner_condition("r", each.name, each.expression);
        keys.push_back(std::move(key));
    }
    return keys;
}

void check_border_keys(pg::spi& sql, const resource& in, const std::vector<std::string>& names) {
    const bool touched = std::any_of(in.border_keys.begin(), in.border_keys.end(),
                                     [&](const border_key& each) { return is_touched(in, each, names); });
    if (!touched) return;
    Tuplestorestate* rows = sql.offer_rows(written);
    for (const border_key& key : in.border_keys) {
        if (!is_touched(in, key, names) || sql.run(make_check(in, key)) == 0) continue;
        std::vector<std::string> values;
        for (std::size_t i = 0; i < key.parts.size(); i++)
            values.push_back(sql.text(0, static_cast<int>(i) + 1).value_or(""));
        throw violation(in, key, values);
    }
    sql.withdraw_rows(written, rows);
}

} // namespace rowhouse::resources
