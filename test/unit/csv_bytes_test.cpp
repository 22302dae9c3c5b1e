// The byte-level part of the conformance list (C65 to C79, C85): encodings, marks, what is not CSV, limits.
#include "core/unicode.hpp"
#include "csv_reading.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowhouse::csv::testing {

namespace {

using namespace std::string_view_literals;

std::string utf16(std::u16string_view text, bool big_endian) {
    std::string out;
    for (const char16_t unit : text) {
        const char low = static_cast<char>(unit & 0xFF);
        const char high = static_cast<char>(unit >> 8);
        out.push_back(big_endian ? high : low);
        out.push_back(big_endian ? low : high);
    }
    return out;
}

const std::vector<row> unicode_rows = {{"é", "日本"}, {"x,y", "\U0001F600"}};
constexpr std::u16string_view unicode_text = u"a,b\né,日本\n\"x,y\",\U0001F600\n";

TEST(csv_bytes, C65_utf16_little_endian_with_mark) {
    const file_reading result = read_all(exact_buffer("\xFF\xFE" + utf16(unicode_text, false)).view());
    EXPECT_EQ(result.rows, unicode_rows);
    EXPECT_EQ(result.shape.encoding, "utf-16le");
    EXPECT_TRUE(result.shape.bom);
    ASSERT_NE(find_code(result, "encoding-detected"), nullptr);
    EXPECT_EQ(find_code(result, "encoding-detected")->severity, finding_severity::info);
    EXPECT_EQ(find_code(result, "bom"), nullptr);
}

TEST(csv_bytes, C66_utf16_big_endian_with_mark) {
    const file_reading result = read_all(exact_buffer("\xFE\xFF" + utf16(unicode_text, true)).view());
    EXPECT_EQ(result.rows, unicode_rows);
    EXPECT_EQ(result.shape.encoding, "utf-16be");
    EXPECT_NE(find_code(result, "encoding-detected"), nullptr);
}

TEST(csv_bytes, utf16_without_mark) {
    for (const bool big_endian : {false, true}) {
        const file_reading result = read_all(utf16(u"name,city\nAnn,Köln\nBob,東京\n", big_endian));
        EXPECT_EQ(result.rows, (std::vector<row>{{"Ann", "Köln"}, {"Bob", "東京"}}));
        EXPECT_EQ(result.shape.encoding, big_endian ? "utf-16be" : "utf-16le");
        EXPECT_LT(result.shape.encoding_confidence, 1);
    }
}

TEST(csv_bytes, utf16_damage_is_an_error_of_its_record) {
    std::string bytes = "\xFF\xFE" + utf16(u"a,b\n1,x", false) + std::string("\x00\xD8", 2) + utf16(u"y\n2,z\n", false);
    const file_reading result = read_all(bytes);
    EXPECT_EQ(result.rows, (std::vector<row>{{"1", "x\uFFFDy"}, {"2", "z"}}));
    EXPECT_EQ(result.rejected, (std::vector<bool>{true, false}));
    ASSERT_NE(find_code(result, "encoding-error"), nullptr);
    EXPECT_EQ(find_code(result, "encoding-error")->byte_offset, -1) << "not known for converted text";
}

TEST(csv_bytes, C67_windows_1252_is_guessed) {
    const file_reading result = read_all("a,b\n1,\xE9");
    EXPECT_EQ(result.rows, (std::vector<row>{{"1", "é"}}));
    EXPECT_EQ(result.shape.encoding, "windows-1252");
    EXPECT_LT(result.shape.encoding_confidence, 1);
    ASSERT_NE(find_code(result, "encoding-guessed"), nullptr);
    EXPECT_EQ(find_code(result, "encoding-guessed")->severity, finding_severity::warning);

    for (const std::string_view text :
         {"name,note\nJos\xE9,caf\xE9 cr\xE9\xE9\n", "name,price\nM\xFCller,5\x80\nGro\xDF,\xC4rger\n",
          "a,b\ndon\x92t,\x93so\x94\n"}) {
        EXPECT_EQ(read_all(text).shape.encoding, "windows-1252") << text;
    }
}

TEST(csv_bytes, C68_other_8_bit_encodings_are_ambiguous) {
    const std::string_view cp1251 = "\xE8\xEC\xFF,\xE3\xEE\xF0\xEE\xE4\n\xC8\xE2\xE0\xED,\xCC\xEE\xF1\xEA\xE2\xE0\n";
    for (const std::string_view text :
         {cp1251, "name,city\n\xC8\xE2\xE0\xED,\xCC\xEE\xF1\xEA\xE2\xE0\n"sv, "a,b\n\x83\x65\x83\x58\x83\x67,1\n"sv,
          "a,b\nz\xB3oty,\xBF\xF3\xB3ty pa\xB3ka\n"sv}) {
        const file_reading result = read_all(text);
        EXPECT_TRUE(result.failed);
        EXPECT_TRUE(result.rows.empty());
        ASSERT_NE(find_code(result, "encoding-ambiguous"), nullptr);
        EXPECT_EQ(find_code(result, "encoding-ambiguous")->severity, finding_severity::error);
    }
    read_options options;
    options.encoding = "windows-1251";
    const file_reading chosen = read_all(cp1251, options);
    EXPECT_EQ(chosen.header, (row{"имя", "город"}));
    EXPECT_EQ(chosen.rows, (std::vector<row>{{"Иван", "Москва"}}));
    EXPECT_EQ(chosen.shape.encoding_confidence, 1);
}

// The short way through common sequences stops where decoding one character after the other does.
TEST(csv_bytes, well_formed_prefix_is_what_decoding_finds) {
    const auto decoded_prefix = [](std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t start = at;
            bool well_formed = true;
            unicode::decode(text, at, &well_formed);
            if (!well_formed) return start;
        }
        return text.size();
    };
    constexpr std::string_view others = "\x00\x41\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xFF"sv;
    for (int first = 0x80; first < 0x100; ++first) {
        for (int second = 0; second < 0x100; ++second) {
            for (const char third : others) {
                for (const std::size_t before : {0U, 5U, 7U}) {
                    const std::string text = std::string(before, 'a') + static_cast<char>(first) +
                                             static_cast<char>(second) + third + "\xBF";
                    for (const std::string& each : {text, text + "\xC3\xA9 and more"}) {
                        const exact_buffer exact(each);
                        ASSERT_EQ(unicode::well_formed_prefix(exact.view()), decoded_prefix(each))
                            << first << ' ' << second;
                    }
                }
            }
        }
    }
}

