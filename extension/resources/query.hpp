// The query string of a request, read against the columns of the resource.
#pragma once

#include "core/filter.hpp"
#include "resources/resource.hpp"

namespace rowhouse::resources {

struct order_part {
    std::size_t column;
    bool descending;
};

struct condition {
    std::size_t column;
    filter::condition is;
};

struct list_query {
    std::vector<std::size_t> columns;
    std::vector<condition> conditions;
    std::vector<order_part> order; // the primary key last
    std::optional<std::int64_t> limit;
    std::optional<std::string> after;
    bool plain = true; // nothing but `after` was given
};

// Of every organization: then the columns that say whose a row is are part of its key.
enum class reach { own, all };

// `argument` is a jsonb array of [name, value]; null counts as empty. Raises 22023, 55000 for a table without a primary
// key.
list_query read_query(const resource& in, FunctionCallInfo fcinfo, int argument, std::int64_t most_rows,
                      reach reach = reach::own);

// "due.desc,id.desc"
std::string order_text(const resource& in, const std::vector<order_part>& order);

} // namespace rowhouse::resources
