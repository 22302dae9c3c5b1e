#include "core/checks.hpp"
#include "core/sanitize.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace rowhouse::checks {

namespace {

using namespace std::string_view_literals;

TEST(hidden_characters, found) {
    EXPECT_FALSE(find_hidden_characters("plain text, tab\tand\r\nlines").control);
    EXPECT_FALSE(find_hidden_characters("été 日本 \u00a0\u3000").invisible);
    for (const std::string_view text : {"a\x01"sv, "\x1b[0m"sv, "a\x7f"sv, "\xc2\x85"sv, "\0"sv, "\x0b"sv}) {
        EXPECT_TRUE(find_hidden_characters(text).control) << text;
        EXPECT_FALSE(find_hidden_characters(text).invisible) << text;
    }
    for (const std::string_view text :
         {"a\u200bb", "\u202eabc", "\ufeffx", "x\u00ad", "\u2060", "\U000e0041", "\u200d"}) {
        EXPECT_TRUE(find_hidden_characters(text).invisible) << text;
        EXPECT_FALSE(find_hidden_characters(text).control) << text;
    }
    EXPECT_FALSE(find_hidden_characters("\u0600\u06dd").invisible) << "the Arabic number signs can be seen";
}

TEST(text, trimmed) {
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("  \t\r\n"), "");
    EXPECT_EQ(trimmed(" a b "), "a b");
    EXPECT_EQ(trimmed("\u00a0\u3000é\u2003"), "é");
    EXPECT_EQ(trimmed("\u200ba"), "\u200ba") << "no space, an invisible character";
    EXPECT_EQ(trimmed("a\xc2"), "a\xc2") << "not well-formed";
    EXPECT_EQ(trimmed("\xa0"), "\xa0");
}

TEST(text, characters) {
    EXPECT_EQ(count_characters(""), 0U);
    EXPECT_EQ(count_characters("aé日😀"), 4U);
}

std::string folded(std::string_view text) {
    std::string out;
    append_folded(out, text);
    return out;
}

TEST(text, folded) {
    EXPECT_EQ(folded("In Progress"), "inprogress");
    EXPECT_EQ(folded("ÉCOLE Ñ ÿŸ Ž Ł İ"), "écoleñÿÿžłİ");
    EXPECT_EQ(folded("ΑΩ ЖЁЇ"), "αωжёї");
    EXPECT_EQ(folded("×÷ß"), "×÷ß");
}

// What the short way lets pass must be what the long way has nothing to say about. The seed is fixed: a failure shows
// the text.
TEST(text, plain_cells_need_nothing) {
    std::mt19937 random(20240403);
    const std::vector<std::string_view> pieces = {
        "a",      "Z",      "5",      " ",      "  ",         ",",      ";",      "|",      "\t",     "\n",
        "\r",     "=",      "+",      "-",      "@",          "%",      "'",      "\"",     "(",      ")",
        "!",      ".",      "é",      "Ж",      "日",         "\u037e", "\u00a0", "\u3000", "\u200b", "\ufeff",
        "\u202e", "\uff1d", "\ufe66", "\u207c", "\u2212",     "\x01",   "\x7f",   "\u0085", "\v",     "cmd",
        "SUM(",   "1+1",    "\xff",   "\xc3",   "\U0001f600", "\u00ad", "\u0600"};
    int plain = 0;
    for (int i = 0; i < 300000; i++) {
        std::string text;
        for (std::size_t n = 1 + random() % (i % 10 == 0 ? 40 : 5); n > 0; n--)
            text += pieces[random() % pieces.size()];
        const cell_scan scan = scan_cell(text);
        const csv::cell_class found = csv::classify(text);
        const bool flagged = found == csv::cell_class::danger || found == csv::cell_class::split;
        ASSERT_TRUE(scan.formula || !flagged) << text;
        ASSERT_TRUE(scan.formula || csv::unsanitize(text) == text) << text;
        ASSERT_TRUE(scan.trim || trimmed(text) == text) << text;
        const hidden_characters hidden = find_hidden_characters(text);
        ASSERT_TRUE(scan.hidden || (!hidden.control && !hidden.invisible)) << text;
        if (!is_plain(text)) continue;
        plain++;
        ASSERT_FALSE(scan.formula || scan.trim || scan.hidden || !scan.ascii) << text;
        ASSERT_EQ(found, csv::cell_class::safe) << text;
    }
    EXPECT_GT(plain, 1000);
}

// Every length around the width of the vectors, with the one byte that counts at every place.
TEST(text, plain_at_every_length) {
    for (std::size_t size = 1; size <= 70; size++) {
        std::string text(size, 'a');
        EXPECT_TRUE(is_plain(text)) << size;
        for (std::size_t at = 0; at < size; at++)
            for (const char bad : {',', ';', '|', '\n', '\x01', '\x7f', '\x80', '\xff'}) {
                text[at] = bad;
                EXPECT_FALSE(is_plain(text)) << size << " " << at;
                text[at] = 'a';
            }
    }
}

} // namespace

} // namespace rowhouse::checks
