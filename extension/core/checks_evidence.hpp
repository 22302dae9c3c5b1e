// What the cells of a column, looked at together, tell about the way its numbers and dates are written: one 1.234,5
// tells what 1.234 is, one 31/12/2024 what 03/04/2024 is.
#pragma once

#include "core/checks_number.hpp"
#include "core/checks_time.hpp"

namespace rowhouse::checks {

class column_evidence {
public:
    // With `averages`, numbers(), average() and standard_deviation() are kept as well.
    explicit column_evidence(bool averages = false) : averages_(averages) {}

    void add(std::string_view cell);

    // detect where nothing, or as much of the one as of the other, was seen.
    number_locale locale() const;
    date_order order() const;

    // Of the numbers: how many there are, their average, and their standard deviation.
    std::int64_t numbers() const { return numbers_; }
    double average() const { return average_; }
    double standard_deviation() const;

private:
    bool add_common_form(std::string_view text);
    void add_number(std::string_view normal);

    bool averages_;
    std::int64_t point_ = 0, comma_ = 0;
    std::int64_t day_first_ = 0, month_first_ = 0, year_first_ = 0;
    std::int64_t numbers_ = 0;
    double average_ = 0, squares_ = 0; // the latter of their distances from it
    std::string buffer_;
};

} // namespace rowhouse::checks
