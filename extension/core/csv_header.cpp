#include "core/csv_header.hpp"

#include "core/sanitize.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace rowhouse::csv {

namespace {

bool is_blank_label(const cell& label) {
    return label.text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_blank(const raw_field& field) {
    return !field.quoted && field.begin == field.end;
}

} // namespace

void check_labels(const record& header, const record_context& context, std::vector<finding>& findings) {
    const auto add = [&](std::string_view code, finding_severity severity, int column,
                         std::string message) -> finding& {
        finding remark;
        remark.code = code;
        remark.severity = severity;
        remark.level = finding_level::header;
        remark.line = header.line;
        remark.byte_offset = context.converted ? -1 : header.byte_offset;
        remark.column = column;
        if (column > 0) remark.value = unicode::excerpt(header.cells[static_cast<std::size_t>(column - 1)].text);
        remark.message = std::move(message);
        findings.push_back(std::move(remark));
        return findings.back();
    };

    if (std::all_of(header.cells.begin(), header.cells.end(), is_blank_label)) {
        add("blank-header", finding_severity::error, 0, "the header has no label at all");
        return;
    }
    std::unordered_map<std::string_view, int> first_columns;
    for (std::size_t i = 0; i < header.cells.size(); ++i) {
        const cell& label = header.cells[i];
        const int column = static_cast<int>(i) + 1;
        if (is_blank_label(label)) {
            add("blank-label", finding_severity::warning, column, "the column has no label");
            continue;
        }
        const auto [first, is_new] = first_columns.try_emplace(label.text, column);
        if (!is_new) {
            finding& remark = add("duplicate-label", finding_severity::warning, column,
                                  "the label is the same as that of column " + std::to_string(first->second));
            remark.hint = "The columns are told apart by their position.";
            remark.related = std::to_string(first->second);
        }
        if (classify(label.text, cell_type::header) == cell_class::danger) {
            add("label-formula", finding_severity::warning, column,
                "a spreadsheet would compute the label as a formula");
        }
    }
}

bool may_have_unused_columns(const raw_record& header) {
    return header.fields.size() > 1 && is_blank(header.fields.back()) && !is_blank(header.fields.front());
}

std::int64_t columns_in_use(const raw_record& header, text_cursor& records, std::int64_t first_record) {
    const auto all = static_cast<std::int64_t>(header.fields.size());
    std::int64_t used = all;
    while (used > 1 && is_blank(header.fields[static_cast<std::size_t>(used - 1)]))
        --used;

    records.move_to(first_record);
    records.parser.expect(all, all);
    raw_record record;
    while (used < all && records.parser.parse(records.at, record)) {
        for (std::int64_t i = static_cast<std::int64_t>(record.fields.size()); i > used; --i) {
            if (is_blank(record.fields[static_cast<std::size_t>(i - 1)])) continue;
            used = i;
            break;
        }
        records.pass(record);
    }
    return used;
}

} // namespace rowhouse::csv
