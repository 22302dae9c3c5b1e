// How sure the reader is of what it found out, and what the caller says instead.
#include "csv_reading.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rowhouse::csv::testing {

namespace {

using namespace std::string_view_literals;

TEST(csv_detect, header_line_is_chosen) {
    constexpr std::string_view file = "sep=;\nTitle, \"of\"\n\nx;y\na;b\n1;2\n";
    EXPECT_EQ(read_all(file).header, (row{"x", "y"}));
    read_options options;
    options.header_line = 5;
    const file_reading fifth = read_all(file, options);
    EXPECT_EQ(fifth.header, (row{"a", "b"}));
    EXPECT_EQ(fifth.rows, (std::vector<row>{{"1", "2"}}));
    EXPECT_EQ(fifth.shape.header_line, 5);
    EXPECT_EQ(fifth.shape.preamble_rows, 3) << "the line that names the delimiter is none";
    EXPECT_EQ(find_code(fifth, "preamble-row")->value, "Title, \"of\"");
    EXPECT_EQ(find_code(fifth, "preamble-row")->line, 2);
    EXPECT_EQ(fifth.lines, (std::vector<std::int64_t>{6}));

    options.header_line = 1;
    EXPECT_EQ(read_all("sep=;\na\n", options).header, (row{"sep="})) << "data like any other";
    EXPECT_EQ(read_all("Title\na,b\n1,2\n", options).header, (row{"Title"})) << "no titles are looked for";
    options.header_line = 7;
    const file_reading beyond = read_all(file, options);
    EXPECT_TRUE(beyond.failed);
    EXPECT_NE(find_code(beyond, "empty-file"), nullptr);

    options.header_line = 2;
    options.header = false;
    EXPECT_EQ(read_all("Title\n1,2\n3,4\n", options).rows, (std::vector<row>{{"1", "2"}, {"3", "4"}}));
}

TEST(csv_detect, confidence_in_the_header) {
    EXPECT_GT(read_all("id,name\n1,x\n2,y\n").shape.header_confidence, 0.9);
    const double words = read_all("name,city\nAnn,Rome\nBob,Oslo\n").shape.header_confidence;
    EXPECT_GT(words, 0.5);
    EXPECT_LT(words, 0.9);
    EXPECT_LT(read_all("1,2\n3,4\n").shape.header_confidence, 0.5);
    EXPECT_LT(read_all("x,x\n3,4\n").shape.header_confidence, 0.5);
    read_options options;
    options.header = false;
    EXPECT_EQ(read_all("1,2\n3,4\n", options).shape.header_confidence, 1);
}

TEST(csv_detect, confidence_in_the_quote) {
    EXPECT_EQ(read_all("a,b\n\"1\",2\n").shape.quote_confidence, 1);
    EXPECT_GT(read_all("a,b\n1,2\n").shape.quote_confidence, 0.8);
    EXPECT_LT(read_all("a,b\n'x,y',2\n'z,w',3\n").shape.quote_confidence, 0.5);
    EXPECT_LT(read_all("a,b\nx\"y,2\nz\"w,2\n\"q\",3\n").shape.quote_confidence, 0.7);
    read_options options;
    options.quote = '\'';
    EXPECT_EQ(read_all("a,b\n'x,y',2\n", options).shape.quote_confidence, 1);
}

TEST(csv_detect, a_first_row_of_values_is_a_doubtful_header) {
    EXPECT_LT(read_all("1,Ann\n2,Bob\n").shape.header_confidence, 0.5);
    EXPECT_LT(read_all("ann@example.com,Ann\nbob@example.com,Bob\n").shape.header_confidence, 0.5);
    EXPECT_LT(read_all("Ann,2024-05-01\nBob,2024-05-02\n").shape.header_confidence, 0.5);
    EXPECT_GT(read_all("mail,name\nann@example.com,Ann\nbob@example.com,Bob\n").shape.header_confidence, 0.9);
}

TEST(csv_detect, single_quotes) {
    const file_reading commas = read_all("a,b\n'x,y',2\n'z''s,w',3\n'l1\nl2',4\n");
    EXPECT_EQ(commas.shape.quote, '\'');
    EXPECT_GT(commas.shape.quote_confidence, 0.9);
    EXPECT_EQ(commas.rows, (std::vector<row>{{"x,y", "2"}, {"z's,w", "3"}, {"l1\nl2", "4"}}));
    EXPECT_EQ(find_code(commas, "quote-detected")->value, "'");

    const file_reading column = read_all("id;'name'\n1;'Ann, B'\n2;'Bob, C'\n3;''\n");
    EXPECT_EQ(column.shape.delimiter, ';');
    EXPECT_EQ(column.header, (row{"id", "name"}));
    EXPECT_EQ(column.rows, (std::vector<row>{{"1", "Ann, B"}, {"2", "Bob, C"}, {"3", ""}}));
    EXPECT_EQ(read_all("a\n'x'\n'y'\n'z'\n").shape.quote, '\'');
    EXPECT_EQ(read_all("a,b\n'x',O'Neil\n'y',2\n'z',3\n").shape.quote, '\'') << "inside of a bare cell it is text";
}

TEST(csv_detect, single_quotes_are_text_where_it_is_not_clear) {
    for (const std::string_view file :
         {"a,b\n'x,y',2\n'z,w',3\n"sv,                      // two are not enough
          "a,b\n'x',1\n'y',2\n'z',\"3\"\n"sv,               // the usual quote encloses a cell
          "a,b\n'x',1\n'y',2\n'z',3\nw,4\n"sv,              // not the whole column, and nothing else speaks for it
          "a,b\n'x',1\n'y',2\n'z',3\n'tis,4\n"sv,           // one that is never closed
          "a,b\n'=1+1,2\n'=1+2,3\n'=1+3,4\n'=1+4,5\n"sv}) { // what sanitising puts
        SCOPED_TRACE(file);
        const file_reading result = read_all(file);
        EXPECT_EQ(result.shape.quote, '"');
        EXPECT_EQ(find_code(result, "quote-detected"), nullptr);
    }
    constexpr std::string_view clear = "a\n'x'\n'y'\n'z'\n";
    read_options options;
    options.quote = '"';
    EXPECT_EQ(read_all(clear, options).rows[0], row{"'x'"});
    options = {};
    options.strict = true;
    EXPECT_EQ(read_all(clear, options).rows[0], row{"'x'"}) << "RFC 4180 knows one quote";
}

TEST(csv_detect, line_break_is_chosen) {
    constexpr std::string_view file = "a,b\r\n1,x\ny\r\n\"l1\nl2\",z\rw\r\n";
    read_options options;
    options.line_break = "\r\n";
    const file_reading both = read_all(file, options);
    EXPECT_EQ(both.header, (row{"a", "b"}));
    EXPECT_EQ(both.rows, (std::vector<row>{{"1", "x\ny"}, {"l1\nl2", "z\rw"}}));
    EXPECT_EQ(both.lines, (std::vector<std::int64_t>{2, 3})) << "what ends no line is not counted";
    EXPECT_EQ(both.shape.line_break, "\r\n");
    EXPECT_TRUE(both.findings.empty());

    options.line_break = "\n";
    const file_reading feeds = read_all("a,b\n1,x\ry\n\r,2\n", options);
    EXPECT_EQ(feeds.rows, (std::vector<row>{{"1", "x\ry"}, {"\r", "2"}}));
    options.line_break = "\r";
    const file_reading returns = read_all("a,b\r1,x\ny\r\"q\n\",2", options);
    EXPECT_EQ(returns.rows, (std::vector<row>{{"1", "x\ny"}, {"q\n", "2"}}));
    EXPECT_EQ(read_all("Title\r\rid,b,c\r1,x,y\r", options).shape.preamble_rows, 1);
    options.header_line = 2;
    EXPECT_EQ(read_all("x\ny\rid,b\r1,2\r", options).header, (row{"id", "b"}));
}

TEST(csv_detect, titles_are_counted) {
    EXPECT_EQ(read_all("Report\n\nof May\nid,name,city\n1,x,y\n").shape.preamble_rows, 2);
    EXPECT_EQ(read_all("id,name\n1,x\n").shape.preamble_rows, 0);
}

} // namespace

} // namespace rowhouse::csv::testing
