#include "resources/statement.hpp"

#include "resources/values.hpp"

namespace rowhouse::resources {

namespace {

std::string of_table(const column& column) {
    return "t." + pg::quote_identifier(column.name);
}

std::string place_of(statement& made, const pg::parameter& value) {
    made.values.push_back(value);
    return "$" + std::to_string(made.values.size());
}

// As PostgREST has it, so that % need not be escaped in an address.
std::string pattern_of(std::string value) {
    std::replace(value.begin(), value.end(), '*', '%');
    return value;
}

order order_of(filter::comparison how) {
    switch (how) {
    case filter::comparison::gt:
        return order::greater;
    case filter::comparison::gte:
        return order::greater_equal;
    case filter::comparison::lt:
        return order::less;
    case filter::comparison::lte:
        return order::less_equal;
    default:
        return order::equal;
    }
}

std::string is_condition(const resource& in, const column& column, const filter::condition& is) {
    if (is.value != "null" && column.base != BOOLOID)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                        "column \"" + column.name + "\" of resource \"" + in.name + "\" is not true or false",
                        "Use is.null, or compare it with eq.");
    return of_table(column) + (is.negated ? " IS NOT " : " IS ") + is.value;
}

std::string like_condition(const resource& in, const column& column, const filter::condition& is, statement& made) {
    const bool any_case = is.how == filter::comparison::ilike;
    require_text(in, column, any_case ? "ilike" : "like");
    return of_table(column) + "::pg_catalog.text OPERATOR(pg_catalog." + (any_case ? "~~*" : "~~") + ") " +
           place_of(made, pg::param(pattern_of(is.value)));
}

std::string text_of(const resource& in, const condition& given, statement& made) {
    const column& column = in.columns[given.column];
    const filter::condition& is = given.is;
    bool negated = is.negated;
    std::string text;
    switch (is.how) {
    case filter::comparison::is:
        return is_condition(in, column, is);
    case filter::comparison::like:
    case filter::comparison::ilike:
        text = like_condition(in, column, is, made);
        break;
    case filter::comparison::in: {
        const std::string equal = operator_of(in, column, order::equal);
        text = of_table(column) + " " + equal + " ANY (" + place_of(made, values_of(in, column, is.values)) + ")";
        break;
    }
    case filter::comparison::neq:
        negated = !negated;
        [[fallthrough]];
    default: {
        const std::string compare = operator_of(in, column, order_of(is.how));
        text = of_table(column) + " " + compare + " " + place_of(made, value_of(column, is.value));
    }
    }
    return negated ? "NOT (" + text + ")" : text;
}

// ---- behind the cursor ---------------------------------------------------------------------------------------------

struct key_value {
    const column* of;
    bool descending;
    std::string place; // "$1", or empty for NULL
    std::string less, greater, equal;

