// What can be said about a header before anybody knows which table it is for.
#pragma once

#include "core/csv_cursor.hpp"
#include "core/csv_record.hpp"

#include <string_view>
#include <vector>

namespace rowhouse::csv {

// Findings about the labels: blank, double, or a formula.
void check_labels(const record& header, const record_context& context, std::vector<finding>& findings);

// How many columns the file has when those at the end that are blank in the header and in every record are left out.
// `records` is a cursor of its own, somewhere before `first_record`.
std::int64_t columns_in_use(const raw_record& header, text_cursor& records, std::int64_t first_record);

// Whether columns_in_use() has to look at all.
bool may_have_unused_columns(const raw_record& header);

} // namespace rowhouse::csv
