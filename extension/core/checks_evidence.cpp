#include "core/checks_evidence.hpp"

#include "core/checks_text.hpp"

#include <algorithm>

namespace rowhouse::checks {

namespace {

// A few cells that were written otherwise do not unsettle a column; they get their findings.
constexpr std::int64_t clear_majority = 10;

bool prevails(std::int64_t one, std::int64_t others) {
    return one > 0 && one >= others * clear_majority;
}

} // namespace

void column_evidence::add(std::string_view cell) {
    const std::string_view text = trimmed(cell);
    constexpr std::size_t longest = 64;
    if (text.empty() || text.size() > longest) return;
    const number_reading number = read_number(text, number_locale::detect, false, buffer_);
    if (number.is != number_reading::kind::not_a_number) {
        if (number.decimal_sign == '.') point_++;
        if (number.decimal_sign == ',') comma_++;
        return;
    }
    switch (read_time(text, date_order::detect).order) {
    case date_order::day_first:
        day_first_++;
        break;
    case date_order::month_first:
        month_first_++;
        break;
    case date_order::year_first:
        year_first_++;
        break;
    case date_order::detect:
        break;
    }
}

number_locale column_evidence::locale() const {
    if (prevails(point_, comma_)) return number_locale::point;
    return prevails(comma_, point_) ? number_locale::comma : number_locale::detect;
}

date_order column_evidence::order() const {
    if (prevails(day_first_, month_first_ + year_first_)) return date_order::day_first;
    if (prevails(month_first_, day_first_ + year_first_)) return date_order::month_first;
    return prevails(year_first_, day_first_ + month_first_) ? date_order::year_first : date_order::detect;
}

} // namespace rowhouse::checks
