// Records of a file: from cells to the values to store, and to findings. No PostgreSQL here.
#pragma once

#include "core/csv.hpp"
#include "imports/mapping.hpp"

#include <deque>

namespace rowhouse::imports {

struct checked_record {
    std::int64_t number = 0; // as in csv::record
    std::int64_t line = 0;
    std::vector<finding> findings;
    bool failed = false; // has a finding of severity error

    void add(finding found);
};

// A cell's value in normal form, or what the file has for a look-up; none where it is empty or wrong.
using cell_value = std::optional<std::string_view>;

// Some records that are looked at together. It keeps their texts.
class record_chunk {
public:
    explicit record_chunk(std::size_t columns) : columns_(columns) {}
    record_chunk(const record_chunk&) = delete;
    record_chunk& operator=(const record_chunk&) = delete;

    std::vector<checked_record> records;

    // By the position in column_mapping::written.
    cell_value& value(std::size_t record, std::size_t column) { return values_[record * columns_ + column]; }
    std::size_t columns() const { return columns_; }
    checked_record& add_record();
    std::string_view keep(std::string_view text);
    void clear();

private:
    static constexpr std::size_t block_size = 64 * 1024;

    std::size_t columns_;
    std::vector<cell_value> values_;
    std::deque<std::string> texts_; // blocks that never grow past what was reserved for them
    std::size_t current_ = 0;
};

class record_checker {
public:
    // Both must outlive it.
    record_checker(const target& target, const column_mapping& mapping) : target_(target), mapping_(mapping) {}

    void check(const csv::record& record, record_chunk& chunk);

private:
    cell_value check_cell(const csv::cell& cell, std::size_t index, int position, checked_record& record,
                          record_chunk& chunk);

    const target& target_;
    const column_mapping& mapping_;
    checks::checked_cell cell_; // keeps its memory from cell to cell
};

} // namespace rowhouse::imports
