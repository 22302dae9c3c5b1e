#include "resources/query.hpp"

#include "pg/json.hpp"
#include "resources/values.hpp"

#include <charconv>

namespace rowhouse::resources {

namespace {

constexpr std::size_t most_conditions = 100;
constexpr std::size_t most_list_items = 1000;

pg::error wrong(std::string message, std::string hint) {
    return pg::error(ERRCODE_INVALID_PARAMETER_VALUE, std::move(message), std::move(hint));
}

std::vector<filter::list_item> items_of(const char* name, const std::string& value) {
    auto items = filter::split_list(value);
    const bool empty = items && std::any_of(items->begin(), items->end(),
                                            [](const auto& each) { return each.text.empty() && !each.quoted; });
    if (!items || empty)
        throw wrong("parameter \"" + std::string(name) + "\" must be a list of columns",
                    "Separate columns by commas; put a name that holds one in double quotes.");
    return std::move(*items);
}

void require_new(const resource& in, bool is_new, std::size_t column, const char* parameter) {
    if (!is_new)
        throw wrong("parameter \"" + std::string(parameter) + "\" names column \"" + in.columns[column].name +
                        "\" twice",
                    "Name each column once.");
}

void read_columns(const resource& in, const std::string& value, list_query& query) {
    query.columns.clear();
    for (const filter::list_item& each : items_of("select", value)) {
        const std::size_t column = require_column(in, each.text + each.rest);
        const bool is_new = std::find(query.columns.begin(), query.columns.end(), column) == query.columns.end();
        require_new(in, is_new, column, "select");
        query.columns.push_back(column);
    }
}

bool is_in(const std::vector<order_part>& order, std::size_t column) {
    return std::any_of(order.begin(), order.end(), [&](const auto& each) { return each.column == column; });
}

bool take_end(std::string& text, std::string_view end) {
    if (!text.ends_with(end)) return false;
    text.resize(text.size() - end.size());
    return true;
}

void read_order(const resource& in, const std::string& value, list_query& query) {
    for (filter::list_item& each : items_of("order", value)) {
        std::string& tail = each.quoted ? each.rest : each.text;
        const bool descending = take_end(tail, ".desc");
        if (!descending) take_end(tail, ".asc");
        const std::size_t column = require_column(in, each.quoted ? each.text + each.rest : each.text);
        require_new(in, !is_in(query.order, column), column, "order");
        operator_of(in, in.columns[column], order::less); // has one
        query.order.push_back({column, descending});
    }
}

std::int64_t read_limit(const std::string& value, std::int64_t most_rows) {
    std::int64_t limit = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
    if (error != std::errc() || end != value.data() + value.size() || limit < 1 || limit > most_rows)
        throw wrong("parameter \"limit\" must be a number from 1 to " + std::to_string(most_rows),
                    "Read what is behind the last row with parameter \"after\".");
    return limit;
}

// A name in double quotes is a column's in any case, also one that is called "order".
std::string column_name(const std::string& name) {
    const auto items = filter::split_list(name);
    const bool quoted = items && items->size() == 1 && items->front().quoted && items->front().rest.empty();
    return quoted ? items->front().text : name;
}

void read_condition(const resource& in, const std::string& name, const std::string& value, list_query& query) {
    const std::size_t column = require_column(in, column_name(name));
    auto parsed = filter::parse_condition(value);
    if (!parsed)
        throw wrong(
            "condition on column \"" + in.columns[column].name + "\" is not of the form operator.value",
            "Operators are eq, neq, gt, gte, lt, lte, like, ilike, in.(a,b), is.null, is.true and is.false, each "
            "also behind \"not.\".");
    if (query.conditions.size() == most_conditions || parsed->values.size() > most_list_items)
        throw wrong("query has too many conditions",
                    "It may have 100 conditions, and a list of operator \"in\" 1000 values.");
    query.conditions.push_back({column, std::move(*parsed)});
}

// So that no two rows are alike, and the same way as the column before, so that an index serves.
void add_key(const std::vector<std::size_t>& key, list_query& query) {
    const bool descending = !query.order.empty() && query.order.back().descending;
    for (const std::size_t each : key)
        if (!is_in(query.order, each)) query.order.push_back({each, descending});
}

pg::json pairs_of(FunctionCallInfo fcinfo, int argument) {
    if (PG_ARGISNULL(argument)) return pg::json::array();
    pg::json pairs;
    try {
        pairs = pg::json::parse(pg::jsonb_text(PG_GETARG_DATUM(argument)));
    } catch (const pg::json::exception&) {
        pairs = nullptr; // a number that no double can hold
    }
    const bool right = pairs.is_array() && std::all_of(pairs.begin(), pairs.end(), [](const pg::json& each) {
                           return each.is_array() && each.size() == 2 && each[0].is_string() && each[1].is_string();
                       });
    if (!right)
        throw wrong("query must be a JSON array of pairs of strings", "For example [[\"status\", \"eq.open\"]].");
    return pairs;
}

} // namespace

list_query read_query(const resource& in, FunctionCallInfo fcinfo, int argument, std::int64_t most_rows, reach reach) {
    if (in.key.empty())
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "table " + in.relation + " has no primary key",
                        "Rows are paged by it.");
    list_query query;
    for (std::size_t i = 0; i < in.columns.size(); i++)
        query.columns.push_back(i);
    bool selected = false;
    bool ordered = false;
    const auto once = [](bool given, const char* name) {
        if (given) throw wrong("parameter \"" + std::string(name) + "\" is given twice", "Give it once.");
    };
    for (const pg::json& pair : pairs_of(fcinfo, argument)) {
        const auto name = pair[0].get<std::string>();
        const auto value = pair[1].get<std::string>();
        if (name == "after") {
            once(query.after.has_value(), "after");
            query.after = value;
            continue;
        }
        query.plain = false;
        if (name == "select") {
            once(std::exchange(selected, true), "select");
            read_columns(in, value, query);
        } else if (name == "order") {
            once(std::exchange(ordered, true), "order");
            read_order(in, value, query);
        } else if (name == "limit") {
            once(query.limit.has_value(), "limit");
            query.limit = read_limit(value, most_rows);
        } else {
            read_condition(in, name, value, query);
        }
    }
    add_key(reach == reach::all ? in.key : in.own_key, query);
    return query;
}

std::string order_text(const resource& in, const std::vector<order_part>& order) {
    std::string text;
    for (const order_part& each : order)
        text += (text.empty() ? "" : ",") + in.columns[each.column].name + (each.descending ? ".desc" : ".asc");
    return text;
}

} // namespace rowhouse::resources
