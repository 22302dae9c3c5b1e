#include "core/checks_evidence.hpp"
#include "core/checks_time_format.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowhouse::checks {

namespace {

using kind = time_reading::kind;
constexpr auto detect = date_order::detect;
constexpr auto day = date_order::day_first;
constexpr auto month = date_order::month_first;
constexpr auto year = date_order::year_first;

std::string written(const moment& when) {
    std::string text;
    append_time(text, when, when.has_time);
    return text;
}

struct row {
    std::string_view text;
    date_order order;
    kind is;
    std::string_view when;  // for plain and ambiguous
    std::string_view other; // for ambiguous
};

TEST(time, readings) {
    for (const row& each : std::initializer_list<row>{
             {"2024-04-03", detect, kind::plain, "2024-04-03", ""},
             {"2024/4/3", detect, kind::plain, "2024-04-03", ""},
             {"2024.04.03", month, kind::plain, "2024-04-03", ""},
             {"20240403", detect, kind::plain, "2024-04-03", ""},
             {"2024 04 03", detect, kind::plain, "2024-04-03", ""},
             {"3.4.2024", detect, kind::plain, "2024-04-03", ""},
             {"03.04.24", detect, kind::plain, "2024-04-03", ""},
             {"3. 4. 2024", detect, kind::plain, "2024-04-03", ""},
             {"12.31.2024", detect, kind::plain, "2024-12-31", ""},
             {"31/12/2024", detect, kind::plain, "2024-12-31", ""},
             {"12/31/2024", detect, kind::plain, "2024-12-31", ""},
             {"3/3/2024", detect, kind::plain, "2024-03-03", ""},
             {"25/12/24", detect, kind::plain, "2024-12-25", ""},
             {"69-12-31", detect, kind::plain, "2069-12-31", ""},
             {"3 Apr 2024", detect, kind::plain, "2024-04-03", ""},
             {"03-APR-24", detect, kind::plain, "2024-04-03", ""},
             {"3 April 2024", detect, kind::plain, "2024-04-03", ""},
             {"Apr 3, 2024", detect, kind::plain, "2024-04-03", ""},
             {"sept. 3 2024", detect, kind::plain, "2024-09-03", ""},
             {"2024-02-29", detect, kind::plain, "2024-02-29", ""},
             {"2000-02-29", detect, kind::plain, "2000-02-29", ""},
             {"1/1/70", day, kind::plain, "1970-01-01", ""},
             {"1/1/69", day, kind::plain, "2069-01-01", ""},
             {"9999-12-31", detect, kind::plain, "9999-12-31", ""},
             // with a time
             {"2024-04-03 14:30", detect, kind::plain, "2024-04-03 14:30:00", ""},
             {"2024-04-03T14:30:05", detect, kind::plain, "2024-04-03 14:30:05", ""},
             {"2024-04-03t14:30:05.25Z", detect, kind::plain, "2024-04-03 14:30:05.250000+00:00", ""},
             {"2024-04-03 14:30:05,123456789", detect, kind::plain, "2024-04-03 14:30:05.123456", ""},
             {"2024-04-03 14:30+0530", detect, kind::plain, "2024-04-03 14:30:00+05:30", ""},
             {"2024-04-03 14:30 -03", detect, kind::plain, "2024-04-03 14:30:00-03:00", ""},
             {"2024-04-03 14:30 UTC", detect, kind::plain, "2024-04-03 14:30:00+00:00", ""},
             {"4/13/2024 2:30 PM", detect, kind::plain, "2024-04-13 14:30:00", ""},
             {"4/13/2024 12:00 am", detect, kind::plain, "2024-04-13 00:00:00", ""},
             {"4/13/2024 12:00:01 p.m.", detect, kind::plain, "2024-04-13 12:00:01", ""},
             {"20240403 235959", detect, kind::unreadable, "", ""},
             // the day or the month
             {"03/04/2024", detect, kind::ambiguous, "2024-04-03", "2024-03-04"},
             {"03/04/2024 10:00", detect, kind::ambiguous, "2024-04-03 10:00:00", "2024-03-04 10:00:00"},
             {"03-04-24", detect, kind::ambiguous, "2024-04-03", "2024-03-04"},
             {"25-12-24", detect, kind::ambiguous, "2024-12-25", "2025-12-24"},
             {"03/04/2024", day, kind::plain, "2024-04-03", ""},
             {"03/04/2024", month, kind::plain, "2024-03-04", ""},
             {"03.04.2024", month, kind::plain, "2024-03-04", ""},
             {"03-04-24", year, kind::plain, "2003-04-24", ""},
             // no such day or time
             {"2024-02-30", detect, kind::out_of_range, "", ""},
             {"2023-02-29", detect, kind::out_of_range, "", ""},
             {"1900-02-29", detect, kind::out_of_range, "", ""},
             {"2024-13-01", detect, kind::out_of_range, "", ""},
             {"2024-00-10", detect, kind::out_of_range, "", ""},
             {"0000-01-01", detect, kind::out_of_range, "", ""},
             {"1900-01-00", detect, kind::out_of_range, "", ""},
             {"31/04/2024", detect, kind::out_of_range, "", ""},
             {"13/01/2024", month, kind::out_of_range, "", ""},
             {"31 Apr 2024", detect, kind::out_of_range, "", ""},
             {"2024-04-03 24:00", detect, kind::out_of_range, "", ""},
             {"2024-04-03 14:60", detect, kind::out_of_range, "", ""},
             {"2024-04-03 14:30:60", detect, kind::out_of_range, "", ""},
             {"2024-04-03 14:30 PM", detect, kind::out_of_range, "", ""},
             {"2024-04-03 0:30 AM", detect, kind::out_of_range, "", ""},
             {"99999999", detect, kind::out_of_range, "", ""},
             // no dates
             {"", detect, kind::unreadable, "", ""},
             {"today", detect, kind::unreadable, "", ""},
             {"2024", detect, kind::unreadable, "", ""},
             {"2024-04", detect, kind::unreadable, "", ""},
             {"1-Mar", detect, kind::unreadable, "", ""},
             {"Mar-01", detect, kind::unreadable, "", ""},
             {"45385", detect, kind::unreadable, "", ""},
             {"3/4", detect, kind::unreadable, "", ""},
             {"3/4-2024", detect, kind::unreadable, "", ""},
             {"3/4/024", detect, kind::unreadable, "", ""},
             {"3/4/20245", detect, kind::unreadable, "", ""},
             {"003/04/2024", detect, kind::unreadable, "", ""},
             {"2024-004-03", detect, kind::unreadable, "", ""},
             {"-2024-04-03", detect, kind::unreadable, "", ""},
             {"2024-04-03 ", detect, kind::unreadable, "", ""},
             {"2024-04-03 x", detect, kind::unreadable, "", ""},
             {"2024-04-03T", detect, kind::unreadable, "", ""},
             {"2024-04-0314:30", detect, kind::unreadable, "", ""},
             {"2024-04-03 14:3", detect, kind::unreadable, "", ""},
             {"2024-04-03 14:30:5", detect, kind::unreadable, "", ""},
             {"2024-04-03 14:30:05.", detect, kind::unreadable, "", ""},
             {"2024-04-03 14:30:05.1234567890", detect, kind::unreadable, "", ""},
             {"2024-04-03 14:30+5", detect, kind::unreadable, "", ""},
             {"2024-04-03 14:30+99:00", detect, kind::unreadable, "", ""},
             {"3 M\u00e4rz 2024", detect, kind::unreadable, "", ""},
             {"3 Marble 2024", detect, kind::unreadable, "", ""},
             {"\xff", detect, kind::unreadable, "", ""},
             {"=2024-04-03", detect, kind::unreadable, "", ""},
         }) {
        const time_reading read = read_time(each.text, each.order);
        EXPECT_EQ(read.is, each.is) << each.text;
        if (each.is == kind::plain || each.is == kind::ambiguous) {
            EXPECT_EQ(written(read.when), each.when) << each.text;
        }
        if (each.is == kind::ambiguous) {
            EXPECT_EQ(written(read.other), each.other) << each.text;
        }
    }
}

TEST(time, hostile) {
    for (const char c : {'1', '-', '.', '/', ' ', ':', 'T', 'a', '+'})
        EXPECT_EQ(read_time(std::string(100000, c), detect).is, kind::unreadable);
    EXPECT_EQ(read_time("2024-04-03" + std::string(100000, ' '), detect).is, kind::unreadable);
}

TEST(time, microseconds) {
    const auto of = [](std::string_view text) { return microseconds_of(read_time(text, detect).when); };
    EXPECT_EQ(of("1970-01-01"), 0);
    EXPECT_EQ(of("2000-03-01"), 951868800000000);
    EXPECT_EQ(of("1969-12-31 23:59:59.5"), -500000);
    EXPECT_EQ(of("2024-04-03 14:30:00+02:00"), of("2024-04-03 12:30:00Z"));
    EXPECT_EQ(of("2024-03-01") - of("2024-02-28"), 2 * 86400000000);
    EXPECT_EQ(of("0001-01-02") - of("0001-01-01"), 86400000000);
}

struct format_row {
    std::string_view format;
    std::string_view text;
    kind is;
    std::string_view when;
};

TEST(time_format, readings) {
    for (const format_row& each : std::initializer_list<format_row>{
             {"DD.MM.YYYY", "03.04.2024", kind::plain, "2024-04-03"},
             {"DD.MM.YYYY", "3.4.2024", kind::plain, "2024-04-03"},
             {"dd.mm.yyyy", "03.04.2024", kind::plain, "2024-04-03"},
             {"DD.MM.YYYY", "03.04.24", kind::unreadable, ""},
             {"DD.MM.YYYY", "2024-04-03", kind::unreadable, ""},
             {"DD.MM.YYYY", "003.04.2024", kind::unreadable, ""},
             {"DD.MM.YYYY", "03.04.2024 ", kind::unreadable, ""},
             {"DD.MM.YYYY", "30.02.2024", kind::out_of_range, ""},
             {"DD.MM.YYYY", "", kind::unreadable, ""},
             {"MM/DD/YY", "04/03/24", kind::plain, "2024-04-03"},
             {"YYYYMMDD", "20240403", kind::plain, "2024-04-03"},
             {"YYYYMMDD", "2024403", kind::unreadable, ""},
             {"DDMMYY", "030424", kind::plain, "2024-04-03"},
             {"YYYY-DD-MM", "2024-04-03", kind::plain, "2024-03-04"},
             {"DD Mon YYYY", "3 apr 2024", kind::plain, "2024-04-03"},
             {"Month DD, YYYY", "April 3, 2024", kind::plain, "2024-04-03"},
             {"DD/MM/YYYY HH24:MI", "03/04/2024 14:30", kind::plain, "2024-04-03 14:30:00"},
             {"DD/MM/YYYY HH12:MI:SS AM", "03/04/2024 02:30:05 PM", kind::plain, "2024-04-03 14:30:05"},
             {"YYYY-MM-DD HH24:MI:SS.US OF", "2024-04-03 14:30:05.25 +02:00", kind::plain,
              "2024-04-03 14:30:05.250000+02:00"},
             {"YYYY-MM-DD HH24:MI:SS.US OF", "2024-04-03 14:30:05.25 ", kind::unreadable, ""},
         }) {
        time_format format;
        ASSERT_EQ(format.compile(each.format), "") << each.format;
        const time_reading read = format.read(each.text);
        EXPECT_EQ(read.is, each.is) << each.format << " " << each.text;
        if (each.is == kind::plain) {
            EXPECT_EQ(written(read.when), each.when) << each.text;
        }
    }
}

TEST(time_format, refused) {
    for (const std::string_view text : {"DD.MM", "YYYY", "DD.MM.YYYY DD", "YYYY-YY-MM-DD", "DD.MM.YYYY Q",
                                        "DD.MM.YYYY 1", "DD.MM.YYYY \u00e9", "%Y-%m-%d"}) {
        time_format format;
        EXPECT_NE(format.compile(text), "") << text;
    }
    time_format format;
    EXPECT_NE(format.compile("DD.MM.YYYY" + std::string(60, ' ')), "");
}

TEST(evidence, of_dates) {
    const auto order_of = [](std::initializer_list<std::string_view> cells) {
        column_evidence evidence;
        for (const std::string_view cell : cells)
            evidence.add(cell);
        return evidence.order();
    };
    EXPECT_EQ(order_of({}), detect);
    EXPECT_EQ(order_of({"03/04/2024", "2024-12-31", "3.4.2024", "x"}), detect);
    EXPECT_EQ(order_of({"03/04/2024", "31/12/2024"}), day);
    EXPECT_EQ(order_of({"03/04/2024", " 12/31/2024 "}), month);
    EXPECT_EQ(order_of({"03-04-24", "99-12-31"}), year);
    EXPECT_EQ(order_of({"12/31/2024", "31/12/2024"}), detect);
}

} // namespace

} // namespace rowhouse::checks
