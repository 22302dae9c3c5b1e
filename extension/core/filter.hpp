// The conditions and lists of a query string, in the way of PostgREST: status=not.in.(open,"a, b"), order=due.desc,id.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::filter {

// One of a list. In double quotes it may hold commas; a backslash there takes the next character as it is.
struct list_item {
    std::string text;
    bool quoted = false;
    std::string rest = {}; // what stands behind the closing quote
};

// Split at commas. Nothing where a quote is not closed.
std::optional<std::vector<list_item>> split_list(std::string_view list);

enum class comparison { eq, neq, gt, gte, lt, lte, like, ilike, in, is };

struct condition {
    bool negated = false;
    comparison how = comparison::eq;
    std::string value;               // of all but `in`
    std::vector<std::string> values; // of `in`
};

// "[not.]operator.value". Nothing where it is none; an operator `in` without its list, or an `is` with anything but
// null, true and false, is none either.
std::optional<condition> parse_condition(std::string_view text);

} // namespace rowhouse::filter