    std::string beyond() const { return of_table(*of) + " " + (descending ? less : greater) + " " + place; }
};

// NULLs come last, with DESC first.
std::string is_behind(const key_value& value) {
    if (value.place.empty()) return value.descending ? of_table(*value.of) + " IS NOT NULL" : "false";
    if (value.descending || value.of->not_null) return value.beyond();
    return "(" + value.beyond() + " OR " + of_table(*value.of) + " IS NULL)";
}

std::string is_level(const key_value& value) {
    if (value.place.empty()) return of_table(*value.of) + " IS NULL";
    return of_table(*value.of) + " " + value.equal + " " + value.place;
}

// One comparison of rows, which an index can do.
bool is_one_comparison(const std::vector<key_value>& values) {
    return std::all_of(values.begin(), values.end(), [&](const key_value& each) {
        return each.of->not_null && !each.place.empty() && each.descending == values.front().descending &&
               is_builtin(each.less) && is_builtin(each.greater);
    });
}

std::string compare_rows(const std::vector<key_value>& values) {
    std::string columns;
    std::string places;
    for (const key_value& each : values) {
        columns += (columns.empty() ? "" : ", ") + of_table(*each.of);
        places += (places.empty() ? "" : ", ") + each.place;
    }
    const key_value& first = values.front();
    return "ROW(" + columns + ") " + (first.descending ? first.less : first.greater) + " ROW(" + places + ")";
}

// The first columns level, the next one behind: for every number of first columns. Before that, where it holds for all
// of them, that the first one is not before, which an index can use.
std::string compare_each(const resource& in, const std::vector<key_value>& values) {
    const key_value& first = values.front();
    std::string text;
    if (!first.place.empty() && (first.descending || first.of->not_null))
        text = of_table(*first.of) + " " +
               operator_of(in, *first.of, first.descending ? order::less_equal : order::greater_equal) + " " +
               first.place + " AND ";
    std::string any;
    std::string level;
    for (const key_value& each : values) {
        any += (any.empty() ? "(" : " OR (") + level + is_behind(each) + ")";
        level += is_level(each) + " AND ";
    }
    return text + "(" + any + ")";
}

std::string behind_cursor(const resource& in, const list_query& query, statement& made) {
    const cursor_values given =
        read_cursor(in.name + "?" + order_text(in, query.order), query.order.size(), *query.after);
    std::vector<key_value> values;
    for (std::size_t i = 0; i < given.size(); i++) {
        const column& of = in.columns[query.order[i].column];
        key_value value{&of, query.order[i].descending, {}, {}, {}, {}};
        value.less = operator_of(in, of, order::less);
        value.greater = operator_of(in, of, order::greater);
        value.equal = operator_of(in, of, order::equal);
        if (given[i]) {
            const auto made_value = try_value_of(of, *given[i]);
            if (!made_value)
                throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                                "parameter \"after\" is not a cursor of this resource and order",
                                "The type of a column has changed: begin with the first page.");
            value.place = place_of(made, *made_value);
        }
        values.push_back(std::move(value));
    }
    if (values.empty()) return "false"; // there is no second page of one row
    return is_one_comparison(values) ? compare_rows(values) : compare_each(in, values);
}

std::string order_by(const resource& in, const list_query& query) {
    std::string text;
    for (const order_part& each : query.order)
        text +=
            (text.empty() ? " ORDER BY " : ", ") + of_table(in.columns[each.column]) + (each.descending ? " DESC" : "");
    return text;
}

} // namespace

std::vector<std::size_t> columns_of_page(const list_query& query) {
    std::vector<std::size_t> columns = query.columns;
    for (const order_part& each : query.order)
        if (std::find(columns.begin(), columns.end(), each.column) == columns.end()) columns.push_back(each.column);
    return columns;
}

statement make_list(const resource& in, const list_query& query, std::optional<std::int64_t> rows,
                    const std::vector<std::size_t>& columns, reach reach) {
    statement made;
    std::string list;
    for (const std::size_t each : columns)
        list += (list.empty() ? "" : ", ") + of_table(in.columns[each]);
    std::string where = " WHERE true";
    if (reach == reach::own) where += own_rows(in);
    for (const condition& each : query.conditions)
        where += " AND " + text_of(in, each, made);
    if (query.after) where += " AND " + behind_cursor(in, query, made);
    made.sql = "SELECT " + list + " FROM " + in.relation + " t" + where + order_by(in, query);
    // Not bound: the planner would take it for a tenth of the table.
    if (rows) made.sql += " LIMIT " + std::to_string(*rows);
    made.is_same = query.plain;
    return made;
}

std::string all_columns(const resource& in) {
    std::string list;
    for (const column& each : in.columns)
        list += (list.empty() ? "" : ", ") + of_table(each);
    return list;
}

std::string own_rows(const resource& in) {
    std::string condition;
    for (const isolation::owner_column& each : in.owners)
        condition += isolation::owner_condition("t", each.name, each.expression);
    return condition;
}

const column& id_column(const resource& in) {
    if (in.own_key.size() != 1)
        throw pg::error(ERRCODE_FEATURE_NOT_SUPPORTED,
                        "rows of resource \"" + in.name + "\" cannot be addressed by one id",
                        "That needs a primary key of one column besides the one that says whose a row is.");
    return in.columns[in.own_key.front()];
}

std::string one_row(const resource& in) {
    const column& id = id_column(in);
    return of_table(id) + " " + operator_of(in, id, order::equal) + " $1" + own_rows(in);
}

} // namespace rowhouse::resources
