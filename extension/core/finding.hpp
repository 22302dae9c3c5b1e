// One coded remark about a file, a header, a record or a cell. Codes are stable and the same in preview, import,
// error file and csv_parse; docs/findings.md lists them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rowhouse {

enum class finding_severity : std::uint8_t { info, warning, error };
enum class finding_level : std::uint8_t { file, header, row, cell };

constexpr std::string_view to_string(finding_severity severity) {
    constexpr std::string_view names[] = {"info", "warning", "error"};
    return names[static_cast<int>(severity)];
}

constexpr std::string_view to_string(finding_level level) {
    constexpr std::string_view names[] = {"file", "header", "row", "cell"};
    return names[static_cast<int>(level)];
}

// An error on a cell or row keeps that record out; an error on the file or header stops the whole batch. Warnings and
// infos never block.
struct finding {
    std::string_view code; // static storage: "missing-cell", "email", …
    finding_severity severity = finding_severity::error;
    finding_level level = finding_level::cell;
    std::int64_t record = 0;       // data record, 1-based; 0 for file and header findings
    std::int64_t line = 0;         // physical line the record starts on, 1-based; 0 when it concerns no line
    std::int64_t byte_offset = -1; // in the bytes as uploaded; -1 when unknown
    int column = 0;                // position in the file, 1-based; 0 when it concerns no column
    std::string value;             // what the file holds, at most 256 characters
    std::string message;           // lower case, no full stop
    std::string hint;              // whole sentence, may be empty
    std::string related;           // the other line or key for duplicates, else empty
};

} // namespace rowhouse
