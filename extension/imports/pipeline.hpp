// A file on its way into a target, in chunks. It is read twice: the first time for what must be known before anything
// is written (is it CSV, do its columns map, how many records are there), the second time record by record.
//
// It holds no memory of PostgreSQL's, so it may live through several transactions.
#pragma once

#include "imports/check.hpp"
#include "imports/options.hpp"

#include <unordered_map>

namespace rowhouse::imports {

class pipeline {
public:
    static constexpr std::size_t chunk_size = 1000;

    // `content` and `target` must outlive it.
    pipeline(std::string_view content, const target& target, const import_options& options);

    // Set when a finding about the file or its header stops the import; there are no chunks then.
    const finding* obstacle() const;
    // Findings about the file and its header.
    const std::vector<finding>& file_findings() const { return file_findings_; }
    const csv::format& format() const { return format_; }
    const target& wanted() const { return target_; }
    const column_mapping& mapping() const { return mapping_; }
    std::int64_t total_records() const { return total_; }

    // The next records with all findings that need no database, duplicates in the file included. Empty at the end.
    std::vector<checked_record> next_chunk();

private:
    void survey();
    void report_no_data();
    void check_unique(checked_record& record);

    std::string_view content_;
    const target& target_;
    import_options options_;
    csv::format format_;
    column_mapping mapping_;
    std::vector<finding> file_findings_;
    std::int64_t total_ = 0;
    std::optional<csv::reader> reader_;
    csv::record record_;
    std::unordered_map<std::string, std::int64_t> first_lines_; // of each key
};

// Under which form two values of the target's key column count as the same.
std::string key_of(const checked_record& record, const target& target);

} // namespace rowhouse::imports
