// What the cells of a column, looked at together, tell about the way its numbers and dates are written: one 1.234,5
// tells what 1.234 is, one 31/12/2024 what 03/04/2024 is.
#pragma once

#include "core/checks_number.hpp"
#include "core/checks_time.hpp"

namespace rowhouse::checks {

class column_evidence {
public:
    void add(std::string_view cell);

    // detect where nothing, or as much of the one as of the other, was seen.
    number_locale locale() const;
    date_order order() const;

private:
    std::int64_t point_ = 0, comma_ = 0;
    std::int64_t day_first_ = 0, month_first_ = 0, year_first_ = 0;
    std::string buffer_;
};

} // namespace rowhouse::checks
