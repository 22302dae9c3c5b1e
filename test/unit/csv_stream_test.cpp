// The same records, findings and positions wherever a file comes from and however it is cut.
#include "core/csv_convert.hpp"
#include "core/csv_encoding.hpp"
#include "core/csv_survey.hpp"
#include "csv_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <tuple>

namespace rowhouse::csv::testing {

namespace {

using namespace std::string_view_literals;

// A source that never gives bytes from both sides of a cut at once, nor more than `most`.
source cut_source(std::string_view bytes, std::size_t cut, std::size_t most = 1 << 20) {
    return {static_cast<std::int64_t>(bytes.size()), [=](std::int64_t offset, char* to, std::size_t room) {
                const auto at = static_cast<std::size_t>(offset);
                const std::size_t end = at < cut ? std::min(cut, bytes.size()) : bytes.size();
                return bytes.copy(to, std::min({room, most, end - at}), at);
            }};
}

// Everything a reader gives, in one text that can be compared.
std::string told(reader& from) {
    std::string out;
    const auto tell = [&](const finding& remark) {
        out += "  " + short_form(remark) + ' ' + std::to_string(remark.record) + ' ' + std::to_string(remark.line) +
               ' ' + std::to_string(remark.byte_offset) + ' ' + std::to_string(remark.column) + ' ' + remark.value +
               '|' + remark.message + '|' + remark.hint + '\n';
    };
    record current;
    while (from.next(current)) {
        out += std::to_string(current.number) + ' ' + std::to_string(current.line) + ' ' +
               std::to_string(current.byte_offset) + (current.rejected ? " rejected" : "");
        for (const cell& each : current.cells)
            out += each.null ? " ∅" : " [" + std::string(each.text) + "]";
        out += '\n';
        for (const finding& remark : current.findings)
            tell(remark);
    }
    for (const finding& remark : from.file_findings())
        tell(remark);
    const format& shape = from.file_format();
    out += shape.encoding + ' ' + std::to_string(shape.encoding_confidence) + ' ' + shape.delimiter + ' ' +
           std::to_string(shape.delimiter_confidence) + ' ' + shape.line_break + ' ' +
           std::to_string(shape.header_line) + (from.failed() ? " failed" : "");
    return out;
}

std::string told(std::string_view bytes, const read_options& options = {}) {
    reader from(bytes, options);
    return told(from);
}

std::string told(source bytes, const read_options& options = {}) {
    reader from(std::move(bytes), options);
    return told(from);
}

class csv_stream_test : public ::testing::TestWithParam<csv_case> {};

TEST_P(csv_stream_test, cut_at_every_byte) {
    const std::string_view bytes = GetParam().input;
    for (const bool strict : {false, true}) {
        read_options options;
        options.strict = strict;
        const std::string whole = told(bytes, options);
        EXPECT_EQ(told(cut_source(bytes, 0, 1), options), whole);
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
            ASSERT_EQ(told(cut_source(bytes, cut), options), whole) << "cut at " << cut;
    }
}

// Rows of plain cells, of so many bytes in all.
std::string filler(std::size_t size, std::size_t columns) {
    const std::string other_cells = [&] {
        std::string cells;
        for (std::size_t i = 1; i < columns; ++i)
            cells += ",f";
        return cells + '\n';
    }();
    std::string rows;
    while (rows.size() < size) {
        const std::size_t left = size - rows.size();
        const std::size_t row = left < 200 ? left : 100;
        rows += std::string(row - other_cells.size(), 'x') + other_cells;
    }
    return rows;
}

// A block begins at every byte of the case in turn; windows of two blocks read what one large window does.
TEST_P(csv_stream_test, block_begins_at_every_byte) {
    const std::string_view bytes = GetParam().input;
    const file_reading alone = read_all(bytes);
    const bool whole_lines = bytes.ends_with('\n') || bytes.ends_with('\r');
    if (alone.rows.empty() || alone.shape.delimiter != ',' || !whole_lines) return;
    const std::size_t columns = alone.rows.front().size();
    reader first_record(bytes, {});
    record current;
    while (first_record.next(current) && current.number == 0) {
    }
    const auto body_at = static_cast<std::size_t>(current.byte_offset) - (alone.shape.bom ? 3 : 0);
    const std::string_view body = bytes.substr(body_at + (alone.shape.bom ? 3 : 0));

    constexpr std::size_t block = 4096;
    read_options small_blocks;
    small_blocks.max_record_bytes = block;
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
        std::string file(bytes.substr(0, bytes.size() - body.size()));
        file += filler(2 * block - body_at - cut, columns);
        file += body;
        file += filler(3 * block, columns);
        const std::string in_blocks = told(file, small_blocks);
        ASSERT_EQ(in_blocks, told(file)) << "block begins at " << cut;
        ASSERT_EQ(told(cut_source(file, 2 * block), small_blocks), in_blocks) << "block begins at " << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(C, csv_stream_test, ::testing::ValuesIn(csv_cases),
                         [](const ::testing::TestParamInfo<csv_case>& given) { return std::string(given.param.id); });

// A record that no window can hold, whatever it is made of, costs an error and one line.
TEST(csv_stream, records_larger_than_a_window) {
    constexpr std::size_t block = 4096;
    read_options options;
    options.max_record_bytes = block;
    options.max_cell_bytes = 0;
    options.encoding = "utf-8";
    for (const std::string_view unit :
         {"x"sv, ",x"sv, "\"x\","sv, "x\""sv, "\"\""sv, ","sv, "é"sv, "\xFF"sv, " "sv, "\"a\nb\","sv}) {
        for (std::size_t size = 2 * block - 20; size < 2 * block + 20; ++size) {
            for (const std::string_view line_end : {"\n"sv, "\r\n"sv}) {
                std::string large;
                while (large.size() < size)
                    large += unit;
                const std::string file = "a,b\n1,2\n" + large + std::string(line_end) + "3,4\n" + filler(4 * block, 2);
                const std::string whole = told(file, options);
                ASSERT_EQ(told(cut_source(file, size, 1000), options), whole) << unit << ' ' << size;
                // What is blank and fits into the window is a blank row.
                if (unit != " " && unit != ",") {
                    EXPECT_NE(whole.find("record-too-large"), std::string::npos) << unit << ' ' << size;
                }
                EXPECT_NE(whole.find("[3] [4]"), std::string::npos) << unit << ' ' << size;
            }
        }
    }
}

TEST(csv_stream, other_encodings) {
    std::string rows = "name,city\n";
    for (int i = 0; i < 9000; ++i)
        rows += std::string(static_cast<std::size_t>(i % 7), 'x') + "M\xFCller,\"K\xF6ln\n\"\n";
    const std::string whole = told(rows);
    EXPECT_NE(whole.find("Müller"), std::string::npos);
    EXPECT_EQ(told(cut_source(rows, 7, 4099)), whole);

    std::string wide = "\xFF\xFE";
    for (const char c : rows) {
        wide.push_back(c);
        wide.push_back('\0');
    }
    wide += "\x3D\xD8"sv; // half of a pair
    EXPECT_EQ(told(cut_source(wide, 5, 4099)), told(wide));

    read_options options;
    options.encoding = "Shift_JIS";
    std::string japanese = "a,b\n";
    for (int i = 0; i < 40'000; ++i)
        japanese += std::string(static_cast<std::size_t>(i % 3), 'x') + "\x83\x65\x83\x58\x83\x67,1\n";
    EXPECT_EQ(told(japanese, options).find("\uFFFD"), std::string::npos);
    EXPECT_EQ(told(cut_source(japanese, 11, 777), options), told(japanese, options));
}

TEST(csv_stream, facts_about_a_text_cut_at_every_byte) {
    for (const std::string_view text :
         {"a,b\n1,2"sv, "é日\U0001F600"sv, "a\uFEFFb\uFEFF"sv, "x\xF0\x9F\x98"sv, "x\xF0\x9F\x41\x98"sv, "\xC0\xAF"sv,
          "\xED\xA0\x80"sv, "a\0b\x1A\x1A"sv, "\x1A\x1A"sv, "a\x1A\n\x1A"sv, " \t\n \t\x1A"sv, "a\t \n\n"sv,
          "\xEF\xBB"sv, "\xEF\xBB\xBF\xEF\xBB\xBF"sv, "\xE9t\xE9\n\xC3\xA9\n\xFF"sv, "M\xFCller \xE8\xEC\xFF\n"sv}) {
        const auto facts = [](std::initializer_list<std::string_view> pieces) {
            text_survey survey;
            other_encoding_survey other;
            for (const std::string_view piece : pieces) {
                survey.add(piece);
                other.add(piece);
            }
            survey.finish();
            other.finish();
            return std::tuple(survey.sample, survey.size, survey.control_bytes, survey.ill_formed_at, survey.mark_at,
                              survey.has_nul, survey.has_text, survey.end_of_text(','), survey.end_of_text('\t'),
                              survey.end_of_text(' '), other.is_damaged_utf8(),
                              std::to_string(other.windows_1252_confidence()));
        };
        for (std::size_t first = 0; first <= text.size(); ++first) {
            for (std::size_t second = first; second <= text.size(); ++second) {
                EXPECT_EQ(facts({text.substr(0, first), text.substr(first, second - first), text.substr(second)}),
                          facts({text}))
                    << text << ' ' << first << ' ' << second;
            }
        }
    }
}

TEST(csv_stream, an_error_of_the_source_comes_through) {
    const source broken{100, [](std::int64_t, char*, std::size_t) -> std::size_t { throw std::runtime_error("gone"); }};
    EXPECT_THROW(reader(broken, {}), std::runtime_error);
}

} // namespace

} // namespace rowhouse::csv::testing
