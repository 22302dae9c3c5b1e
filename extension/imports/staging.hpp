// The rows of a file in the types of the table, and the findings about them, set aside where statements can read them:
// on disk where they are many, whatever the size of the file.
#pragma once

#include "imports/check.hpp"
#include "pg/spi.hpp"

#include <map>

namespace rowhouse::imports {

// The findings of a file, as import_errors has them but for the batch, and found_order, in which they were made.
class finding_store {
public:
    explicit finding_store(pg::row_store::lifetime lives);

    void add(const finding& found, const column_mapping& mapping, const target& target);
    const pg::row_store& rows() const { return rows_; }
    // How many there are of each code.
    const std::map<std::string, std::int64_t>& codes() const { return codes_; }
    std::int64_t errors() const { return errors_; }
    void close() { rows_.close(); }

    // As a statement calls it, and its columns.
    static constexpr const char* name = "found";
    static constexpr const char* columns = "severity, level, code, line, record, byte_offset, column_position,"
                                           " column_name, target_column, value, message, hint, related";

private:
    pg::row_store rows_;
    std::map<std::string, std::int64_t> codes_;
    std::int64_t errors_ = 0;
};

// The columns target::record_name and target::line_name, then those of column_mapping::written under their own names.
class staged_rows {
public:
    // Both must outlive it.
    staged_rows(const target& target, const column_mapping& mapping, pg::row_store::lifetime lives);

    // Converts the values of a chunk and takes them in, those of failed records as well: their keys count. What a type
    // refuses becomes a finding of its record. Runs code of the types, so it is to be called as the owner of the table.
    void add(record_chunk& chunk);

    pg::row_store& rows() { return rows_; }
    void close() { rows_.close(); }

    static constexpr const char* name = "staged";

private:
    // Its memory is that which is current when the rows are made; they are added in the same transaction.
    struct input {
        FmgrInfo function;
        Oid parameter;
        std::int32_t typmod;
        bool plain; // any text will do
    };
    static std::vector<pg::row_column> columns_of(const target& target, const column_mapping& mapping);

    void convert(record_chunk& chunk, std::size_t from, std::size_t to);
    void convert_patiently(record_chunk& chunk, std::size_t from, std::size_t to);
    static Datum convert_cell(std::string_view text, input& column);
    void report(record_chunk& chunk, std::size_t record, std::size_t column, const ErrorData& error) const;

    const target& target_;
    const column_mapping& mapping_;
    pg::row_store rows_;
    std::vector<input> inputs_; // of the written columns
    std::vector<Datum> values_; // of a chunk, row by row
    std::unique_ptr<bool[]> nulls_;
};

} // namespace rowhouse::imports