TEST(csv_bytes, C69_to_C71_ill_formed_utf8) {
    struct {
        std::string_view text;
        std::int64_t byte_offset;
        std::string shown;
    } const cases[] = {
        {"a,b\n1,x\xC0\xAF\n", 7, "x\uFFFD\uFFFD"},
        {"a,b\n1,\xED\xA0\x80\n", 6, "\uFFFD\uFFFD\uFFFD"},
        {"a,b\n1,\xE6\x97", 6, "\uFFFD"},
        {"a,b\né,x\n1,\xE6", 11, "\uFFFD"},
        {"\xEF\xBB\xBF"
         "a,b\n1,\xE9\n",
         9, "\uFFFD"},
    };
    for (const auto& given : cases) {
        const exact_buffer bytes(given.text);
        const file_reading result = read_all(bytes.view());
        EXPECT_EQ(result.shape.encoding, "utf-8");
        ASSERT_FALSE(result.rows.empty());
        EXPECT_EQ(result.rows.back()[1], given.shown);
        EXPECT_TRUE(result.rejected.back());
        const finding* remark = find_code(result, "encoding-error");
        ASSERT_NE(remark, nullptr);
        EXPECT_EQ(remark->severity, finding_severity::error);
        EXPECT_EQ(remark->byte_offset, given.byte_offset);
        EXPECT_EQ(remark->column, 2);
    }
}

TEST(csv_bytes, C72_one_line_in_another_encoding) {
    const file_reading result = read_all("a,b\né,1\nx\xE9,2\n\"\"\"ü\xE9\",3\nß,4\n日,5\n");
    EXPECT_EQ(result.rows,
              (std::vector<row>{{"é", "1"}, {"x\uFFFD", "2"}, {"\"ü\uFFFD", "3"}, {"ß", "4"}, {"日", "5"}}));
    EXPECT_EQ(result.rejected, (std::vector<bool>{false, true, true, false, false}));
    EXPECT_FALSE(result.failed);
    EXPECT_EQ(find_code(result, "encoding-error")->line, 3);
    EXPECT_EQ(find_code(result, "encoding-error")->level, finding_level::row);
}

