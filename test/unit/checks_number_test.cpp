#include "core/checks_evidence.hpp"
#include "core/checks_number.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowhouse::checks {

namespace {

using kind = number_reading::kind;
constexpr auto detect = number_locale::detect;
constexpr auto point = number_locale::point;
constexpr auto comma = number_locale::comma;

struct row {
    std::string_view text;
    number_locale locale;
    bool whole;
    kind is;
    std::string_view normal;
};

TEST(number, readings) {
    for (const row& each : std::initializer_list<row>{
             {"0", detect, true, kind::plain, "0"},
             {"-0", detect, true, kind::plain, "0"},
             {"5", detect, false, kind::plain, "5"},
             {"+5", detect, true, kind::plain, "5"},
             {"-5", detect, true, kind::plain, "-5"},
             {"\u22125", detect, true, kind::plain, "-5"},
             {"007", detect, true, kind::plain, "7"},
             {"000", detect, true, kind::plain, "0"},
             {"-000.50", detect, false, kind::plain, "-0.50"},
             {"12.5", detect, false, kind::plain, "12.5"},
             {"12,5", detect, false, kind::plain, "12.5"},
             {".5", detect, false, kind::plain, "0.5"},
             {"5.", detect, false, kind::plain, "5"},
             {"1.234,56", detect, false, kind::plain, "1234.56"},
             {"1,234.56", detect, false, kind::plain, "1234.56"},
             {"-1.234.567,8", detect, false, kind::plain, "-1234567.8"},
             {"1 234,5", detect, false, kind::plain, "1234.5"},
             {"1\u00a0234,5", detect, false, kind::plain, "1234.5"},
             {"1\u202f234,5", detect, false, kind::plain, "1234.5"},
             {"1'234.50", detect, false, kind::plain, "1234.50"},
             {"1\u2019234.50", detect, false, kind::plain, "1234.50"},
             {"12,34,567", detect, false, kind::plain, "1234567"},
             {"12,34,567.8", detect, false, kind::plain, "1234567.8"},
             {"1,234,567", detect, true, kind::plain, "1234567"},
             {"0.123", detect, false, kind::plain, "0.123"},
             {"0,123", detect, false, kind::plain, "0.123"},
             {"1234.567", detect, false, kind::plain, "1234.567"},
             {"1e5", detect, false, kind::plain, "1e5"},
             {"1.5E-3", detect, false, kind::plain, "1.5e-3"},
             {"1,5E+3", detect, false, kind::plain, "1.5e3"},
             {"12.00", detect, true, kind::plain, "12"},
             {"12,0", detect, true, kind::plain, "12"},
             {"\uff11\uff12\uff0e\uff15", detect, false, kind::plain, "12.5"},
             {"\u0661\u0662\u066b\u0665", detect, false, kind::plain, "12.5"},
             {"\u0661\u066c\u0662\u0663\u0664", detect, false, kind::plain, "1234"},
             // nothing tells what the sign is
             {"1,234", detect, false, kind::ambiguous, "1234"},
             {"1.234", detect, false, kind::ambiguous, "1.234"},
             {"1.234", detect, true, kind::ambiguous, "1234"},
             {"-12.345", detect, false, kind::ambiguous, "-12.345"},
             // a locale tells
             {"1,234", point, false, kind::plain, "1234"},
             {"1.234", point, false, kind::plain, "1.234"},
             {"1,234", comma, false, kind::plain, "1.234"},
             {"1.234", comma, false, kind::plain, "1234"},
             {"1.234", comma, true, kind::plain, "1234"},
             {"1.000", point, true, kind::plain, "1"},
             // and is contradicted
             {"12,5", point, false, kind::clash, "12.5"},
             {"12.5", comma, false, kind::clash, "12.5"},
             {"1.234,56", point, false, kind::clash, "1234.56"},
             {"1,234.56", comma, false, kind::clash, "1234.56"},
             {"1.234.567", point, false, kind::clash, "1234567"},
             // no numbers
             {"", detect, false, kind::not_a_number, ""},
             {"-", detect, false, kind::not_a_number, ""},
             {"+", detect, false, kind::not_a_number, ""},
             {".", detect, false, kind::not_a_number, ""},
             {",", detect, false, kind::not_a_number, ""},
             {"--5", detect, false, kind::not_a_number, ""},
             {"5-", detect, false, kind::not_a_number, ""},
             {"1.2.3", detect, false, kind::not_a_number, ""},
             {"1,23,45", detect, false, kind::not_a_number, ""},
             {"1234,567,890", detect, false, kind::not_a_number, ""},
             {"1,234.567,8", detect, false, kind::not_a_number, ""},
             {"1 23", detect, false, kind::not_a_number, ""},
             {"1 234'567", detect, false, kind::not_a_number, ""},
             {"1..2", detect, false, kind::not_a_number, ""},
             {"e5", detect, false, kind::not_a_number, ""},
             {"1e", detect, false, kind::not_a_number, ""},
             {"1e5.5", detect, false, kind::not_a_number, ""},
             {"1e1000", detect, false, kind::not_a_number, ""},
             {"0x10", detect, false, kind::not_a_number, ""},
             {"NaN", detect, false, kind::not_a_number, ""},
             {"Infinity", detect, false, kind::not_a_number, ""},
             {"\u20ac5", detect, false, kind::not_a_number, ""},
             {"5%", detect, false, kind::not_a_number, ""},
             {"5 kg", detect, false, kind::not_a_number, ""},
             {"=1+1", detect, false, kind::not_a_number, ""},
             {"12.5", detect, true, kind::not_a_number, ""},
             {"1e5", detect, true, kind::not_a_number, ""},
             {"\xff", detect, false, kind::not_a_number, ""},
             {"\u0967", detect, false, kind::not_a_number, ""}, // Devanagari: not folded
             {"\u00bd", detect, false, kind::not_a_number, ""},
         }) {
        std::string buffer;
        const number_reading read = read_number(each.text, each.locale, each.whole, buffer);
        EXPECT_EQ(read.is, each.is) << each.text << " " << static_cast<int>(each.locale) << each.whole;
        EXPECT_EQ(read.normal, each.normal) << each.text << " " << static_cast<int>(each.locale) << each.whole;
    }
}

TEST(number, hostile) {
    std::string buffer;
    EXPECT_EQ(read_number(std::string(1000, '9'), detect, true, buffer).is, kind::plain);
    EXPECT_EQ(read_number(std::string(1001, '9'), detect, true, buffer).is, kind::not_a_number);
    for (const char c : {',', '.', ' ', '\'', '-', 'e', '0'})
        read_number(std::string(1000, c), detect, false, buffer);
    std::string groups = "1";
    while (groups.size() < 990)
        groups += ",000";
    EXPECT_EQ(read_number(groups, detect, true, buffer).is, kind::plain);
}

TEST(number, compared) {
    // In rising order; those of one line are equal.
    const std::vector<std::vector<std::string_view>> order = {{"-1e30"},
                                                              {"-1234.5", "-1234.50"},
                                                              {"-1234"},
                                                              {"-1.5", "-15e-1"},
                                                              {"-0.05"},
                                                              {"0", "-0", "0.00", "0e9"},
                                                              {"1e-30"},
                                                              {"0.049"},
                                                              {"0.05", "5e-2"},
                                                              {"0.5"},
                                                              {"1", "1.0", "10e-1"},
                                                              {"9.99"},
                                                              {"10", "1e1"},
                                                              {"99999999999999999998"},
                                                              {"99999999999999999999"},
                                                              {"1e20"}};
    for (std::size_t i = 0; i < order.size(); i++)
        for (std::size_t j = 0; j < order.size(); j++)
            for (const std::string_view a : order[i])
                for (const std::string_view b : order[j])
                    EXPECT_EQ(compare_numbers(a, b), i < j ? -1 : i > j ? 1 : 0) << a << " " << b;
}

TEST(boolean, words) {
    for (const std::string_view text :
         {"true", "TRUE", "t", "Yes", "y", "ON", "1", "ja", "WAHR", "VRAI", "oui", "Vero", "s\u00ed", "S\u00cd", "sim"})
        EXPECT_EQ(read_boolean(text), "true") << text;
    for (const std::string_view text : {"false", "FALSE", "f", "No", "n", "off", "0", "nein", "FALSCH", "FAUX", "FALSO",
                                        "n\u00e3o", "N\u00c3O", "ONWAAR"})
        EXPECT_EQ(read_boolean(text), "false") << text;
    for (const std::string_view text : {"", "2", "yess", "maybe", "-", "01", "x", "\uff11", "truetruetruetrue", "\xff"})
        EXPECT_FALSE(read_boolean(text).has_value()) << text;
}

column_evidence evidence_of(std::initializer_list<std::string_view> cells) {
    column_evidence evidence;
    for (const std::string_view cell : cells)
        evidence.add(cell);
    return evidence;
}

TEST(evidence, of_numbers) {
    EXPECT_EQ(evidence_of({}).locale(), detect);
    EXPECT_EQ(evidence_of({"1,234", "5", "1.234", "x", ""}).locale(), detect);
    EXPECT_EQ(evidence_of({"1,234", " 1,5 "}).locale(), comma);
    EXPECT_EQ(evidence_of({"1,234", "1.5"}).locale(), point);
    EXPECT_EQ(evidence_of({"1,234,567"}).locale(), point) << "signs between groups tell as well";
    EXPECT_EQ(evidence_of({"1.234.567"}).locale(), comma);
    EXPECT_EQ(evidence_of({"1.5", "1,5"}).locale(), detect) << "as much of the one as of the other";
    column_evidence mostly;
    for (int i = 0; i < 10; i++)
        mostly.add("1.5");
    mostly.add("1,5");
    EXPECT_EQ(mostly.locale(), point);
}

TEST(evidence, of_averages) {
    column_evidence seen(true);
    EXPECT_EQ(seen.numbers(), 0);
    EXPECT_EQ(seen.standard_deviation(), 0);
    for (const std::string_view cell : {"2", "4", "4", "4", "5", "5", "7", "9", "", "x", "2026-01-31"})
        seen.add(cell);
    EXPECT_EQ(seen.numbers(), 8);
    EXPECT_DOUBLE_EQ(seen.average(), 5);
    EXPECT_NEAR(seen.standard_deviation(), 2.1380899, 1e-6);
    column_evidence far(true);
    for (const std::string_view cell : {"1000000000000004", "1000000000000007", "1000000000000013", "1000000000000016"})
        far.add(cell);
    EXPECT_NEAR(far.standard_deviation(), 5.4772256, 1e-6) << "the digits that all share must not swallow it";
}

} // namespace

} // namespace rowhouse::checks
