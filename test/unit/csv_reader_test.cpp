// Rules T1 to T5 beyond the conformance list, headers, positions.
#include "csv_reading.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace rowhouse::csv::testing {

namespace {

using namespace std::string_view_literals;

TEST(csv_quotes, an_unclosed_quote_costs_one_record) {
    std::string bytes = "a,b\n\"x,2\n";
    for (int i = 0; i < 3000; ++i)
        bytes += i % 3 == 0 ? "\"p, q\",3\n" : "y,\"z\"\n";
    const file_reading result = read_all(bytes);
    ASSERT_EQ(result.rows.size(), 3001U);
    EXPECT_EQ(result.rows[0], (row{"\"x", "2"}));
    EXPECT_TRUE(result.rejected[0]);
    for (std::size_t i = 1; i < result.rows.size(); ++i)
        ASSERT_FALSE(result.rejected[i]) << i;
    EXPECT_EQ(find_code(result, "unclosed-quote")->line, 2);
}

// The damaged record has the wrong number of cells as well, so only the lines it would swallow tell.
TEST(csv_quotes, an_unclosed_quote_in_a_short_record_costs_one_record) {
    std::string bytes = "a,b,c\n\"x,2\n\"y,2\n";
    for (int i = 0; i < 3000; ++i)
        bytes += "1,2,3\n";
    bytes += "he said \"so\",2,3\n1,2,3\n";
    const file_reading result = read_all(bytes);
    ASSERT_EQ(result.rows.size(), 3004U);
    EXPECT_TRUE(result.rejected[0]);
    EXPECT_TRUE(result.rejected[1]);
    EXPECT_FALSE(result.rejected[2]);
    EXPECT_EQ(result.rows[3002], (row{"he said \"so\"", "2", "3"}));
}

TEST(csv_quotes, undoubled_quotes_in_a_cell_of_several_lines) {
    const file_reading result = read_all("a,b\n\"He said\n\"hi\" to me\",2\n3,4\n");
    EXPECT_EQ(result.rows, (std::vector<row>{{"He said\n\"hi\" to me", "2"}, {"3", "4"}}));
    EXPECT_NE(find_code(result, "stray-quote"), nullptr);
    EXPECT_EQ(result.lines, (std::vector<std::int64_t>{2, 4}));
}

TEST(csv_quotes, later_quoted_cells_of_a_repaired_record_are_read_normally) {
    const file_reading result = read_all("a,b\n\"x\"y,\"l1\nl2\"\n3,4\n");
    EXPECT_EQ(result.rows, (std::vector<row>{{"\"x\"y", "l1\nl2"}, {"3", "4"}}));
    EXPECT_EQ(short_form(*find_code(result, "quote-repaired")), "w:quote-repaired");
}

TEST(csv_quotes, repaired_when_only_the_count_is_wrong) {
    EXPECT_EQ(read_all("a,b\n\"x\"y,\"z\"\n").rows, (std::vector<row>{{"\"x\"y", "z"}}));
    const file_reading merged = read_all("a,b\n\"x,2\n3,\"y\"\n");
    EXPECT_EQ(merged.rows, (std::vector<row>{{"\"x", "2"}, {"3", "y"}}));
    EXPECT_EQ(merged.rejected, (std::vector<bool>{true, false}));
}

// Nothing is wrong with these quotes, so they are not what is broken.
TEST(csv_quotes, sound_quotes_are_not_repaired) {
    const file_reading whole_line = read_all("a,b\n\"x,y\"\n");
    EXPECT_EQ(whole_line.rows, (std::vector<row>{{"x,y", "∅"}}));
    EXPECT_NE(find_code(whole_line, "missing-cell"), nullptr);
    const file_reading several_lines = read_all("a,b\n\"l1\nl2\"\n1,2\n");
    EXPECT_EQ(several_lines.rows, (std::vector<row>{{"l1\nl2", "∅"}, {"1", "2"}}));
}

TEST(csv_quotes, in_the_header) {
    const file_reading result = read_all("\"a,b\n1,2\n\"x\",3\n");
    EXPECT_EQ(result.header, (row{"\"a", "b"}));
    EXPECT_EQ(find_code(result, "unclosed-quote")->level, finding_level::header);
    EXPECT_EQ(result.rows, (std::vector<row>{{"1", "2"}, {"x", "3"}}));
}

TEST(csv_quotes, other_quote_or_none) {
    read_options options;
    options.quote = '\'';
    EXPECT_EQ(read_all("a,b\n'x,''y',\"2\"\n", options).rows, (std::vector<row>{{"x,'y", "\"2\""}}));
    options.quote = '\0';
    const file_reading result = read_all("a,b\n\"x\",\"\n", options);
    EXPECT_EQ(result.rows, (std::vector<row>{{"\"x\"", "\""}}));
    EXPECT_EQ(find_code(result, "stray-quote"), nullptr);
}

TEST(csv_quotes, hints) {
    EXPECT_NE(find_code(read_all("a,b\n\"x\\\"y\",2\n"), "stray-quote")->hint.find("backslash"), std::string::npos);
    EXPECT_NE(find_code(read_all("a,b\n'x,y',2\n'z,w',3\n"), "extra-cell")->hint.find("single quotes"),
              std::string::npos);
    EXPECT_EQ(find_code(read_all("a,b\n1,2\nx,y,2\n"), "extra-cell")->hint.find("single quotes"), std::string::npos);
}

TEST(csv_quotes, spaces_as_delimiter) {
    read_options options;
    options.delimiter = ' ';
    const file_reading result = read_all("a b\n\"x y\" 2\n3 \"z\"\n", options);
    EXPECT_EQ(result.rows, (std::vector<row>{{"x y", "2"}, {"3", "z"}}));
    EXPECT_TRUE(std::none_of(result.rejected.begin(), result.rejected.end(), [](bool rejected) { return rejected; }));
}

TEST(csv_quotes, spaces_behind_the_closing_quote) {
    const file_reading result = read_all("a,b\n\"x\"  ,\"y\" \n\"z\",\"w\"   ");
    EXPECT_EQ(result.rows, (std::vector<row>{{"x", "y"}, {"z", "w"}}));
    EXPECT_NE(find_code(result, "space-after-quote"), nullptr);
}

TEST(csv_header, absent) {
    read_options options;
    options.header = false;
    const file_reading result = read_all("1,2\n3,4\n", options);
    EXPECT_EQ(result.rows, (std::vector<row>{{"1", "2"}, {"3", "4"}}));
    EXPECT_FALSE(result.shape.header);
    EXPECT_EQ(result.shape.header_line, 0);
    EXPECT_EQ(find_code(read_all("1,2\n", options), "no-data-rows"), nullptr);
    EXPECT_EQ(read_all("Title\na,b\n1,2\n", options).rows.size(), 3U);
}

TEST(csv_header, labels) {
    const file_reading result = read_all("a, ,a,=1+1\n1,2,3,4\n");
    EXPECT_EQ(find_code(result, "blank-label")->column, 2);
    EXPECT_EQ(find_code(result, "duplicate-label")->column, 3);
    EXPECT_EQ(find_code(result, "duplicate-label")->related, "1");
    EXPECT_EQ(find_code(result, "label-formula")->column, 4);
    const file_reading blank = read_all("\"\",\" \"\n1,2\n");
    EXPECT_EQ(short_form(*find_code(blank, "blank-header")), "e:blank-header");
}

TEST(csv_header, titles_above_it) {
    const file_reading result = read_all("Report of May\n\n,,\nid,name,city\n1,x,y\n2,z,w\n");
    EXPECT_EQ(result.header, (row{"id", "name", "city"}));
    EXPECT_EQ(result.shape.header_line, 4);
    EXPECT_EQ(find_code(result, "preamble-row")->value, "Report of May");
    EXPECT_EQ(result.rows.size(), 2U);
    EXPECT_EQ(read_all("Report,,\nid,name,city\n1,x,y\n").header, (row{"id", "name", "city"}));
    EXPECT_EQ(read_all("a\n1,2\n3,4\n").header, (row{"a"})) << "numbers are no labels";
    EXPECT_EQ(read_all("a,\n1,2\n").header, (row{"a", ""}));
}

TEST(csv_header, blank_columns_at_the_end) {
    const file_reading unused = read_all("a,b,,\n1,2,,\n3,4\n5,6,,,\n");
    EXPECT_EQ(unused.header, (row{"a", "b"}));
    EXPECT_EQ(unused.rows, (std::vector<row>{{"1", "2"}, {"3", "4"}, {"5", "6"}}));
    const file_reading used = read_all("a,b,,\n1,2,x,\n3,4,,\n");
    EXPECT_EQ(used.header, (row{"a", "b", ""}));
    EXPECT_EQ(used.rows[0], (row{"1", "2", "x"}));
}

TEST(csv_rows, short_rows_can_be_padded) {
    read_options options;
    options.pad_short_rows = true;
    const file_reading result = read_all("a,b,c\n1,2\n", options);
    EXPECT_EQ(result.rows, (std::vector<row>{{"1", "2", "∅"}}));
    EXPECT_EQ(short_form(*find_code(result, "missing-cell")), "w:missing-cell");
    EXPECT_FALSE(result.rejected[0]);
}

TEST(csv_rows, extra_cells_are_in_the_finding) {
    const file_reading result = read_all("a,b,c\n1,2,3,4,\"5,6\"\n");
    const finding* remark = find_code(result, "extra-cell");
    ASSERT_NE(remark, nullptr);
    EXPECT_EQ(remark->value, "4,\"5,6\"");
    EXPECT_EQ(remark->column, 4);
    EXPECT_EQ(remark->record, 1);
    EXPECT_EQ(remark->line, 2);
    EXPECT_EQ(remark->byte_offset, 12);
}

TEST(csv_rows, values_in_findings_are_cut_between_characters) {
    std::string long_cell;
    for (int i = 0; i < 300; ++i)
        long_cell += "é";
    const file_reading result = read_all("a,b\n1,2," + long_cell + "\n");
    const finding* remark = find_code(result, "extra-cell");
    ASSERT_NE(remark, nullptr);
    EXPECT_EQ(remark->value, long_cell.substr(0, 512));
}

TEST(csv_rows, physical_lines) {
    const file_reading result = read_all("a,b\r\n\r\n\"l1\r\nl2\rl3\nl4\",2\r\n\r\n3,4\r\n");
    EXPECT_EQ(result.lines, (std::vector<std::int64_t>{3, 8}));
}

TEST(csv_rows, many_blank_rows_do_not_make_many_findings) {
    const file_reading result = read_all("a,b\n1,2\n" + std::string(100'000, '\n'));
    EXPECT_LT(result.findings.size(), 1100U);
    EXPECT_EQ(result.findings[result.findings.size() - 2].message, "99000 more blank rows were skipped");
}

TEST(csv_rows, line_breaks) {
    EXPECT_EQ(read_all("a\r\n1\r\n").shape.line_break, "\r\n");
    EXPECT_EQ(read_all("a\r1\r").shape.line_break, "\r");
    EXPECT_EQ(read_all("a\n1\r\n").shape.line_break, "mixed");
    EXPECT_EQ(find_code(read_all("a,b\r\n1,2\r\n"), "nonrfc-line-breaks"), nullptr);
    EXPECT_NE(find_code(read_all("a,b\n1,2\n"), "nonrfc-line-breaks"), nullptr);
}

TEST(csv_rows, blank_files) {
    for (const std::string_view text : {"\n\n"sv, "  \r\n"sv, "\xEF\xBB\xBF"sv, "\x1A"sv, ",,\n,,\n"sv}) {
        const file_reading result = read_all(text);
        EXPECT_TRUE(result.failed);
        EXPECT_NE(find_code(result, "empty-file"), nullptr);
    }
    EXPECT_EQ(find_code(read_all("a,b\n\n"), "no-data-rows")->level, finding_level::file);
}

} // namespace

} // namespace rowhouse::csv::testing
