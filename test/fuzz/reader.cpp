// The parser, with everything chosen: every byte of the input is in a cell, part of the structure, or in a finding.
#include "core/csv_parser.hpp"
#include "reading.hpp"

#include <array>

namespace rowhouse::fuzz {

namespace {

using byte_counts = std::array<int, 128>;

// What can be neither structure nor blank in any of the readings below.
bool is_payload(char c) {
    return c > ' ' && c != '\x7F' && std::string_view(",;\t|\"'").find(c) == std::string_view::npos;
}

void count(byte_counts& counts, std::string_view text, int by) {
    for (const char c : text)
        if (is_payload(c)) counts[static_cast<std::size_t>(c)] += by;
}

// Short enough that no finding had to cut its value.
constexpr std::size_t accountable_size = 200;

void check_every_byte(std::string_view bytes, const reading& result) {
    byte_counts counts = {};
    count(counts, bytes, 1);
    for (const auto& row : result.rows)
        for (const std::string& cell : row)
            count(counts, cell, -1);
    for (const finding& remark : result.findings) {
        // Strict reading calls a title above the header a record with missing cells.
        const bool title = remark.code == "preamble-row" || (remark.code == "missing-cell" && remark.record == 0);
        const bool kept = remark.code == "extra-cell" || remark.code == "nul-byte" || remark.code == "sep-hint";
        if (title || kept) count(counts, remark.value, -1);
    }
    for (const int left : counts)
        CHECK(left == 0);
}

void try_reading(std::string_view bytes, const csv::read_options& options) {
    const reading once = read(bytes, options);
    if (!once.failed && bytes.size() <= accountable_size) check_every_byte(bytes, once);
}

// The fast way through sound records gives what the careful one gives.
void compare_ways(std::string_view bytes, const csv::dialect& style, std::int64_t columns) {
    csv::record_parser fast(bytes, style);
    csv::record_parser careful(bytes, style);
    careful.take_care();
    fast.expect(columns, 0);
    careful.expect(columns, 0);
    csv::raw_record one;
    csv::raw_record other;
    for (const char* at = bytes.data(); fast.parse(at, one); at = one.next) {
        CHECK(careful.parse(at, other));
        CHECK(one.next == other.next && one.end == other.end && one.ending == other.ending && one.how == other.how);
        CHECK(one.field_count == other.field_count && one.fields.size() == other.fields.size());
        CHECK(one.spans_lines == other.spans_lines && one.extra_begin == other.extra_begin);
        for (std::size_t i = 0; i < one.fields.size(); ++i) {
            const csv::raw_field& a = one.fields[i];
            const csv::raw_field& b = other.fields[i];
            CHECK(a.begin == b.begin && a.end == b.end && a.quoted == b.quoted && a.doubled == b.doubled);
            CHECK(a.stray == b.stray && a.spaced == b.spaced && a.literal == b.literal);
        }
    }
}

} // namespace

} // namespace rowhouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rowhouse;
    const std::string_view bytes = fuzz::view_of(data, size);
    csv::read_options options;
    options.encoding = "utf-8";
    options.delimiter = ',';
    fuzz::try_reading(bytes, options);
    options.header = false;
    fuzz::try_reading(bytes, options);
    options.strict = true;
    fuzz::try_reading(bytes, options);
    options.header = true;
    options.delimiter = ';';
    options.quote = '\'';
    fuzz::try_reading(bytes, options);
    options.strict = false;
    options.quote = '\0';
    options.pad_short_rows = true;
    fuzz::try_reading(bytes, options);
    options.quote.reset();
    for (const char* const line_break : {"\n", "\r\n", "\r"}) {
        options.line_break = line_break;
        fuzz::try_reading(bytes, options);
    }
    options.line_break.reset();
    for (const csv::line_break only : {csv::line_break::none, csv::line_break::lf, csv::line_break::cr}) {
        for (std::int64_t columns = 1; columns <= 4; ++columns)
            fuzz::compare_ways(bytes, {',', '"', only}, columns);
    }
    // Limits end a reading early, or make findings, never anything else.
    options.quote = '"';
    options.max_columns = 3;
    options.max_records = 2;
    options.max_cell_bytes = 4;
    options.max_record_bytes = 16;
    fuzz::read(bytes, options);
    return 0;
}
