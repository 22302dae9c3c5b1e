#include "resources/values.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "access/stratnum.h"
#include "catalog/pg_operator.h"
#include "utils/typcache.h"
}

namespace rowhouse::resources {

namespace {

// Whether the text is at fault. Types find many codes for that (42P01, XX000); what is not of these classes is about
// the server: resources, an intervention, the system.
bool is_about_text(const ErrorData& error) {
    const int category = ERRCODE_TO_CATEGORY(error.sqlerrcode);
    return category != MAKE_SQLSTATE('5', '3', '0', '0', '0') && category != MAKE_SQLSTATE('5', '7', '0', '0', '0') &&
           category != MAKE_SQLSTATE('5', '8', '0', '0', '0');
}

bool has_data_code(const ErrorData& error) {
    return ERRCODE_TO_CATEGORY(error.sqlerrcode) == MAKE_SQLSTATE('2', '2', '0', '0', '0');
}

// Calls PostgreSQL. Whatever is in the type's domain checks is left to those who write.
Datum input(Oid type, const char* text) {
    Oid function = InvalidOid;
    Oid parameter = InvalidOid;
    getTypeInputInfo(type, &function, &parameter);
    return OidInputFunctionCall(function, const_cast<char*>(text), parameter, -1);
}

bool is_number(const std::string& text, std::size_t most_digits) {
    return !text.empty() && text.size() <= most_digits &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Such a text cannot fail, so that no subtransaction is needed.
bool is_surely(Oid type, const std::string& text) {
    switch (type) {
    case TEXTOID:
        return true;
    case UUIDOID:
        return pg::parse_uuid(text).has_value();
    case INT2OID:
        return is_number(text, 4);
    case INT4OID:
        return is_number(text, 9);
    case INT8OID:
        return is_number(text, 18);
    default:
        return false;
    }
}

StrategyNumber strategy_of(order how) {
    switch (how) {
    case order::less:
        return BTLessStrategyNumber;
    case order::less_equal:
        return BTLessEqualStrategyNumber;
    case order::greater:
        return BTGreaterStrategyNumber;
    case order::greater_equal:
        return BTGreaterEqualStrategyNumber;
    case order::equal:
        break;
    }
    return BTEqualStrategyNumber;
}

// Calls PostgreSQL. Of an array or a row only where its elements can be compared, which the type cache knows.
Oid find_operator(Oid type, order how) {
    const TypeCacheEntry* known =
        lookup_type_cache(type, TYPECACHE_EQ_OPR | TYPECACHE_LT_OPR | TYPECACHE_GT_OPR | TYPECACHE_BTREE_OPFAMILY);
    if (how == order::equal) return known->eq_opr;
    if (how == order::less) return known->lt_opr;
    if (how == order::greater) return known->gt_opr;
    if (!OidIsValid(known->lt_opr) || !OidIsValid(known->btree_opf)) return InvalidOid;
    return get_opfamily_member(known->btree_opf, known->btree_opintype, known->btree_opintype,
                               static_cast<int16>(strategy_of(how)));
}

pg::error not_for_type(const resource& in, const column& column, const std::string& what) {
    const char* type = pg::pg_try([&]() -> const char* { return format_type_be(column.type); });
    return pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "column \"" + column.name + "\" of resource \"" + in.name +
                                                          "\" is of type " + type + ", which " + what);
}

} // namespace

pg::parameter value_of(const column& column, const std::string& text) {
    try {
        return {column.base, pg::pg_try([&] { return input(column.base, text.c_str()); })};
    } catch (const pg::postgres_error& wrong) {
        if (has_data_code(*wrong.data()) || !is_about_text(*wrong.data())) throw;
        throw pg::error(ERRCODE_INVALID_TEXT_REPRESENTATION,
                        "invalid value for column \"" + column.name + "\": " + wrong.data()->message);
    }
}

pg::parameter values_of(const resource& in, const column& column, const std::vector<std::string>& texts) {
    const Oid array = pg::pg_try([&] { return get_array_type(column.base); });
    if (!OidIsValid(array)) throw not_for_type(in, column, "has no lists");
    std::vector<Datum> values;
    for (const std::string& each : texts)
        values.push_back(value_of(column, each).value);
    return {array, pg::pg_try([&] {
                int16 length = 0;
                bool by_value = false;
                char alignment = 0;
                get_typlenbyvalalign(column.base, &length, &by_value, &alignment);
                return PointerGetDatum(construct_array(values.data(), static_cast<int>(values.size()), column.base,
                                                       length, by_value, alignment));
            })};
}

std::optional<pg::parameter> try_value_of(const column& column, const std::string& text) {
    if (is_surely(column.base, text)) return value_of(column, text);
    // A value that is not passed as such is lost with the memory of a subtransaction, so that is made here.
    MemoryContext const outer = CurrentMemoryContext;
    pg::parameter made{column.base};
    ErrorData* error = pg::try_in_subtransaction([&] {
        pg::pg_try([&] {
            MemoryContext const inner = MemoryContextSwitchTo(outer);
            made.value = input(column.base, text.c_str());
            MemoryContextSwitchTo(inner);
        });
    });
    if (!error) return made;
    if (!is_about_text(*error)) throw pg::postgres_error(error);
    pg::pg_try([&] { FreeErrorData(error); });
    return std::nullopt;
}

std::string operator_of(const resource& in, const column& column, order how) {
    const char* text = pg::pg_try([&]() -> const char* {
        HeapTuple found = SearchSysCache1(OPEROID, ObjectIdGetDatum(find_operator(column.base, how)));
        if (!HeapTupleIsValid(found)) return nullptr;
        const auto* entry = reinterpret_cast<Form_pg_operator>(GETSTRUCT(found));
        const char* made = psprintf("OPERATOR(%s.%s)", ::quote_identifier(get_namespace_name(entry->oprnamespace)),
                                    NameStr(entry->oprname));
        ReleaseSysCache(found);
        return made;
    });
    if (!text) throw not_for_type(in, column, how == order::equal ? "cannot be compared" : "has no order");
    return text;
}

bool is_builtin(const std::string& operator_text) {
    return operator_text.starts_with("OPERATOR(pg_catalog.");
}

void require_text(const resource& in, const column& column, const std::string& operator_name) {
    const char category = pg::pg_try([&] {
        char found = 0;
        bool preferred = false;
        get_type_category_preferred(column.base, &found, &preferred);
        return found;
    });
    if (category != TYPCATEGORY_STRING)
        throw not_for_type(in, column, "operator \"" + operator_name + "\" does not compare");
}

} // namespace rowhouse::resources