TEST(csv_bytes, C73_marks_in_the_data_are_kept) {
    const file_reading twice = read_all("\uFEFF\uFEFFa,b\n1,2\n");
    EXPECT_EQ(twice.header, (row{"\uFEFFa", "b"}));
    EXPECT_NE(find_code(twice, "bom"), nullptr);
    EXPECT_NE(find_code(twice, "bom-in-data"), nullptr);

    const file_reading joined = read_all("a,b\n1,2\n\uFEFFa,b\n3,4\n");
    EXPECT_EQ(joined.rows, (std::vector<row>{{"1", "2"}, {"\uFEFFa", "b"}, {"3", "4"}}));
    ASSERT_NE(find_code(joined, "bom-in-data"), nullptr);
    EXPECT_EQ(find_code(joined, "bom-in-data")->severity, finding_severity::warning);
    EXPECT_EQ(find_code(joined, "bom-in-data")->line, 3);
    EXPECT_EQ(find_code(joined, "bom-in-data")->byte_offset, 8);
    EXPECT_FALSE(joined.shape.bom);
}

TEST(csv_bytes, C74_not_csv) {
    for (const std::string_view bytes :
         {"\xFF\xFE\0\0a\0\0\0"sv, "\0\0\xFE\xFF\0\0\0a"sv, "PK\x03\x04\x14\0"sv, "\x1F\x8B\x08\0"sv, "%PDF-1.7\n"sv,
          "\xD0\xCF\x11\xE0\xA1\xB1"sv, "<!DOCTYPE html>\n"sv, "a\0\0\0,\0\0\0"sv}) {
        const file_reading result = read_all(bytes);
        EXPECT_TRUE(result.failed);
        ASSERT_EQ(result.findings.size(), 1U);
        EXPECT_EQ(short_form(result.findings[0]), "e:not-csv");
    }
}

TEST(csv_bytes, chosen_encoding) {
    read_options options;
    options.encoding = "Shift_JIS";
    EXPECT_EQ(read_all("a,b\n\x83\x65\x83\x58\x83\x67,1\n", options).rows, (std::vector<row>{{"テスト", "1"}}));
    options.encoding = "UTF-16LE";
    EXPECT_EQ(read_all("\xFF\xFE" + utf16(unicode_text, false), options).rows, unicode_rows);
    options.encoding = "utf-8";
    EXPECT_EQ(read_all("a,b\n1,\xE9\n", options).rejected, (std::vector<bool>{true}));
    options.encoding = "windows-1252";
    EXPECT_EQ(read_all("a,b\n1,\x81\n2,\xE9\n", options).rejected, (std::vector<bool>{true, false}));
    for (const char* name : {"no-such-encoding", "utf-16le//IGNORE"}) {
        options.encoding = name;
        const file_reading result = read_all("a,b\n1,2\n", options);
        EXPECT_TRUE(result.failed);
        EXPECT_NE(find_code(result, "encoding-error"), nullptr);
    }
}

TEST(csv_limits, C75_file_size) {
    read_options options;
    options.max_bytes = 10'000'000;
    std::string bytes = "a,b\n";
    bytes.resize(10'000'000, 'x');
    EXPECT_FALSE(read_all(bytes, options).failed);
    bytes.push_back('x');
    const file_reading result = read_all(bytes, options);
    EXPECT_TRUE(result.failed);
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(short_form(result.findings[0]), "e:file-too-large");
}

TEST(csv_limits, C76_rows) {
    read_options options;
    options.max_records = 5000;
    std::string bytes = "a,b\n";
    for (int i = 0; i < 5000; ++i)
        bytes += "1,2\n";
    EXPECT_EQ(find_code(read_all(bytes, options), "too-many-rows"), nullptr);
    bytes += "1,2\n";
    const file_reading result = read_all(bytes, options);
    EXPECT_EQ(result.rows.size(), 5000U);
    ASSERT_NE(find_code(result, "too-many-rows"), nullptr);
    EXPECT_EQ(find_code(result, "too-many-rows")->level, finding_level::file);
    EXPECT_EQ(find_code(result, "too-many-rows")->line, 5002);
}

