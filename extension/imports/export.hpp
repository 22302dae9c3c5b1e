// The rows of a query as the lines of a CSV file that is safe to open in a spreadsheet.
#pragma once

#include "imports/export_options.hpp"
#include "pg/query.hpp"

namespace rowhouse::imports {

// What a column is written as, by its type.
enum class column_kind { text, email, phone, truth, plain };

class exporter {
public:
    exporter(pg::running_query* query, export_options options);

    // False behind the last line. The line is good until the next call.
    bool next(std::string_view& line);

private:
    void check() const;
    void add(column_kind kind, const char* text);
    void check_size();

    pg::running_query* query_;
    export_options options_;
    csv::line_writer writer_;
    std::vector<column_kind> kinds_;
    bool header_due_;
    bool first_ = true;
};

} // namespace rowhouse::imports
