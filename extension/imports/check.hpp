// One record of a file: from cells to the values to store, and to findings. No PostgreSQL here.
#pragma once

#include "core/checks.hpp"
#include "core/csv.hpp"
#include "imports/mapping.hpp"

namespace rowhouse::imports {

struct checked_record {
    std::int64_t number = 0; // as in csv::record
    std::int64_t line = 0;
    std::vector<std::optional<std::string>> values; // by column of the target, in normal form; none where the cell is
                                                    // empty or wrong
    std::string key_cell; // what the file has for the key column of the target, as findings show it
    std::vector<finding> findings;
    bool failed = false; // has a finding of severity error

    void add(finding found);
    // A finding of severity error on the cell that fills the key column of the target.
    void fail_key(std::string_view code, std::string message, const column_mapping& mapping, std::size_t key,
                  std::string related);
};

class record_checker {
public:
    // Both must outlive it.
    record_checker(const target& target, const column_mapping& mapping);

    checked_record check(const csv::record& record) const;

private:
    std::optional<std::string> check_cell(const csv::cell& cell, std::size_t index, int position,
                                          checked_record& record) const;

    const target& target_;
    const column_mapping& mapping_;
    std::vector<checks::column_rule> rules_; // by column of the target
    mutable checks::checked_cell cell_;      // keeps its memory from cell to cell
};

} // namespace rowhouse::imports
