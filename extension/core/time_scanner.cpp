#include "core/time_scanner.hpp"

namespace rowhouse::checks {

bool time_scanner::take_word(std::string_view lower) {
    if (!equals_ignoring_case(rest_.substr(0, lower.size()), lower)) return false;
    if (rest_.size() > lower.size() && is_letter(rest_[lower.size()])) return false;
    rest_.remove_prefix(lower.size());
    return true;
}

int time_scanner::month_name() {
    constexpr std::string_view months[] = {"january", "february", "march",     "april",   "may",      "june",
                                           "july",    "august",   "september", "october", "november", "december"};
    for (int i = 0; i < 12; i++) {
        const bool sept = i == 8 && take_word("sept");
        if (!sept && !take_word(months[i]) && !take_word(months[i].substr(0, 3))) continue;
        take('.');
        return i + 1;
    }
    return 0;
}

int time_scanner::half_of_day() {
    for (const std::string_view word : {"am", "pm", "a.m.", "p.m."})
        if (take_word(word)) return word[0];
    return 0;
}

bool time_scanner::fraction(int& microseconds) {
    const number_field first = take_digits(6);
    const number_field rest = take_digits(3);
    microseconds = first.value;
    for (int digits = first.digits; digits < 6; digits++)
        microseconds *= 10;
    return first.digits > 0 && (rest.digits < 3 || rest_.empty() || !is_digit(rest_.front()));
}

bool time_scanner::offset(int& minutes, bool& found) {
    minutes = 0;
    found = take_word("z") || take_word("utc") || take_word("gmt");
    const bool east = take('+');
    if (!east && !take('-')) return true;
    found = true;
    number_field hour = take_digits(2);
    if (hour.digits != 2) return false;
    take(':');
    const number_field minute = take_digits(2);
    if (minute.digits == 1 || hour.value > 15 || minute.value > 59) return false;
    minutes = (hour.value * 60 + minute.value) * (east ? 1 : -1);
    return true;
}

} // namespace rowhouse::checks
