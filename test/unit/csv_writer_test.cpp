#include "csv_reading.hpp"

#include "core/csv_writer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace rowhouse::csv::testing {

namespace {

std::string written(std::string_view text, char delimiter = ',', bool always = false) {
    std::string out;
    append_cell(out, text, false, delimiter, always);
    return out;
}

TEST(csv_writer, quotes_what_a_reader_could_split) {
    EXPECT_EQ(written("plain"), "plain");
    EXPECT_EQ(written("two words"), "two words");
    EXPECT_EQ(written(""), "\"\"");
    EXPECT_EQ(written("a,b"), "\"a,b\"");
    EXPECT_EQ(written("a;b"), "\"a;b\"");
    EXPECT_EQ(written("a:b", ':'), "\"a:b\"");
    EXPECT_EQ(written("say \"x\""), "\"say \"\"x\"\"\"");
    EXPECT_EQ(written("l1\nl2"), "\"l1\nl2\"");
    EXPECT_EQ(written(" x"), "\" x\"");
    EXPECT_EQ(written("x "), "\"x \"");
    EXPECT_EQ(written("#note"), "\"#note\"");
    EXPECT_EQ(written("\\."), "\"\\.\"");
    EXPECT_EQ(written("sep=;"), "\"sep=;\"");
    EXPECT_EQ(written("\""), "\"\"\"\"");
    EXPECT_EQ(written("\"\"x"), "\"\"\"\"\"x\"");
    EXPECT_EQ(written("plain", ',', true), "\"plain\"");
    std::string out;
    append_cell(out, "ignored", true, ',', true);
    EXPECT_EQ(out, "");
}

TEST(csv_writer, lines) {
    line_writer writer({});
    writer.add("=1+1", cell_type::text);
    writer.add_plain("-Infinity");
    writer.add_null();
    writer.add("", cell_type::text);
    writer.add("a;=1", cell_type::header);
    EXPECT_EQ(writer.line(), "'=1+1,-Infinity,,\"\",\"a;'=1\"");
    writer.clear();
    writer.add_null();
    writer.add_null();
    EXPECT_EQ(writer.line(), ",");
}

TEST(csv_writer, a_null_text_is_told_from_the_text) {
    line_writer writer({.delimiter = ';', .null_text = "NULL", .quote_all = false});
    writer.add("NULL", cell_type::text);
    writer.add_null();
    writer.add("null", cell_type::text);
    EXPECT_EQ(writer.line(), "\"NULL\";NULL;null");
    line_writer quoting({.delimiter = ',', .null_text = "", .quote_all = true});
    quoting.add("x", cell_type::text);
    quoting.add_null();
    quoting.add("", cell_type::text);
    EXPECT_EQ(quoting.line(), "\"x\",,\"\"");
}

// C84: whatever the cells hold, reading what was written gives them back, without a single warning.
TEST(csv_writer, C84_round_trip) {
    const char* chosen = std::getenv("ROWHOUSE_TEST_SEED");
    const unsigned long seed = chosen != nullptr ? std::strtoul(chosen, nullptr, 10) : std::random_device{}();
    std::cout << "seed " << seed << " (ROWHOUSE_TEST_SEED repeats it)\n";
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
    const std::string_view pieces[] = {"\"", "\"\"",   ",",    ";",    "\t",         "|",      "\n",   "\r",   "\r\n",
                                       " ",  "x",      "é",    "日本", "\U0001F600", "'",      "\\",   "\\\"", "=1+1",
                                       "-5", "\uFEFF", "\x1A", "\f",   "sep=;",      "\u2028", "NULL", "#"};
    for (int round = 0; round < 3000; ++round) {
        const char delimiter = ",;\t|"[below(4)];
        const std::string line_break = below(2) == 0 ? "\n" : "\r\n";
        const std::size_t columns = 1 + below(5);
        std::vector<row> rows(1 + below(6));
        std::string text;
        for (row& cells : rows) {
            bool any = false;
            for (std::size_t column = 0; column < columns; ++column) {
                // A row of nulls alone is a blank row; the last cell keeps it from being one.
                const bool null = below(6) == 0 && (any || column + 1 < columns);
                std::string value;
                for (std::size_t count = below(6); count > 0; --count)
                    value.append(pieces[below(std::size(pieces))]);
                if (column > 0) text.push_back(delimiter);
                append_cell(text, value, null, delimiter, below(3) == 0);
                any = any || !null;
                cells.push_back(null ? "∅" : value);
            }
            text.append(line_break);
        }
        if (below(3) == 0) text.resize(text.size() - line_break.size());

        read_options options;
        options.delimiter = delimiter;
        options.encoding = "utf-8";
        options.header = false;
        options.strict = below(2) == 0;
        const exact_buffer bytes(text);
        const file_reading result = read_all(bytes.view(), options);
        ASSERT_EQ(result.rows, rows) << "seed " << seed << ", round " << round << ":\n" << text;
        for (const finding& remark : result.findings) {
            const bool expected =
                remark.code == "nonrfc-line-breaks" || remark.code == "bom-in-data" || remark.code == "single-column";
            EXPECT_TRUE(expected) << remark.code << ", seed " << seed << ", round " << round << ":\n" << text;
        }
    }
}

// Random damage: nothing is read beyond the bytes, every record has the header's width, and reading it again says the
// same.
TEST(csv_writer, any_bytes_can_be_read) {
    const char* chosen = std::getenv("ROWHOUSE_TEST_SEED");
    const unsigned long seed = chosen != nullptr ? std::strtoul(chosen, nullptr, 10) : std::random_device{}();
    std::cout << "seed " << seed << "\n";
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    constexpr std::string_view alphabet = "\"\"\"\",,,\n\n\r ;x1\xC3\xA9\xFF";
    for (int round = 0; round < 20'000; ++round) {
        std::string text = "a,b\n";
        for (std::size_t size = random() % 40; size > 0; --size)
            text.push_back(alphabet[random() % alphabet.size()]);
        read_options options;
        options.delimiter = ',';
        options.encoding = "utf-8";
        options.strict = random() % 2 == 0;
        const exact_buffer bytes(text);
        const file_reading once = read_all(bytes.view(), options);
        const file_reading again = read_all(bytes.view(), options);
        EXPECT_EQ(once.rows, again.rows) << "seed " << seed << ", round " << round;
        for (const row& cells : once.rows)
            EXPECT_EQ(cells.size(), 2U) << "seed " << seed << ", round " << round;
    }
}

} // namespace

} // namespace rowhouse::csv::testing
