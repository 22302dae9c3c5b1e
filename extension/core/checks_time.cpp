#include "core/checks_time.hpp"

#include "core/time_scanner.hpp"

#include <cstdio>

namespace rowhouse::checks {

namespace {

using kind = time_reading::kind;

int days_in_month(int year, int month) {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

// The three numbers of a date, as they stand.
struct date_fields {
    number_field field[3];
    char separator = 0;

    moment in(date_order order) const {
        const bool year_first = order == date_order::year_first;
        const number_field& year = field[year_first ? 0 : 2];
        moment when;
        when.year = year.digits == 2 ? year_of_two_digits(year.value) : year.value;
        when.month = field[order == date_order::month_first ? 0 : 1].value;
        when.day = field[year_first ? 2 : order == date_order::month_first ? 1 : 0].value;
        return when;
    }
};

// Without an order: what only one order makes a date of, proves that order. With full stops the day comes first
// wherever they are used; a year of two digits comes first only with hyphens.
void resolve_order(const date_fields& date, time_reading& result) {
    int ways = 0;
    for (const date_order order : {date_order::day_first, date_order::month_first, date_order::year_first}) {
        const bool short_years = date.field[2].digits == 2 && date.field[0].digits == 2;
        if (order == date_order::year_first && (date.separator != '-' || !short_years)) continue;
        const moment when = date.in(order);
        if (!exists(when)) continue;
        if (++ways == 1) {
            result.when = when;
            result.order = order;
        } else if (microseconds_of(when) != microseconds_of(result.when) && date.separator != '.' &&
                   result.is != kind::ambiguous) {
            result.is = kind::ambiguous;
            result.other = when;
        }
    }
    if (ways != 1) result.order = date_order::detect;
    if (result.is != kind::ambiguous) result.is = ways == 0 ? kind::out_of_range : kind::plain;
}

void resolve(const date_fields& date, date_order order, time_reading& result) {
    if (date.field[0].digits == 4) order = date_order::year_first;
    if (order == date_order::detect) {
        resolve_order(date, result);
        return;
    }
    result.when = date.in(order);
    result.is = exists(result.when) ? kind::plain : kind::out_of_range;
}

bool are_date_digits(const date_fields& date) {
    const int first = date.field[0].digits;
    const int last = date.field[2].digits;
    if (date.field[1].digits > 2) return false;
    return first == 4 ? last <= 2 : first <= 2 && (last == 2 || last == 4);
}

// 2024-04-03, 3.4.2024, 3/4/24, 20240403
bool read_numeric_date(time_scanner& scan, date_order order, time_reading& result) {
    date_fields date;
    if (!scan.number(date.field[0], 8)) return false;
    if (date.field[0].digits == 8) {
        const int value = date.field[0].value;
        date.field[0] = {value / 10000, 4};
        date.field[1] = {value / 100 % 100, 2};
        date.field[2] = {value % 100, 2};
    } else {
        date.separator = scan.separator();
        if (date.separator == '\0' || !scan.number(date.field[1], 4)) return false;
        if (scan.separator() != date.separator || !scan.number(date.field[2], 4)) return false;
        if (!are_date_digits(date)) return false;
    }
    resolve(date, order, result);
    return true;
}

// 3 Apr 2024, 3-Apr-24, April 3, 2024
bool read_named_date(time_scanner& scan, time_reading& result) {
    number_field day;
    number_field year;
    const bool day_first = scan.number(day, 2);
    if (day_first) scan.separator();
    result.when.month = scan.month_name();
    if (result.when.month == 0) return false;
    if (!day_first) {
        scan.separator();
        if (!scan.number(day, 2)) return false;
        scan.take(',');
    }
    scan.separator();
    if (!scan.number(year, 4) || (year.digits != 2 && year.digits != 4)) return false;
    result.when.day = day.value;
    result.when.year = year.digits == 2 ? year_of_two_digits(year.value) : year.value;
    result.is = exists(result.when) ? kind::plain : kind::out_of_range;
    return true;
}

// 14:30, 14:30:05.123, 2:30 PM, 14:30Z, 14:30+02:00
bool read_clock(time_scanner& scan, moment& when) {
    number_field hour;
    number_field minute;
    number_field second;
    if (!scan.number(hour, 2) || !scan.take(':') || !scan.number(minute, 2) || minute.digits != 2) return false;
    if (scan.take(':')) {
        if (!scan.number(second, 2) || second.digits != 2) return false;
        if (scan.take_any(".,") && !scan.fraction(when.microsecond)) return false;
    }
    when.hour = hour.value;
    when.minute = minute.value;
    when.second = second.value;
    when.has_time = true;
    scan.spaces();
    if (const int half = scan.half_of_day()) set_half_of_day(when, half);
    scan.spaces();
    return scan.offset(when.offset, when.has_offset);
}

void set_day(moment& when, const moment& day) {
    when.year = day.year;
    when.month = day.month;
    when.day = day.day;
}

// Days since 1970-01-01 in the proleptic Gregorian calendar, for years from 1 on.
std::int64_t days_of(const moment& when) {
    const std::int64_t year = when.month <= 2 ? when.year - 1 : when.year;
    const std::int64_t day_of_year = (153 * (when.month + (when.month > 2 ? -3 : 9)) + 2) / 5 + when.day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

} // namespace

bool exists(const moment& when) {
    return when.year >= 1 && when.month >= 1 && when.month <= 12 && when.day >= 1 &&
           when.day <= days_in_month(when.year, when.month) && when.hour < 24 && when.minute < 60 && when.second < 60;
}

std::int64_t microseconds_of(const moment& when) {
    const std::int64_t minutes = days_of(when) * 1440 + when.hour * 60 + when.minute - when.offset;
    return (minutes * 60 + when.second) * 1000000 + when.microsecond;
}

void append_time(std::string& out, const moment& when, bool with_time) {
    char text[64];
    int size = std::snprintf(text, sizeof text, "%04d-%02d-%02d", when.year, when.month, when.day);
    const auto put = [&](const char* format, auto... values) {
        size += std::snprintf(text + size, sizeof text - static_cast<std::size_t>(size), format, values...);
    };
    if (with_time) put(" %02d:%02d:%02d", when.hour, when.minute, when.second);
    if (with_time && when.microsecond != 0) put(".%06d", when.microsecond);
    if (with_time && when.has_offset) {
        const int minutes = when.offset < 0 ? -when.offset : when.offset;
        put("%c%02d:%02d", when.offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
    }
    out.append(text, static_cast<std::size_t>(size));
}

void set_half_of_day(moment& when, int half) {
    if (when.hour < 1 || when.hour > 12)
        when.hour = 24; // 14:30 PM
    else
        when.hour = when.hour % 12 + (half == 'p' ? 12 : 0);
}

time_reading read_time(std::string_view text, date_order order) {
    time_reading result;
    time_scanner scan(text);
    if (!read_numeric_date(scan, order, result)) {
        result = {};
        scan = time_scanner(text);
        if (!read_named_date(scan, result)) return {};
    }
    if (scan.at_end()) return result;

    moment clock;
    const bool parted = scan.spaces() || scan.take_any("Tt");
    if (!parted || !read_clock(scan, clock) || !scan.at_end()) return {};
    moment other = clock;
    set_day(clock, result.when);
    set_day(other, result.other);
    result.when = clock;
    result.other = other;
    if (!exists(result.when)) result.is = kind::out_of_range;
    return result;
}

} // namespace rowhouse::checks
