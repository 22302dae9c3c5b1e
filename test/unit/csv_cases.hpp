// The conformance list: what each small file reads as, tolerant and strict. docs/csv.md explains the rules behind it.
#pragma once

#include "csv_reading.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::csv::testing {

using namespace std::string_view_literals;

struct csv_case {
    const char* id;
    std::string_view input;
    row header; // compared unless empty
    std::vector<row> rows;
    std::vector<std::string> codes; // tolerant; i:nonrfc-line-breaks is compared only where it is listed
    std::string strict_error; // the code that strict reading makes an error; empty: strict reading accepts the file
};

inline void PrintTo(const csv_case& given, std::ostream* out) {
    *out << given.id;
}

// clang-format off
inline const csv_case csv_cases[] = {
    {"C01", "a,b,c\r\n1,2,3\r\n"sv, {}, {{"1", "2", "3"}}, {}, ""},
    {"C02", "a,b,c\n1,2,3\n"sv, {}, {{"1", "2", "3"}}, {"i:nonrfc-line-breaks"}, ""},
    {"C03", "a,b,c\n1,2,3"sv, {}, {{"1", "2", "3"}}, {}, ""},
    {"C04", "a,b,c\r1,2,3\r"sv, {}, {{"1", "2", "3"}}, {"i:nonrfc-line-breaks"}, ""},
    {"C05", "a,b\r\n1,2\n3,4\r\n"sv, {}, {{"1", "2"}, {"3", "4"}}, {"w:mixed-line-breaks"}, "mixed-line-breaks"},
    {"C06", "a,b\n\"x,y\",2\n"sv, {}, {{"x,y", "2"}}, {}, ""},
    {"C07", "a,b\n\"l1\nl2\",2\n"sv, {}, {{"l1\nl2", "2"}}, {}, ""},
    {"C08", "a,b\r\n\"l1\r\nl2\",2\r\n"sv, {}, {{"l1\r\nl2", "2"}}, {}, ""},
    {"C09", "a,b\n\"l1\r\nl2\",2\n"sv, {}, {{"l1\r\nl2", "2"}}, {}, ""},
    {"C10", "a,b\n\"x\"\"y\",2\n"sv, {}, {{"x\"y", "2"}}, {}, ""},
    {"C11", "a,b\n\"\"\"x\"\"\",2\n"sv, {}, {{"\"x\"", "2"}}, {}, ""},
    {"C12", "a\n\"\"\"\"\n"sv, {}, {{"\""}}, {}, ""},
    {"C13", "a,b\n\"\",2\n"sv, {}, {{"", "2"}}, {}, ""},
    {"C14", "a,b\n,2\n"sv, {}, {{"∅", "2"}}, {}, ""},
    {"C15", "a,b,c\n,,\n"sv, {}, {}, {"w:blank-row"}, ""},
    {"C16", "a,b\n1,2\n\n3,4\n"sv, {}, {{"1", "2"}, {"3", "4"}}, {"i:blank-row"}, "blank-row"},
    {"C17", "a,b\n1,2\n  \n3,4\n"sv, {}, {{"1", "2"}, {"3", "4"}}, {"i:blank-row"}, "blank-row"},
    {"C18", "a\nx\n\n\"\"\ny\n"sv, {}, {{"x"}, {""}, {"y"}}, {"i:blank-row"}, ""},
    {"C19", "a,b\n1,2\n\n\n"sv, {}, {{"1", "2"}}, {"i:blank-row", "i:blank-row"}, ""},
    {"C20", "\n\na,b\n1,2\n"sv, {"a", "b"}, {{"1", "2"}}, {"i:blank-row", "i:blank-row"}, "blank-row"},
    {"C21", "a,b,c\n1,2\n"sv, {}, {{"1", "2", "∅"}}, {"e:missing-cell"}, "missing-cell"},
    {"C22", "a,b,c\n1,2,3,4\n"sv, {}, {{"1", "2", "3"}}, {"e:extra-cell"}, "extra-cell"},
    {"C23", "a,b,c\n1,2,3,\n"sv, {}, {{"1", "2", "3"}}, {"i:trailing-delimiter"}, "extra-cell"},
    {"C24", "a,b,c,\n1,2,3,\n"sv, {}, {{"1", "2", "3"}}, {"i:trailing-delimiter"}, ""},
    {"C25", "a,b\n x ,2\n"sv, {}, {{" x ", "2"}}, {}, ""},
    {"C26", "a,b\n \"x\",2\n"sv, {}, {{" \"x\"", "2"}}, {"w:stray-quote"}, "stray-quote"},
    {"C27", "a,b\n\"x\" ,2\n"sv, {}, {{"x", "2"}}, {"w:space-after-quote"}, "stray-quote"},
    {"C28", "a,b\nx\"y\"z,2\n"sv, {}, {{"x\"y\"z", "2"}}, {"w:stray-quote"}, "stray-quote"},
    {"C29", "a,b\n\"x\"y,2\n"sv, {}, {{"\"x\"y", "2"}}, {"w:quote-repaired"}, "stray-quote"},
    {"C30", "a,b\n\"x\" \"y\",2\n"sv, {}, {{"x\" \"y", "2"}}, {"w:stray-quote"}, "stray-quote"},
    {"C31", "a,b\n\"x\"y\"z\",2\n"sv, {}, {{"x\"y\"z", "2"}}, {"w:stray-quote"}, "stray-quote"},
    {"C32", "a,b\n\"x,2\n3,4\n"sv, {}, {{"\"x", "2"}, {"3", "4"}}, {"e:unclosed-quote"}, "unclosed-quote"},
    {"C33", "a,b\nx,\"2"sv, {}, {{"x", "\"2"}}, {"e:unclosed-quote"}, "unclosed-quote"},
    {"C34", "a,b\nx,2\"\n"sv, {}, {{"x", "2\""}}, {"w:stray-quote"}, "stray-quote"},
    {"C35", "a,b\n\"x\\\"y\",2\n"sv, {}, {{"x\\\"y", "2"}}, {"w:stray-quote"}, "stray-quote"},
    {"C36", "a,b\n'x,y',2\n"sv, {}, {{"'x", "y'"}}, {"e:extra-cell"}, "extra-cell"},
    {"C37", "\357\273\277a,b\n1,2\n"sv, {}, {{"1", "2"}}, {"i:bom"}, ""},
    {"C38", "\357\273\277\"a\",b\n1,2\n"sv, {}, {{"1", "2"}}, {"i:bom"}, ""},
    {"C39", "a;b\n1,5;2\n"sv, {}, {{"1,5", "2"}}, {"i:delimiter-detected"}, ""},
    {"C40", "sep=;\na;b\n1;2\n"sv, {"a", "b"}, {{"1", "2"}}, {"i:sep-hint"}, "sep-hint"},
    {"C41", "a\tb\n1\t2\n"sv, {}, {{"1", "2"}}, {"i:delimiter-detected"}, ""},
    {"C42", "a|b\n1|2\n"sv, {}, {{"1", "2"}}, {"i:delimiter-detected"}, ""},
    {"C43", "a,a\n1,2\n"sv, {"a", "a"}, {{"1", "2"}}, {"w:duplicate-label"}, ""},
    {"C44", "a,,c\n1,2,3\n"sv, {"a", "", "c"}, {{"1", "2", "3"}}, {"w:blank-label"}, ""},
    {"C45", "\"a\nx\",b\n1,2\n"sv, {"a\nx", "b"}, {{"1", "2"}}, {}, ""},
    {"C46", "a,b\n1,\\.\n"sv, {}, {{"1", "\\."}}, {}, ""},
    {"C47", "a\n1\n\\.\n2\n"sv, {}, {{"1"}, {"\\."}, {"2"}}, {}, ""},
    {"C48", "a,b\n\\N,NULL\n"sv, {}, {{"\\N", "NULL"}}, {}, ""},
    {"C49", "a,b\né,日本\n"sv, {}, {{"é", "日本"}}, {}, ""},
    {"C50", "a,b\n1,x\000y\n"sv, {}, {{"1", "∅"}}, {"e:nul-byte"}, "nul-byte"},
    {"C51", "# note\na,b\n1,2\n"sv, {"a", "b"}, {{"1", "2"}}, {"w:preamble-row"}, "missing-cell"},
    {"C52", "a,b\n\"1\",\"2\"\n"sv, {}, {{"1", "2"}}, {}, ""},
    {"C53", "a,b\n1,2\032"sv, {}, {{"1", "2"}}, {"i:trailing-control"}, ""},
    {"C54", "a\n1\n2\n"sv, {}, {{"1"}, {"2"}}, {}, ""},
    {"C55", "a,b\n\"x\n\",2\n"sv, {}, {{"x\n", "2"}}, {}, ""},
    {"C56", ""sv, {}, {}, {"e:empty-file"}, "empty-file"},
    {"C57", "a,b,c"sv, {"a", "b", "c"}, {}, {"e:no-data-rows"}, ""},
    {"C58", "a,b\n1\342\200\2502,3\n"sv, {}, {{"1\342\200\2502", "3"}}, {}, ""},
    {"C59", "a,b\n1,2\n\014"sv, {}, {{"1", "2"}}, {"i:blank-row"}, "missing-cell"},
    {"C60", "datecol,textcol\n1/1/19,\"text\"\n1/6/19,\"text, with comma\"\n1/9/19,'text'\n"sv, {"datecol", "textcol"}, {{"1/1/19", "text"}, {"1/6/19", "text, with comma"}, {"1/9/19", "'text'"}}, {}, ""},
    {"C61", "a,b\n007,+15551234567\n"sv, {}, {{"007", "+15551234567"}}, {}, ""},
    {"C62", "a,b\n1,\"\"x\"\"\n"sv, {}, {{"1", "\"\"x\"\""}}, {"w:quote-repaired"}, "stray-quote"},
    {"C63", "a,b\n\"a\"\"\",2\n"sv, {}, {{"a\"", "2"}}, {}, ""},
    {"C64", "a,b\n\"\"\"a,2\n"sv, {}, {{"\"\"\"a", "2"}}, {"e:unclosed-quote"}, "unclosed-quote"},
};
// clang-format on

} // namespace rowhouse::csv::testing
