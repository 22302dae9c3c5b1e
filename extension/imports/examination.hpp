// Everything that can be found out about a file before the first row is written: by reading it, by converting its
// cells, and set-wise against itself and the table.
#pragma once

#include "imports/key_filter.hpp"
#include "imports/modes.hpp"
#include "imports/reading.hpp"
#include "imports/staging.hpp"
#include "imports/statements.hpp"
#include "pg/progress.hpp"

namespace rowhouse::imports {

// What one correction can have changed: everything about its record, and who is first with a key that its column is
// part of.
struct edit_scope {
    std::int64_t record = 0;
    std::size_t column = 0; // of the file, from 0
};

class examination {
public:
    // Does the whole work, or where there is a `scope` what lies in it, as rowhouse_owner; statements on the table run
    // as its owner. What is given by reference must outlive it. `lives` says for how long the rows are wanted.
    examination(pg::spi& sql, const content& bytes, target& wanted, const import_options& options,
                const cell_edits& edits, pg::row_store::lifetime lives = pg::row_store::lifetime::transaction,
                const edit_scope* scope = nullptr);

    const reading& file() const { return file_; }
    const finding_store& found() const { return found_; }
    const target& wanted() const { return target_; }
    const statements& sql_of() const { return statements_; }
    staged_rows& rows() { return *staged_; } // where there is no obstacle

    std::int64_t failed_records() const { return failed_count_; }
    bool failed(std::int64_t record) const { return failed_[static_cast<std::size_t>(record)]; }
    // Whether the column of the scope is part of it.
    bool touches(const unique_key& key) const;
    // Whether the table has the key of that record, for the modes other than insert.
    bool exists(std::int64_t record) const { return exists_[static_cast<std::size_t>(record)]; }

    // For whoever watches: that many records are done, committed or not. close() ends it.
    void report_written(std::int64_t records);
    void close();

private:
    void require_owners();
    void read();
    void compare();
    bool is_table_empty();
    void compare_keys(std::size_t index, bool table_is_empty);
    void compare_checks();
    template <typename Each>
    void for_each_row(const std::string& statement, Each&& each, bool must = false);
    finding cell_finding(std::string_view code, std::size_t column) const;
    void add(const finding& about);

    pg::spi& sql_;
    target& target_;
    const import_options& options_;
    const edit_scope* scope_;
    reading file_;
    statements statements_;
    finding_store found_;
    std::optional<staged_rows> staged_;
    std::vector<key_filter> filters_;   // by key of the target
    std::vector<bool> failed_, exists_; // by record
    std::int64_t failed_count_ = 0;
    pg::progress progress_;
};

} // namespace rowhouse::imports
