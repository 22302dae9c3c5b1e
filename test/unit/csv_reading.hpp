// What a file reads as, in a form that a test can compare and print.
#pragma once

#include "core/csv.hpp"

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::csv::testing {

// Bytes at the very end of an allocation of their own, so that a sanitizer sees a read beyond them.
class exact_buffer {
public:
    explicit exact_buffer(std::string_view bytes)
        : bytes_(std::make_unique<char[]>(bytes.size())), size_(bytes.size()) {
        if (size_ > 0) std::memcpy(bytes_.get(), bytes.data(), size_);
    }
    std::string_view view() const { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

using row = std::vector<std::string>;

struct file_reading {
    row header;
    std::vector<row> rows;      // a null cell is shown as ∅
    std::vector<bool> rejected; // of each row
    std::vector<finding> findings;
    format shape;
    bool failed = false;
    std::vector<std::int64_t> lines; // physical line of each row
};

inline row cells_of(const record& source) {
    row cells;
    for (const cell& each : source.cells)
        cells.emplace_back(each.null ? "∅" : std::string(each.text));
    return cells;
}

inline file_reading read_all(std::string_view bytes, const read_options& options = {}) {
    file_reading result;
    reader source(bytes, options);
    record current;
    while (source.next(current)) {
        if (current.number == 0) {
            for (const cell& label : current.cells)
                result.header.emplace_back(label.text);
        } else {
            result.rows.push_back(cells_of(current));
            result.rejected.push_back(current.rejected);
            result.lines.push_back(current.line);
        }
        result.findings.insert(result.findings.end(), current.findings.begin(), current.findings.end());
    }
    result.findings.insert(result.findings.end(), source.file_findings().begin(), source.file_findings().end());
    result.shape = source.file_format();
    result.failed = source.failed();
    return result;
}

// "w:stray-quote", in the notation of docs/findings.md.
inline std::string short_form(const finding& remark) {
    return std::string(to_string(remark.severity).substr(0, 1)) + ":" + std::string(remark.code);
}

inline const finding* find_code(const file_reading& result, std::string_view code) {
    for (const finding& remark : result.findings) {
        if (remark.code == code) return &remark;
    }
    return nullptr;
}

} // namespace rowhouse::csv::testing
