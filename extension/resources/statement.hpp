// The SQL that reads rows of a resource. Names come from the catalog and are quoted, values are bound.
#pragma once

#include "resources/cursor.hpp"
#include "resources/query.hpp"

namespace rowhouse::resources {

struct statement {
    std::string sql;
    std::vector<pg::parameter> values;
    bool is_same = false; // for every request of its kind, so that its plan is worth keeping
};

// What a page gives: `columns` of the query, then those of the order that are not among them.
std::vector<std::size_t> columns_of_page(const list_query& query);

// The rows of `query`, at most so many. With reach::own of the context alone, whoever owns the table. As the owner of
// the table, because the values of the query are made into values of its types.
statement make_list(const resource& in, const list_query& query, std::optional<std::int64_t> rows,
                    const std::vector<std::size_t>& columns, reach reach);

// "t.a, t.b" for all columns.
std::string all_columns(const resource& in);
// " AND …" for the owner columns of t.
std::string own_rows(const resource& in);
// "t.id OPERATOR(…) $1 AND …": the one row of that primary key. Raises 0A000 where that has other than one column
// besides those of the owner.
std::string one_row(const resource& in);
const column& id_column(const resource& in);

} // namespace rowhouse::resources
