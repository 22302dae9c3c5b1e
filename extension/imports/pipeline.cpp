#include "imports/pipeline.hpp"

#include "core/checks.hpp"
#include "pg/interrupts.hpp"

namespace rowhouse::imports {

pipeline::pipeline(std::string_view content, const target& target, const import_options& options)
    : content_(content), target_(target), options_(options) {
    survey();
    if (!obstacle()) reader_.emplace(content_, options_.read);
}

void pipeline::survey() {
    csv::reader reader(content_, options_.read);
    csv::record record;
    std::vector<std::string> labels;
    bool first = true;
    while (reader.next(record)) {
        if (first)
            for (std::size_t i = 0; i < record.cells.size(); i++)
                labels.push_back(record.number == 0 ? std::string(record.cells[i].text) : std::to_string(i + 1));
        first = false;
        if (record.number > 0 && ++total_ % 256 == 0) pg::check_for_interrupts();
    }
    file_findings_ = reader.file_findings();
    format_ = reader.file_format();
    if (total_ == 0 && !obstacle()) report_no_data();
    // A file that cannot be read has no columns to speak of.
    if (!obstacle()) {
        mapping_ = map_columns(target_, labels, format_.header, format_.header_line, options_.mapping);
        file_findings_.insert(file_findings_.end(), mapping_.findings.begin(), mapping_.findings.end());
    }
    if (obstacle()) total_ = 0;
}

// The reader leaves this to us where there are rows, but nothing in them.
void pipeline::report_no_data() {
    finding found;
    found.code = "no-data-rows";
    found.level = finding_level::file;
    found.message = "the file has no data";
    file_findings_.push_back(std::move(found));
}

const finding* pipeline::obstacle() const {
    for (const finding& each : file_findings_)
        if (each.severity == finding_severity::error &&
            (each.level == finding_level::file || each.level == finding_level::header))
            return &each;
    return nullptr;
}

std::vector<checked_record> pipeline::next_chunk() {
    std::vector<checked_record> chunk;
    if (!reader_) return chunk;
    const record_checker checker(target_, mapping_);
    while (chunk.size() < chunk_size && reader_->next(record_)) {
        if (record_.number == 0) continue;
        if (chunk.size() % 256 == 0) pg::check_for_interrupts();
        chunk.push_back(checker.check(record_));
        check_unique(chunk.back());
    }
    return chunk;
}

// The first record with a key claims it, whatever else is wrong with it: which of two is meant, only a person can tell.
void pipeline::check_unique(checked_record& record) {
    const std::string key = key_of(record, target_);
    if (key.empty()) return;
    const auto [first, is_new] = first_lines_.try_emplace(key, record.line);
    if (is_new) return;
    const std::string line = std::to_string(first->second);
    record.fail_key("unique-in-file", "the same \"" + target_.columns[target_.key].name + "\" as in line " + line,
                    mapping_, target_.key, line);
}

std::string key_of(const checked_record& record, const target& target) {
    const auto& value = record.values[target.key];
    return value ? checks::email_key(*value) : std::string();
}

} // namespace rowhouse::imports
