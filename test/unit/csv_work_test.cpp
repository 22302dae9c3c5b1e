// Files made to be slow: the parser counts the bytes it looks at, and no file makes it look at one more than a few
// times.
#include "core/csv_cursor.hpp"
#include "csv_reading.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace rowhouse::csv::testing {

namespace {

using namespace std::string_view_literals;

// How often each byte is looked at, at most. Files without doubtful quotes have 1 to 2.
constexpr double most_looks = 24;

double looks_per_byte(const std::string& bytes, std::int64_t columns, std::int64_t most_record_bytes) {
    const byte_source upload{std::string_view(bytes)};
    decoded text;
    decode(upload, {}, text);
    text_cursor place(upload, text, most_record_bytes);
    place.use({',', '"'});
    place.parser.expect(columns, columns > 0 ? 0 : 1600);
    raw_record record;
    while (place.parser.parse(place.at, record))
        place.pass(record);
    return static_cast<double>(place.parser.examined()) / static_cast<double>(bytes.size());
}

void expect_linear(const std::string& what, const std::string& bytes) {
    for (const std::int64_t columns : {0, 1, 2, 3}) {
        for (const std::int64_t most_record_bytes : {0, 1 << 12, 1 << 21})
            EXPECT_LT(looks_per_byte(bytes, columns, most_record_bytes), most_looks)
                << what << ", " << columns << " columns, records of " << most_record_bytes;
    }
}

std::string repeated(std::string_view unit, std::size_t size) {
    std::string out;
    out.reserve(size + unit.size());
    while (out.size() < size)
        out.append(unit);
    return out;
}

std::string shown(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : std::string(1, c);
    return out;
}

TEST(csv_work, sound_files) {
    EXPECT_LT(looks_per_byte(repeated("abc,def,ghi\n", 1'000'000), 3, 1 << 21), 1.01);
    EXPECT_LT(looks_per_byte(repeated("\"a,b\",\"d\"\"e\nf\",ghi\n", 1'000'000), 3, 1 << 21), 1.01);
}

TEST(csv_work, C79_a_million_quotes) {
    for (const std::size_t count : {1'000'000U, 1'000'001U}) {
        const std::string quotes(count, '"');
        expect_linear("alone", quotes);
        expect_linear("in a cell", "a,b\n" + quotes + ",2\n3,4\n");
        expect_linear("unquoted", "a,b\nx" + quotes + ",2\n3,4\n");
    }
}

TEST(csv_work, a_million_columns) {
    for (const std::string_view unit : {","sv, "x,"sv, "\"x\","sv, "\"x,"sv, "\"x\"y,"sv, "\"\n\","sv})
        expect_linear(shown(unit), repeated(unit, unit.size() * 1'000'000));
}

TEST(csv_work, a_cell_of_100_megabytes) {
    const std::string cell(100'000'000, 'x');
    for (const std::string& bytes :
         {"a,b\n" + cell + ",2\n3,4\n", "a,b\n\"" + cell + "\",2\n3,4\n", "a,b\n\"" + cell}) {
        reader source(bytes, {});
        record current;
        std::int64_t records = 0;
        while (source.next(current))
            ++records;
        EXPECT_GE(records, 2);
        EXPECT_LT(looks_per_byte(bytes, 2, 1 << 21), most_looks);
        EXPECT_LT(looks_per_byte(bytes, 2, 0), most_looks);
    }
}

TEST(csv_work, hostile_quotes) {
    constexpr std::size_t size = 60'000;
    for (const std::string_view unit :
         {"\"x,2\n"sv,    "\"x\n"sv,           "\"\"x,2\n"sv, "\"x\"y,"sv,    "\"x,"sv,   "x,\""sv,
          "\"x\"y,2\n"sv, "\"x,\"y\n"sv,       "\"\"\"\","sv, "\" "sv,        "\"a\" "sv, "\"\n"sv,
          "\"\"\n"sv,     "\"\"\"\n"sv,        "\",\n"sv,     "\",\""sv,      "x\",\n"sv, "\"\",\"\n"sv,
          "\"x\n1,2\n"sv, "\"x\n\"y\n1,2\n"sv, ",\"\n"sv,     "\"a\n\",\n"sv, "\"\r"sv,   "a\"b\"\"\n\"c,\n"sv}) {
        const std::string body = repeated(unit, size);
        for (const std::string_view tail : {""sv, "q\"z\",2\n"sv, "\",1\n"sv})
            expect_linear(shown(unit) + " then " + shown(tail), body + std::string(tail));
    }
    const std::string far_close = repeated("\"x\n", size / 4) + "q\"z\"," + std::string(size / 4, 'y') + "\n";
    expect_linear("a long last line", far_close);
    expect_linear("quotes behind it", repeated("\"x\n", size) + std::string(size, '"'));
    expect_linear("spaces behind it", repeated("\"x\n", size) + '"' + std::string(size, ' '));
}

// Units that nobody thought of. The seed of a failure is printed.
TEST(csv_work, random_units) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    constexpr std::string_view alphabet = "\"\",\nx \r";
    for (int i = 0; i < 300; ++i) {
        std::string unit;
        for (std::size_t length = 1 + random() % 9; unit.size() < length;)
            unit += alphabet[random() % alphabet.size()];
        expect_linear(shown(unit), repeated(unit, 40'000));
    }
}

TEST(csv_work, hostile_shapes) {
    constexpr std::size_t size = 300'000;
    read_options no_limit;
    no_limit.max_columns = 0;
    for (const std::string_view unit :
         {","sv, "\n"sv, "\r"sv, " "sv, "x"sv, ",\n"sv, "\xFF"sv, "\xC3"sv, "\0"sv, "x\0"sv, "sep=;\n"sv}) {
        for (const std::string& bytes : {repeated(unit, size), "a,b\n1,2\n" + repeated(unit, size)}) {
            reader source(bytes, no_limit);
            record current;
            while (source.next(current)) {
            }
            expect_linear(shown(unit), bytes);
        }
    }
}

// What lies between the quotes of a long cell is not forgotten, wherever the looking ahead begins and ends.
TEST(csv_work, long_cells_begin_anywhere) {
    const std::string content = std::string(100, 'y') + "l1\nl2\"\"" + std::string(1500, 'y');
    for (std::size_t before = 1; before < 2000; ++before) {
        const std::string text = "a,b\n" + std::string(before, 'x') + ",1\n\"" + content + "\",2\nz,3\n";
        const file_reading result = read_all(text);
        ASSERT_EQ(result.rows.size(), 3U);
        ASSERT_EQ(result.rows[1][0].find("l1\nl2\"y"), 100U) << before;
        ASSERT_EQ(result.lines, (std::vector<std::int64_t>{2, 3, 5})) << before;
    }
}

// Records with sound quotes alone, and some of their cells longer than what is looked through at a time.
std::string sound_text(std::mt19937& random, std::int64_t columns) {
    constexpr std::string_view inner[] = {"\"\"", ",", "\n", "\r\n", "x", "yyyyyyyyyyyyyyyy", " "};
    std::string text;
    for (int cell = 0; cell < 40; ++cell) {
        const bool quoted = random() % 2 == 0;
        const std::size_t length = random() % (random() % 6 == 0 ? 900 : 20);
        const std::size_t end = text.size() + length;
        if (quoted) text += '"';
        while (text.size() < end)
            text += quoted ? inner[random() % std::size(inner)] : "z";
        if (quoted) text += '"';
        text += (cell + 1) % columns != 0 ? "," : random() % 2 == 0 ? "\n" : "\r\n";
    }
    return text;
}

// The fast way through sound records gives what the careful one gives.
TEST(csv_work, the_fast_way_gives_the_same) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    constexpr std::string_view units[] = {"\"", "\"", ",",     "\n",   "\r\n",        "\r",   "x",
                                          "yy", " ",  "\"a\"", "\"\"", ",\"b,\nc\",", "1,2\n"};
    for (int i = 0; i < 30'000; ++i) {
        const auto columns = static_cast<std::int64_t>(1 + random() % 4);
        std::string text = i % 20 == 0 ? sound_text(random, columns) : std::string();
        for (std::size_t length = random() % (i % 3 == 0 ? 150 : 30); length > 0;
             --length) // words of 64 bytes, and more
            text += units[random() % std::size(units)];
        constexpr line_break breaks[] = {line_break::none, line_break::none, line_break::lf, line_break::cr};
        const dialect style{',', '"', breaks[random() % std::size(breaks)]};
        record_parser fast(text, style);
        record_parser careful(text, style);
        careful.take_care();
        fast.expect(columns, 0);
        careful.expect(columns, 0);
        raw_record a;
        raw_record b;
        for (const char* at = text.data(); fast.parse(at, a); at = a.next) {
            ASSERT_TRUE(careful.parse(at, b));
            ASSERT_EQ(a.next, b.next) << shown(text);
            ASSERT_EQ(a.end, b.end);
            ASSERT_EQ(a.ending, b.ending);
            ASSERT_EQ(a.field_count, b.field_count) << shown(text);
            ASSERT_EQ(a.fields.size(), b.fields.size());
            ASSERT_EQ(a.spans_lines, b.spans_lines) << shown(text);
            ASSERT_EQ(a.how, b.how);
            ASSERT_EQ(a.repaired_field, b.repaired_field);
            ASSERT_EQ(a.extras_blank, b.extras_blank);
            ASSERT_EQ(a.extra_begin, b.extra_begin);
            for (std::size_t field = 0; field < a.fields.size(); ++field) {
                ASSERT_EQ(a.fields[field].begin, b.fields[field].begin) << shown(text);
                ASSERT_EQ(a.fields[field].end, b.fields[field].end) << shown(text);
                ASSERT_EQ(a.fields[field].quoted, b.fields[field].quoted);
                ASSERT_EQ(a.fields[field].doubled, b.fields[field].doubled);
                ASSERT_EQ(a.fields[field].stray, b.fields[field].stray);
                ASSERT_EQ(a.fields[field].spaced, b.fields[field].spaced);
                ASSERT_EQ(a.fields[field].literal, b.fields[field].literal);
            }
        }
    }
}

} // namespace

} // namespace rowhouse::csv::testing
