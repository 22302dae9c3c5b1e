#include "imports/reading.hpp"

#include "core/checks_evidence.hpp"
#include "pg/interrupts.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

constexpr std::int64_t records_between_interrupts = 256;

// Than the key: an update leaves alone what is empty or not in the file.
void require_nothing_else(target& target) {
    const std::vector<std::string>& key = target.keys[*target.key].columns;
    for (target_column& column : target.columns) {
        checks::rule_options rule = column.rule.options();
        if (!rule.required || std::find(key.begin(), key.end(), column.name) != key.end()) continue;
        rule.required = false;
        column.rule.prepare(std::move(rule)); // which it was before
    }
}

} // namespace

// Of the columns of a file that fill numbers and dates.
class reading::evidence {
public:
    void watch(const target& target, const column_mapping& mapping) {
        for (std::size_t i = 0; i < target.columns.size(); i++)
            if (mapping.source_of[i] && target.columns[i].rule.wants_evidence())
                watched_.push_back({i, *mapping.source_of[i],
                                    checks::column_evidence(target.columns[i].rule.options().deviation > 0)});
    }
    void add(const csv::record& record) {
        for (watched& each : watched_)
            if (each.source < record.cells.size()) each.seen.add(record.cells[each.source].text);
    }
    void teach(target& target) const {
        for (const watched& each : watched_)
            target.columns[each.column].rule.learn(each.seen);
    }

private:
    struct watched {
        std::size_t column, source;
        checks::column_evidence seen;
    };
    std::vector<watched> watched_;
};

reading::reading(const content& bytes, target& target, const import_options& options, const cell_edits& edits)
    : bytes_(bytes), target_(target), options_(options), edits_(edits) {
    if (options_.mode == import_mode::update) require_nothing_else(target_);
    survey();
    if (!obstacle()) reader_ = bytes_.open(options_.read);
}

void reading::survey() {
    const std::unique_ptr<csv::reader> reader = bytes_.open(options_.read);
    evidence seen;
    bool first = true;
    while (reader->next(record_)) {
        if (first) {
            std::vector<std::string> labels;
            for (std::size_t i = 0; i < record_.cells.size(); i++)
                labels.push_back(record_.number == 0 ? std::string(record_.cells[i].text) : std::to_string(i + 1));
            const csv::format& format = reader->file_format();
            mapping_ =
                map_columns(target_, labels, format.header, format.header_line, options_.mapping, options_.learned);
            require_columns(format.header_line);
            seen.watch(target_, mapping_);
            first = false;
        }
        if (record_.number == 0) continue;
        apply_edits(edits_, record_);
        seen.add(record_);
        if (++total_ % records_between_interrupts == 0) pg::check_for_interrupts();
    }
    file_findings_ = reader->file_findings();
    file_findings_.insert(file_findings_.end(), options_.remarks.begin(), options_.remarks.end());
    format_ = reader->file_format();
    if (total_ == 0 && !obstacle()) report_no_data();
    // A file that cannot be read has no columns to speak of.
    if (obstacle()) mapping_ = {};
    file_findings_.insert(file_findings_.end(), mapping_.findings.begin(), mapping_.findings.end());
    if (obstacle())
        total_ = 0;
    else
        seen.teach(target_);
}

// Without a column of the key every row would be a new one, without any column an empty one.
void reading::require_columns(std::int64_t line) {
    const auto& sources = mapping_.source_of;
    if (std::none_of(sources.begin(), sources.end(), [](const auto& source) { return source.has_value(); }) &&
        mapping_.findings.end() ==
            std::find_if(mapping_.findings.begin(), mapping_.findings.end(),
                         [](const finding& each) { return each.severity == finding_severity::error; })) {
        finding found;
        found.code = "missing-label";
        found.level = finding_level::header;
        found.line = line;
        found.message = "no column of the file has the name of a column of \"" + target_.name + "\"";
        found.hint = "Say with the option mapping which column is which.";
        mapping_.findings.push_back(std::move(found));
        return;
    }
    if (options_.mode == import_mode::insert) return;
    for (const std::string& name : target_.keys[*target_.key].columns) {
        const auto column = find_column(target_, name);
        if (!column || mapping_.source_of[*column] || target_.columns[*column].rule.options().required ||
            target_.columns[*column].default_expression.rfind("NULL::", 0) != 0 ||
            !target_.columns[*column].default_value.empty())
            continue;
        finding found;
        found.code = "missing-label";
        found.level = finding_level::header;
        found.line = line;
        found.message = "no column for \"" + name + "\", by which the rows of the table are told";
        found.hint = "Name a column " + name + ", or say with the option mapping which column it is.";
        mapping_.findings.push_back(std::move(found));
    }
}

// The reader leaves this to us where there are rows, but nothing in them.
void reading::report_no_data() {
    finding found;
    found.code = "no-data-rows";
    found.level = finding_level::file;
    found.message = "the file has no data";
    file_findings_.push_back(std::move(found));
}

const finding* reading::obstacle() const {
    for (const finding& each : file_findings_)
        if (each.severity == finding_severity::error &&
            (each.level == finding_level::file || each.level == finding_level::header))
            return &each;
    return nullptr;
}

// Whoever has corrected a cell of a record has seen how many cells it has.
void apply_edits(const cell_edits& edits, csv::record& record) {
    if (edits.empty()) return;
    const auto edited = edits.find(record.number);
    if (edited == edits.end()) return;
    for (const auto& [position, text] : edited->second) {
        if (position >= record.cells.size()) record.cells.resize(position + 1, csv::cell{{}, true});
        record.cells[position] = {text ? std::string_view(*text) : std::string_view(), !text};
        std::erase_if(record.findings,
                      [&](const finding& each) { return each.column == static_cast<int>(position) + 1; });
    }
    std::erase_if(record.findings,
                  [](const finding& each) { return each.code == "missing-cell" || each.code == "extra-cell"; });
    record.rejected = std::any_of(record.findings.begin(), record.findings.end(),
                                  [](const finding& each) { return each.severity == finding_severity::error; });
}

bool reading::next(record_chunk& chunk, std::size_t most) {
    chunk.clear();
    if (!reader_) return false;
    record_checker checker(target_, mapping_);
    while (chunk.records.size() < most && reader_->next(record_)) {
        if (record_.number == 0) continue;
        if (record_.number % records_between_interrupts == 0) pg::check_for_interrupts();
        if (only_ && *only_ != record_.number) continue;
        apply_edits(edits_, record_);
        checker.check(record_, chunk);
    }
    return !chunk.records.empty();
}

} // namespace rowhouse::imports
