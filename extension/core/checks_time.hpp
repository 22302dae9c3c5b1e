// Dates and times as people and spreadsheets write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rowhouse::checks {

// Which of 03/04/2024 is the day. Dates that begin with a year of four digits are always year, month, day.
enum class date_order : std::uint8_t {
    detect, // by the cell itself, and by the column where it was looked at (column_evidence)
    day_first,
    month_first,
    year_first // 24-04-03
};

struct moment {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;
    int offset = 0; // minutes east of UTC
    bool has_time = false;
    bool has_offset = false;
};

bool exists(const moment& when);

// Order in time; a moment without an offset counts as UTC.
std::int64_t microseconds_of(const moment& when);

// YYYY-MM-DD, or YYYY-MM-DD HH:MM:SS[.ffffff][+HH:MM] with `with_time`. Appended.
void append_time(std::string& out, const moment& when, bool with_time);

// Takes an hour from 1 to 12 for one of the morning ('a') or afternoon ('p'). Any other becomes one that does not
// exist.
void set_half_of_day(moment& when, int half);

// As PostgreSQL takes years of two digits: 69 is 2069, 70 is 1970.
constexpr int year_of_two_digits(int year) {
    return year < 70 ? 2000 + year : 1900 + year;
}

struct time_reading {
    enum class kind : std::uint8_t {
        unreadable,   // no date in any form that is read
        out_of_range, // the form is right, but there is no such day or time
        plain,
        ambiguous // nothing tells the day from the month; `other` is the other way to read it
    };
    kind is = kind::unreadable;
    moment when = {};
    moment other = {};
    date_order order = date_order::detect; // what the cell proves about the order of its column
};

// ISO 8601, day and month in numbers with . / - or spaces between, or an English name of the month; behind the date, a
// time with or without seconds, AM and PM, UTC or an offset. `text` has no spaces around it. What is ambiguous is read
// with the day first.
time_reading read_time(std::string_view text, date_order order);

} // namespace rowhouse::checks
