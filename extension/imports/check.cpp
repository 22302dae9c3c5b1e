#include "imports/check.hpp"

#include "core/checks.hpp"
#include "core/unicode.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool is_space(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || unicode::is_separator(c);
}

// Without the spaces around it, the wide and the non-breaking ones as well.
std::string_view trimmed(std::string_view text) {
    std::size_t begin = text.size();
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        if (is_space(unicode::decode(text, at))) continue;
        begin = std::min(begin, start);
        end = at;
    }
    return begin < end ? text.substr(begin, end - begin) : std::string_view{};
}

std::string joined(const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words)
        list += (list.empty() ? "" : ", ") + word;
    return list;
}

// Looks at one cell: value() is what to store, findings go to the record.
class cell_check {
public:
    cell_check(checked_record& record, const target_column& column, int position)
        : record_(record), column_(column), position_(position) {}

    std::optional<std::string> value(const csv::cell& cell) {
        raw_ = csv::unsanitize(cell.text);
        const std::string_view text = trimmed(raw_);
        if (cell.null || text.empty()) return absent();
        warn();
        if (column_.max_length > 0 && column_.type != column_type::phone) {
            const std::size_t length = count_characters(text);
            if (length > column_.max_length)
                return wrong("max-length", std::to_string(length) + " characters, at most " +
                                               std::to_string(column_.max_length) + " are allowed");
        }
        switch (column_.type) {
        case column_type::email:
            return email(text);
        case column_type::phone:
            return phone(text);
        case column_type::choice:
            return choice(text);
        case column_type::text:
            break;
        }
        return std::string(text);
    }

private:
    void report(std::string_view code, finding_severity severity, std::string message, std::string hint = {}) {
        finding found;
        found.code = code;
        found.severity = severity;
        found.record = record_.number;
        found.line = record_.line;
        found.column = position_;
        found.value = unicode::excerpt(raw_);
        found.message = std::move(message);
        found.hint = std::move(hint);
        record_.add(std::move(found));
    }

    std::nullopt_t wrong(std::string_view code, std::string message, std::string hint = {}) {
        report(code, finding_severity::error, std::move(message), std::move(hint));
        return std::nullopt;
    }

    // A cell that the reader could not read is not reported a second time for being empty.
    std::optional<std::string> absent() {
        const bool known = std::any_of(record_.findings.begin(), record_.findings.end(), [&](const finding& each) {
            return each.severity == finding_severity::error &&
                   (each.column == position_ || each.code == "missing-cell");
        });
        if (column_.required && !known) return wrong("required", "\"" + column_.name + "\" must not be empty");
        if (column_.default_value.empty()) return std::nullopt;
        return column_.default_value;
    }

    void warn() {
        switch (csv::classify(raw_, cell_type_of(column_.type))) {
        case csv::cell_class::danger:
            report("formula-injection", finding_severity::warning, "a spreadsheet would compute this cell",
                   "It is stored as it is; exports put an apostrophe before it.");
            break;
        case csv::cell_class::split:
            report("formula-after-delimiter", finding_severity::warning,
                   "a spreadsheet that splits this cell would compute a part of it",
                   "It is stored as it is; exports put an apostrophe before that part.");
            break;
        default:
            break;
        }
        const checks::hidden_characters hidden = checks::find_hidden_characters(raw_);
        if (hidden.control) report("control-character", finding_severity::warning, "holds a control character");
        if (hidden.invisible) report("invisible-character", finding_severity::warning, "holds an invisible character");
    }

    std::optional<std::string> email(std::string_view text) {
        if (auto normal = checks::email(text)) return normal;
        return wrong("email", "not an e-mail address", "It must look like name@example.com, without a display name.");
    }

    std::optional<std::string> phone(std::string_view text) {
        if (checks::is_excel_mangled_number(text))
            return wrong("excel-mangled-number", "a spreadsheet has shortened this number",
                         "Format the column as text, enter the number again and save the file anew.");
        if (auto normal = checks::phone(text)) return normal;
        return wrong("phone", "not a phone number in international form",
                     "It must begin with + and the country code, as +31 20 123 4567 does.");
    }

    std::optional<std::string> choice(std::string_view text) {
        std::string wanted(text);
        std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        if (std::find(column_.forbidden.begin(), column_.forbidden.end(), wanted) != column_.forbidden.end())
            return wrong("not-permitted", "\"" + column_.name + "\" is above your own");
        if (std::find(column_.choices.begin(), column_.choices.end(), wanted) == column_.choices.end())
            return wrong("enum", "not a value of \"" + column_.name + "\"",
                         "Values are " + joined(column_.choices) + ".");
        return wanted;
    }

    checked_record& record_;
    const target_column& column_;
    int position_;
    std::string_view raw_;
};

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
        cell_check cell(checked, target_.columns[i], source ? static_cast<int>(*source) + 1 : 0);
        checked.values[i] = cell.value(there ? record.cells[*source] : nothing);
        if (i == target_.key && there) checked.key_cell = unicode::excerpt(record.cells[*source].text);
    }
    return checked;
}

} // namespace rowhouse::imports
