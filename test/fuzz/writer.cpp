// Writing and reading again gives the same cells; and no reader that cuts a neutralised line elsewhere finds a formula.
//
// The input is cells, one behind the other. NUL goes on to the next cell; NUL and n makes it a null, NUL and r goes on
// to the next row.
#include "core/csv_writer.hpp"
#include "reading.hpp"

namespace rowhouse::fuzz {

namespace {

struct cell {
    std::string text;
    bool null = false;
};
using row = std::vector<cell>;

std::vector<row> rows_from(std::string_view input) {
    std::vector<row> rows(1);
    rows.back().emplace_back();
    for (std::size_t at = 0; at < input.size(); ++at) {
        if (input[at] != '\0') {
            rows.back().back().text.push_back(input[at]);
            continue;
        }
        const char what = at + 1 < input.size() ? input[at + 1] : '\0';
        if (what == 'n') rows.back().back() = {"", true};
        if (what == 'r') rows.emplace_back();
        if (what == 'n' || what == 'r') ++at;
        rows.back().emplace_back();
    }
    return rows;
}

// All rows as wide as the first, none of nulls alone (it would read as a blank row), text that is well-formed.
void repair(std::vector<row>& rows) {
    const std::size_t width = rows.front().size();
    for (row& cells : rows) {
        cells.resize(width);
        bool any = false;
        for (cell& each : cells) {
            std::string repaired;
            unicode::append_repaired(repaired, each.text);
            each.text = each.null ? "" : repaired;
            any = any || !each.null;
        }
        if (!any) cells.back().null = false;
    }
}

void check_reading(const std::vector<row>& rows, std::string_view text, char delimiter, bool strict) {
    csv::read_options options;
    options.encoding = "utf-8";
    options.delimiter = delimiter;
    options.header = false;
    options.strict = strict;
    options.max_columns = 0;
    const reading result = read(text, options);
    CHECK(result.rows.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < rows[i].size(); ++j)
            CHECK(result.rows[i][j] == (rows[i][j].null ? std::string(1, '\0') : rows[i][j].text));
    for (const finding& remark : result.findings)
        CHECK(remark.severity != finding_severity::error);
}

void check_round_trip(const std::vector<row>& rows, char delimiter, std::string_view line_break, bool quote_all,
                      bool ended) {
    std::string text;
    for (const row& cells : rows) {
        csv::line_writer writer({.delimiter = delimiter, .null_text = "", .quote_all = quote_all});
        for (const cell& each : cells)
            each.null ? writer.add_null() : writer.add_plain(each.text);
        text += writer.line();
        text += line_break;
    }
    if (!ended) text.resize(text.size() - line_break.size());
    check_reading(rows, text, delimiter, true);
    check_reading(rows, text, delimiter, false);
}

// A reader that knows neither the delimiter nor the quotes: what it takes for a cell begins with no formula up to where
// the next quote or delimiter stands. Where it has cut a cell in two, no equals sign stands behind quotes and spaces.
void check_pieces(std::string_view line, char separator, char delimiter) {
    for (bool first = true;; first = false) {
        const char ends[] = {separator, '\n', '\r'};
        const std::size_t end = std::min(line.find_first_of(std::string_view(ends, sizeof ends)), line.size());
        std::string_view piece = line.substr(0, end);
        const std::string_view direct = piece.substr(0, std::min(piece.find('"'), piece.find(delimiter)));
        CHECK(csv::classify(direct) != csv::cell_class::danger);
        while (!piece.empty() && (piece.front() == '"' || piece.front() == ' '))
            piece.remove_prefix(1);
        CHECK(first || !piece.starts_with('='));
        if (end == line.size()) return;
        line.remove_prefix(end + 1);
    }
}

void check_lines(const std::vector<row>& rows, char delimiter) {
    for (const row& cells : rows) {
        csv::line_writer writer({.delimiter = delimiter, .null_text = "", .quote_all = false});
        for (const cell& each : cells)
            each.null ? writer.add_null() : writer.add(each.text, csv::cell_type::text);
        for (const char separator : {',', ';', '\t', '|', '\n'})
            if (separator != delimiter) check_pieces(writer.line(), separator, delimiter);
    }
}

} // namespace

} // namespace rowhouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rowhouse;
    auto rows = fuzz::rows_from(fuzz::view_of(data, size));
    fuzz::repair(rows);
    fuzz::check_round_trip(rows, ',', "\n", false, true);
    fuzz::check_round_trip(rows, ';', "\r\n", true, true);
    fuzz::check_round_trip(rows, '\t', "\r", false, false);
    for (const char delimiter : {',', ';', '\t', '|'})
        fuzz::check_lines(rows, delimiter);
    return 0;
}
