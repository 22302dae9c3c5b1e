#include "core/checks_evidence.hpp"

#include "core/checks_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rowhouse::checks {

namespace {

// A few cells that were written otherwise do not unsettle a column; they get their findings.
constexpr std::int64_t clear_majority = 10;

bool prevails(std::int64_t one, std::int64_t others) {
    return one > 0 && one >= others * clear_majority;
}

} // namespace

// What most cells are, seen without reading them: 123, 123.4, 123.45, 2024-12-31. False for all others.
bool column_evidence::add_common_form(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view rest = text.substr(digits);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    constexpr std::size_t more_than_a_year = 5; // 20241231 may be a date
    if (rest.empty()) return digits < more_than_a_year;
    if (digits == 4 && text.size() == 10 && rest[0] == '-' && text[7] == '-' && is_digit(text[5]) &&
        is_digit(text[6]) && is_digit(text[8]) && is_digit(text[9]))
        return true; // which tells nothing of 03/04/2024
    if (digits > 0 && rest[0] == '.' && (rest.size() == 2 || rest.size() == 3) && is_digit(rest[1]) &&
        is_digit(rest.back())) {
        point_++;
        return true;
    }
    return false;
}

void column_evidence::add(std::string_view cell) {
    const std::string_view text = trimmed(cell);
    constexpr std::size_t longest = 64;
    if (text.empty() || text.size() > longest || (!averages_ && add_common_form(text))) return;
    const number_reading number = read_number(text, number_locale::detect, false, buffer_);
    if (number.is != number_reading::kind::not_a_number) {
        if (number.decimal_sign == '.') point_++;
        if (number.decimal_sign == ',') comma_++;
        if (averages_) add_number(number.normal);
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

// B. P. Welford, Note on a method for calculating corrected sums of squares and products, 1962: in one pass, without
// losing the digits that the numbers share.
void column_evidence::add_number(std::string_view normal) {
    double value = 0;
    if (std::from_chars(normal.data(), normal.data() + normal.size(), value).ec != std::errc()) return;
    numbers_++;
    const double distance = value - average_;
    average_ += distance / static_cast<double>(numbers_);
    squares_ += distance * (value - average_);
}

double column_evidence::standard_deviation() const {
    return numbers_ > 1 ? std::sqrt(squares_ / static_cast<double>(numbers_ - 1)) : 0;
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
