#include "csv_reading.hpp"

#include "core/csv_writer.hpp"
#include "core/unicode.hpp"

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
    EXPECT_EQ(writer.line(), "\"'=1+1\",-Infinity,,\"\",\"a;'=1\"");
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

// Random cells, lines and files; the same again with the seed that was printed.
class random_csv {
public:
    random_csv() {
        const char* chosen = std::getenv("ROWHOUSE_TEST_SEED");
        seed_ = chosen != nullptr ? std::strtoul(chosen, nullptr, 10) : std::random_device{}();
        std::cout << "seed " << seed_ << " (ROWHOUSE_TEST_SEED repeats it)\n";
        random_.seed(static_cast<std::mt19937::result_type>(seed_));
    }

    unsigned long seed() const { return seed_; }
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

    // What readers stumble over, and any code point that a text can hold.
    std::string text() {
        static constexpr std::string_view pieces[] = {
            "\"",     "\"\"",   ",",      ";",      "\t",         "|",         "\n",     "\r",     "\r\n",
            " ",      "x",      "é",      "日本",   "'",          "\\",        "\\\"",   "=1",     "-5",
            "-",      "@a",     "+1-1",   "\x1A",   "\f",         "\v",        "\x01",   "\x7F",   "sep=;",
            "NULL",   "\\N",    "\\.",    "#",      "//",         ":",         "\u0085", "\u2028", "\u2029",
            "\u00A0", "\uFEFF", "\uFFFE", "\uFFFD", "\U0001F600", "\U0010FFFF"};
        std::string value;
        for (std::size_t count = below(6); count > 0; --count) {
            if (below(4) == 0)
                unicode::append_utf8(value, code_point());
            else
                value.append(pieces[below(std::size(pieces))]);
        }
        return value;
    }

private:
    char32_t code_point() {
        constexpr char32_t limits[] = {0x80, 0x800, 0x10000, 0x110000};
        const auto found = static_cast<char32_t>(1 + below(limits[below(4)] - 1));
        return found >= 0xD800 && found <= 0xDFFF ? U'?' : found;
    }

    unsigned long seed_ = 0;
    std::mt19937 random_;
};

// A column of words in apostrophes is not taken for one that is enclosed in them.
TEST(csv_writer, apostrophes_come_back) {
    std::string text;
    for (int i = 0; i < 5; ++i) {
        append_cell(text, i == 0 ? "a" : "'x'", false, ',', false);
        text += ',';
        append_cell(text, i == 0 ? "b" : "'y", false, ',', false);
        text += '\n';
    }
    const file_reading result = read_all(text);
    EXPECT_EQ(result.rows, (std::vector<row>(4, {"'x'", "'y"}))) << text;
}

// C84: whatever the cells hold, reading what was written gives them back, without a single warning: any delimiter that
// the reader takes, any line break or all of them in one file, with and without a mark at the start and a break at the
// end.
TEST(csv_writer, C84_round_trip) {
    random_csv random;
    constexpr std::string_view delimiters = ",;\t|,;\t|:^~!$&*./?@_ '`\\#%+-=<>()[]{}";
    constexpr std::string_view line_breaks[] = {"\n", "\r\n", "\r"};
    for (int round = 0; round < 6000; ++round) {
        const char delimiter = delimiters[random.below(delimiters.size())];
        const std::size_t line_break = random.below(4); // 3: mixed
        const std::size_t columns = 1 + random.below(5);
        const bool mark = random.below(4) == 0;
        std::vector<row> rows(1 + random.below(6));
        std::string text = mark ? "\uFEFF" : "";
        std::size_t last_break = 0;
        for (row& cells : rows) {
            bool any = false;
            for (std::size_t column = 0; column < columns; ++column) {
                // A row of nulls alone is a blank row; the last cell keeps it from being one.
                const bool null = random.below(6) == 0 && (any || column + 1 < columns);
                const std::string value = random.text();
                if (column > 0) text.push_back(delimiter);
                append_cell(text, value, null, delimiter, random.below(3) == 0);
                any = any || !null;
                cells.push_back(null ? "∅" : value);
            }
            const std::string_view chosen = line_breaks[line_break == 3 ? random.below(3) : line_break];
            text.append(chosen);
            last_break = chosen.size();
        }
        if (random.below(3) == 0) text.resize(text.size() - last_break);

        read_options options;
        options.delimiter = delimiter;
        options.encoding = "utf-8";
        options.header = false;
        options.strict = line_break != 3 && random.below(2) == 0;
        const exact_buffer bytes(text);
        const file_reading result = read_all(bytes.view(), options);
        ASSERT_EQ(result.rows, rows) << "seed " << random.seed() << ", round " << round << ":\n" << text;
        for (const finding& remark : result.findings) {
            const bool expected = remark.code == "nonrfc-line-breaks" || remark.code == "bom-in-data" ||
                                  remark.code == "single-column" || (remark.code == "bom" && mark) ||
                                  (remark.code == "mixed-line-breaks" && line_break == 3);
            EXPECT_TRUE(expected) << remark.code << ", seed " << random.seed() << ", round " << round << ":\n" << text;
        }
    }
}