TEST(csv_limits, C77_columns) {
    std::string header = "c0";
    for (int i = 1; i < 1600; ++i)
        header += ",c" + std::to_string(i);
    EXPECT_EQ(read_all(header + "\n").header.size(), 1600U);
    const file_reading result = read_all(header + ",one_more\n1,2\n");
    EXPECT_TRUE(result.failed);
    EXPECT_TRUE(result.rows.empty());
    EXPECT_NE(find_code(result, "too-many-columns"), nullptr);
}

TEST(csv_limits, C78_cell_and_record_size) {
    const std::string large(1 << 20, 'x');
    const auto reading_of = [](const std::string& line) { return read_all("a,b,c\n" + line + "\n1,2,3\n"); };

    EXPECT_TRUE(find_code(reading_of(large + ",2,3"), "cell-too-large") == nullptr);
    for (const std::string& cell : {large + "x", "\"" + large + "x\"", "\"" + large + "\"\"\""}) {
        const file_reading result = reading_of(cell + ",2,3");
        ASSERT_NE(find_code(result, "cell-too-large"), nullptr);
        EXPECT_EQ(find_code(result, "cell-too-large")->value.size(), 256U);
        EXPECT_EQ(result.rejected, (std::vector<bool>{true, false}));
    }
    const file_reading result = reading_of(large + "," + large + ",3");
    EXPECT_EQ(find_code(result, "cell-too-large"), nullptr);
    EXPECT_NE(find_code(result, "record-too-large"), nullptr);
    EXPECT_EQ(result.rejected, (std::vector<bool>{true, false}));
}

TEST(csv_delimiter, C85_decimal_commas) {
    EXPECT_EQ(read_all("betrag;name\n1.234,56;x\n").rows, (std::vector<row>{{"1.234,56", "x"}}));
    read_options options;
    options.header = false;
    EXPECT_EQ(read_all("1;2,50\n2;3,75\n", options).rows, (std::vector<row>{{"1", "2,50"}, {"2", "3,75"}}));
}

TEST(csv_delimiter, detected_and_chosen) {
    EXPECT_EQ(read_all("name\tnote\nA\tx, y\nB\tz, w\n").shape.delimiter, '\t');
    EXPECT_EQ(read_all("id,tags\n1,a;b\n2,c;d\n").shape.delimiter, ',');
    EXPECT_EQ(read_all("id,note\n1,\"a;b;c\"\n2,\"d;e\"\n").shape.delimiter, ',');
    const file_reading ambiguous = read_all("a;b|c\n1;2|3\n");
    EXPECT_TRUE(ambiguous.failed);
    EXPECT_NE(find_code(ambiguous, "delimiter-ambiguous"), nullptr);

    read_options options;
    options.delimiter = '|';
    EXPECT_EQ(read_all("a;b|c\n1;2|3\n", options).rows, (std::vector<row>{{"1;2", "3"}}));
    options.delimiter = ';';
    EXPECT_NE(find_code(read_all("a,b\n1,2\n", options), "single-column"), nullptr);
    for (const char wrong : {'"', '\n', '\r', '\0', '\xE9'}) {
        options.delimiter = wrong;
        EXPECT_TRUE(read_all("a,b\n1,2\n", options).failed);
    }
}

TEST(csv_delimiter, separator_line) {
    EXPECT_EQ(read_all("SEP=|\r\na|b\r\n1|2\r\n").rows, (std::vector<row>{{"1", "2"}}));
    EXPECT_EQ(read_all("sep=\t\na\tb\n1\t2\n").shape.delimiter, '\t');
    EXPECT_EQ(read_all("sep=x\n1\n").header, (row{"sep=x"}));
    read_options options;
    options.delimiter = ',';
    EXPECT_EQ(read_all("sep=;\na,b\n1,2\n", options).rows, (std::vector<row>{{"1", "2"}}));
}

} // namespace

} // namespace rowhouse::csv::testing
