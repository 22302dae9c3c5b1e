#include "imports/check.hpp"

#include "core/unicode.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

// A cell that the reader could not read is not reported a second time for being empty.
bool is_reported(const checked_record& record, int position) {
    return std::any_of(record.findings.begin(), record.findings.end(), [&](const finding& each) {
        return each.severity == finding_severity::error && (each.column == position || each.code == "missing-cell");
    });
}

bool is_forbidden(const target_column& column, std::string_view value) {
    return std::find(column.forbidden.begin(), column.forbidden.end(), value) != column.forbidden.end();
}

} // namespace

void checked_record::add(finding found) {
    if (found.severity == finding_severity::error) failed = true;
    findings.push_back(std::move(found));
}

checked_record& record_chunk::add_record() {
    values_.resize(values_.size() + columns_);
    return records.emplace_back();
}

std::string_view record_chunk::keep(std::string_view text) {
    while (current_ < texts_.size() && texts_[current_].capacity() - texts_[current_].size() < text.size())
        current_++;
    if (current_ == texts_.size()) texts_.emplace_back().reserve(std::max(block_size, text.size()));
    std::string& block = texts_[current_];
    block.append(text);
    return std::string_view(block).substr(block.size() - text.size());
}

void record_chunk::clear() {
    records.clear();
    values_.clear();
    for (std::string& block : texts_)
        block.clear();
    current_ = 0;
}

cell_value record_checker::check_cell(const csv::cell& cell, std::size_t index, int position, checked_record& record,
                                      record_chunk& chunk) {
    const target_column& column = target_.columns[index];
    const auto add = [&](finding found) {
        found.record = record.number;
        found.line = record.line;
        found.column = position;
        record.add(std::move(found));
    };
    checks::check_cell(column.rule, cell.text, cell.null, cell_);
    const bool reported = !cell_.findings.empty() && is_reported(record, position);
    for (finding& found : cell_.findings)
        if (!reported || found.code != "required") add(std::move(found));
    if (cell_.value && is_forbidden(column, *cell_.value)) {
        finding found;
        found.code = "not-permitted";
        found.value = unicode::excerpt(cell.text);
        found.message = "\"" + column.name + "\" is above your own";
        add(std::move(found));
        return std::nullopt;
    }
    if (cell_.value) return chunk.keep(*cell_.value);
    if (cell_.failed() || column.default_value.empty()) return std::nullopt;
    return column.default_value;
}

void record_checker::check(const csv::record& record, record_chunk& chunk) {
    checked_record& checked = chunk.add_record();
    const std::size_t index = chunk.records.size() - 1;
    checked.number = record.number;
    checked.line = record.line;
    for (const finding& found : record.findings)
        checked.add(found);
    if (record.rejected) checked.failed = true;
    for (std::size_t i = 0; i < mapping_.written.size(); i++) {
        constexpr csv::cell nothing{{}, true};
        const auto source = mapping_.source_of[mapping_.written[i]];
        const bool there = source && *source < record.cells.size();
        const int position = source ? static_cast<int>(*source) + 1 : 0;
        chunk.value(index, i) =
            check_cell(there ? record.cells[*source] : nothing, mapping_.written[i], position, checked, chunk);
    }
}

} // namespace rowhouse::imports
