// What a file reads as, checked for what must hold of every reading and in a form that two readings can be compared in.
#pragma once

#include "check.hpp"
#include "core/csv.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <vector>

namespace rowhouse::fuzz {

struct reading {
    std::vector<std::vector<std::string>> rows; // the header first, where there is one; a null cell is "\0"
    std::vector<finding> findings;
    csv::format shape;
    bool failed = false;
};

inline void check_finding(const finding& remark, std::size_t size) {
    CHECK(!remark.code.empty() && !remark.message.empty());
    CHECK(remark.byte_offset >= -1 && remark.byte_offset <= static_cast<std::int64_t>(size));
    CHECK(remark.line >= 0 && remark.column >= 0 && remark.record >= 0);
    CHECK(unicode::well_formed_prefix(remark.value) == remark.value.size());
    CHECK(remark.value.find('\0') == std::string::npos);
}

inline bool has_error(const std::vector<finding>& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const finding& each) { return each.severity == finding_severity::error; });
}

// Records are numbered and stand in the order of the file, have the width of the first, and hold text that PostgreSQL
// takes; a record is rejected just when it has an error.
inline reading read(csv::reader& source, std::size_t size) {
    reading result;
    csv::record current;
    std::int64_t number = 0;
    std::int64_t line = 0;
    std::int64_t offset = -1;
    while (source.next(current)) {
        CHECK(result.rows.empty() ? current.number <= 1 : current.number == number + 1);
        CHECK(current.line > line && current.byte_offset > offset);
        CHECK(result.rows.empty() || current.cells.size() == result.rows.front().size());
        CHECK(current.number == 0 || current.rejected == has_error(current.findings));
        number = current.number;
        line = current.line;
        offset = current.byte_offset;
        std::vector<std::string>& row = result.rows.emplace_back();
        for (const csv::cell& cell : current.cells) {
            CHECK(unicode::well_formed_prefix(cell.text) == cell.text.size());
            CHECK(cell.text.find('\0') == std::string_view::npos);
            CHECK(!cell.null || cell.text.empty());
            row.emplace_back(cell.null ? std::string(1, '\0') : std::string(cell.text));
        }
        result.findings.insert(result.findings.end(), current.findings.begin(), current.findings.end());
    }
    CHECK(!source.next(current));
    const auto& about_file = source.file_findings();
    result.findings.insert(result.findings.end(), about_file.begin(), about_file.end());
    result.shape = source.file_format();
    result.failed = source.failed();
    for (const finding& remark : result.findings)
        check_finding(remark, size);
    CHECK(!result.failed || (result.rows.empty() && has_error(result.findings)));
    CHECK(result.shape.encoding_confidence >= 0 && result.shape.encoding_confidence <= 1);
    CHECK(result.shape.delimiter_confidence >= 0 && result.shape.delimiter_confidence <= 1);
    CHECK(result.shape.quote_confidence >= 0 && result.shape.quote_confidence <= 1);
    CHECK(result.shape.header_confidence >= 0 && result.shape.header_confidence <= 1);
    return result;
}

inline reading read(std::string_view bytes, const csv::read_options& options) {
    csv::reader source(bytes, options);
    return read(source, bytes.size());
}

} // namespace rowhouse::fuzz