// An export and an import: the reader sees the neutralised cells, and without the apostrophe at the start they are what
// was exported, unless the text had one of its own there or was neutralised inside.
TEST(csv_writer, sanitized_round_trip) {
    random_csv random;
    int restored = 0;
    for (int round = 0; round < 6000; ++round) {
        const char delimiter = ",;\t|"[random.below(4)];
        line_writer writer({.delimiter = delimiter, .null_text = "", .quote_all = random.below(2) == 0});
        row sent;
        for (std::size_t count = 1 + random.below(4); count > 0; --count) {
            sent.push_back(random.text());
            writer.add(sent.back(), cell_type::text);
        }
        read_options options;
        options.delimiter = delimiter;
        options.encoding = "utf-8";
        options.header = false;
        const file_reading result = read_all(writer.line(), options);
        ASSERT_EQ(result.rows.size(), 1U) << "seed " << random.seed() << ", round " << round;
        ASSERT_EQ(result.rows[0].size(), sent.size()) << "seed " << random.seed() << ", round " << round;
        for (std::size_t i = 0; i < sent.size(); ++i) {
            const std::string& cell = result.rows[0][i];
            ASSERT_EQ(cell, sanitize(sent[i])) << "seed " << random.seed() << ", round " << round;
            const bool apostrophe_of_its_own = sent[i].starts_with('\'');
            const bool neutralised_inside = cell != sent[i] && cell != "'" + sent[i];
            if (apostrophe_of_its_own || neutralised_inside) continue;
            EXPECT_EQ(unsanitize(cell), sent[i]) << "seed " << random.seed() << ", round " << round;
            ++restored;
        }
    }
    EXPECT_GT(restored, 5000);
}

// Random damage: nothing is read beyond the bytes, every record has the header's width, and reading it again says the
// same.
TEST(csv_writer, any_bytes_can_be_read) {
    random_csv random;
    constexpr std::string_view alphabet = "\"\"\"\",,,\n\n\r ;x1\xC3\xA9\xFF";
    for (int round = 0; round < 20'000; ++round) {
        std::string text = "a,b\n";
        for (std::size_t size = random.below(40); size > 0; --size)
            text.push_back(alphabet[random.below(alphabet.size())]);
        read_options options;
        options.delimiter = ',';
        options.encoding = "utf-8";
        options.strict = random.below(2) == 0;
        const exact_buffer bytes(text);
        const file_reading once = read_all(bytes.view(), options);
        const file_reading again = read_all(bytes.view(), options);
        EXPECT_EQ(once.rows, again.rows) << "seed " << random.seed() << ", round " << round;
        for (const row& cells : once.rows)
            EXPECT_EQ(cells.size(), 2U) << "seed " << random.seed() << ", round " << round;
    }
}

} // namespace

} // namespace rowhouse::csv::testing
