// The SQL of an import, made from a target and the columns that a file fills. Columns of the file are read from the
// relation `staged` (see staged_rows) or one of the same columns.
#pragma once

#include "imports/mapping.hpp"
#include "imports/modes.hpp"

namespace rowhouse::imports {

class statements {
public:
    // Both must outlive it.
    statements(const target& target, const column_mapping& mapping, import_mode mode)
        : target_(target), mapping_(mapping), mode_(mode) {}

    // Rows of the file whose key an earlier row has: record, line, line of the first, value. Empty where the file does
    // not fill all that the key is made of.
    std::string repeated_keys(const unique_key& key) const;
    // Rows of the file whose key is in the table: record, line, name of that row, value. With `apart_from`, only where
    // it is another row than the one which that key names. Empty as above.
    std::string taken_keys(const unique_key& key, const unique_key* apart_from) const;
    // Rows of the file whose key is not in the table: record, line, null, value.
    std::string unknown_keys(const unique_key& key) const;
    // Rows of the file that point to nothing: record, line, null, value. Empty as above.
    std::string dangling(const foreign_key& key) const;
    // Of the rows in `rows`, whether one points to nothing that the context may see. Empty where the constraint sees to
    // that: it cannot tell whose the rows of its own table are.
    std::string points_elsewhere(const foreign_key& key, const char* rows) const;
    // Rows of the file that break one of the checks: record, line, and a boolean for each of the checks.
    std::string broken_checks(const std::vector<const check_constraint*>& checks) const;
    // Whether the file fills at least one of these columns, and the others can be told without writing.
    bool can_judge(const std::vector<std::string>& columns) const;

    // Writing what is in `rows`. Both give the name of each row they wrote; the update, for a target with a key and
    // where updated_columns() are not none, also what was there before, as jsonb.
    std::string insert(const char* rows) const;
    std::string update(const char* rows) const;
    std::vector<std::size_t> updated_columns() const;

    // The first column of the file that a key is made of.
    std::size_t first_column(const std::vector<std::string>& columns) const;

private:
    bool is_written(const std::string& column) const;
    bool can_tell(const std::string& column) const;
    std::string rows(const char* name, const std::vector<std::string>& needed) const;
    std::string final_rows(const std::vector<std::string>& needed) const;
    std::string own_columns(const char* alias) const;
    std::string record(const char* alias) const;
    std::string line(const char* alias) const;
    bool is_own_key(const foreign_key& key) const;
    std::string keyed_rows(const unique_key& key, const unique_key* beside) const;
    std::string keyed_table(const unique_key& key, const unique_key* beside) const;
    std::string name_of_row() const;

    const target& target_;
    const column_mapping& mapping_;
    import_mode mode_;
};

} // namespace rowhouse::imports
