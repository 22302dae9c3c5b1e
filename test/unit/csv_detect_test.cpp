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

TEST(csv_detect, titles_are_counted) {
    EXPECT_EQ(read_all("Report\n\nof May\nid,name,city\n1,x,y\n").shape.preamble_rows, 2);
    EXPECT_EQ(read_all("id,name\n1,x\n").shape.preamble_rows, 0);
}

} // namespace

} // namespace rowhouse::csv::testing
