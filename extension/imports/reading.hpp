// A file on its way into a target. It is read twice: the first time for what must be known of the whole file before any
// of its records can be judged (is it CSV, do its columns map, how are its dates written, how many records are there),
// the second time record by record.
#pragma once

#include "imports/check.hpp"
#include "imports/content.hpp"
#include "imports/options.hpp"

#include <map>

namespace rowhouse::imports {

// Cells that were corrected after the upload: by record, then by position in the file, from 0.
using cell_edits = std::map<std::int64_t, std::map<std::size_t, std::optional<std::string>>>;

void apply_edits(const cell_edits& edits, csv::record& record);

class reading {
public:
    // All of them must outlive it. What the cells of a column prove about numbers and dates goes to the rules of
    // `target`.
    reading(const content& bytes, target& target, const import_options& options, const cell_edits& edits);

    // Set when a finding about the file or its header stops the import; there are no records then.
    const finding* obstacle() const;
    // Findings about the file and its header.
    const std::vector<finding>& file_findings() const { return file_findings_; }
    const csv::format& format() const { return format_; }
    const column_mapping& mapping() const { return mapping_; }
    std::int64_t total_records() const { return total_; }
    std::int64_t bytes_read() const { return record_.byte_offset; }
    std::int64_t bytes() const { return bytes_.size(); }

    // From then on, only that record is looked at.
    void look_only_at(std::int64_t record) { only_ = record; }
    // The next records, at most `most`, with all findings that need no database. False at the end.
    bool next(record_chunk& chunk, std::size_t most);

private:
    class evidence;

    void survey();
    void require_columns(std::int64_t line);
    void report_no_data();

    const content& bytes_;
    target& target_;
    const import_options& options_;
    const cell_edits& edits_;
    csv::format format_;
    column_mapping mapping_;
    std::vector<finding> file_findings_;
    std::int64_t total_ = 0;
    std::optional<std::int64_t> only_;
    std::unique_ptr<csv::reader> reader_;
    csv::record record_;
};

} // namespace rowhouse::imports
