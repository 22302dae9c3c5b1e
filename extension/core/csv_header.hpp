// What can be said about a header before anybody knows which table it is for.
#pragma once

#include "core/csv_record.hpp"

#include <string_view>
#include <vector>

namespace rowhouse::csv {

// Findings about the labels: blank, double, or a formula.
void check_labels(const record& header, const record_context& context, std::vector<finding>& findings);

// How many columns the file has when those at the end that are blank in the header and in every record are left out.
std::int64_t columns_in_use(const raw_record& header, std::string_view text, const dialect& style);

} // namespace rowhouse::csv
