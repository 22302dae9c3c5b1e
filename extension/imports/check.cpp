#include "imports/check.hpp"

#include "core/unicode.hpp"

#include <algorithm>
#include <stdexcept>

namespace rowhouse::imports {

namespace {

checks::value_type value_type_of(column_type type) {
    switch (type) {
    case column_type::email:
        return checks::value_type::email;
    case column_type::phone:
        return checks::value_type::phone;
    case column_type::choice:
        return checks::value_type::choice;
    case column_type::text:
        break;
    }
    return checks::value_type::text;
}

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

void checked_record::fail_key(std::string_view code, std::string message, const column_mapping& mapping,
                              std::size_t key, std::string related) {
    finding found;
    found.code = code;
    found.record = number;
    found.line = line;
    if (const auto source = mapping.source_of[key]) found.column = static_cast<int>(*source) + 1;
    found.value = key_cell;
    found.message = std::move(message);
    found.related = std::move(related);
    add(std::move(found));
}

record_checker::record_checker(const target& target, const column_mapping& mapping)
    : target_(target), mapping_(mapping), rules_(target.columns.size()) {
    for (std::size_t i = 0; i < rules_.size(); i++) {
        const target_column& column = target.columns[i];
        // A phone number has a length of its own.
        const bool has_length = column.type != column_type::phone && column.type != column_type::choice;
        const std::string fault = rules_[i].prepare({.name = column.name,
                                                     .type = value_type_of(column.type),
                                                     .required = column.required,
                                                     .max_length = has_length ? column.max_length : 0,
                                                     .choices = column.choices});
        if (!fault.empty()) throw std::logic_error(fault); // the targets are ours
    }
}

std::optional<std::string> record_checker::check_cell(const csv::cell& cell, std::size_t index, int position,
                                                      checked_record& record) const {
    const target_column& column = target_.columns[index];
    const auto add = [&](finding found) {
        found.record = record.number;
        found.line = record.line;
        found.column = position;
        record.add(std::move(found));
    };
    checks::check_cell(rules_[index], cell.text, cell.null, cell_);
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
    if (cell_.value) return std::string(*cell_.value);
    if (cell_.failed() || column.default_value.empty()) return std::nullopt;
    return column.default_value;
}

checked_record record_checker::check(const csv::record& record) const {
    checked_record checked;
    checked.number = record.number;
    checked.line = record.line;
    checked.values.resize(target_.columns.size());
    for (const finding& found : record.findings)
        checked.add(found);
    if (record.rejected) checked.failed = true;
    for (std::size_t i = 0; i < target_.columns.size(); i++) {
        constexpr csv::cell nothing{{}, true};
        const auto source = mapping_.source_of[i];
        const bool there = source && *source < record.cells.size();
        const int position = source ? static_cast<int>(*source) + 1 : 0;
        checked.values[i] = check_cell(there ? record.cells[*source] : nothing, i, position, checked);
        if (i == target_.key && there) checked.key_cell = unicode::excerpt(record.cells[*source].text);
    }
    return checked;
}

} // namespace rowhouse::imports
