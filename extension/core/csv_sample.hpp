// The start of a text, as far as guesses look at it, record by record; the inside of csv_sniff.hpp.
#pragma once

#include "core/csv_parser.hpp"
#include "core/csv_sniff.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace rowhouse::csv {

constexpr std::size_t sample_bytes = 1 << 16;
constexpr std::size_t sample_records = 100;
constexpr std::size_t most_fields = 1600;

// The start of the text, ending with a whole line where there is more than one.
inline std::string_view sample_of(std::string_view text) {
    if (text.size() <= sample_bytes) return text;
    const std::size_t last_break = text.find_last_of("\r\n", sample_bytes);
    return text.substr(0, last_break == std::string_view::npos ? sample_bytes : last_break + 1);
}

// Calls `visit` with the non-blank records of the sample until it returns false.
template <class visitor>
void each_record(std::string_view text, const dialect& style, std::int64_t keep_fields, visitor visit) {
    const std::string_view sample = sample_of(text);
    const char* at = sample.data();
    const char* end = at + sample.size();
    record_parser parser(sample, style);
    parser.expect(0, keep_fields);
    raw_record record;
    for (std::size_t count = 0; count < sample_records && at != end;) {
        if (const char* line_end = blank_line_end(at, end, style, false)) {
            take_line_break(at = line_end, end, style.only_break);
            continue;
        }
        parser.parse(at, record);
        at = record.next;
        // The last record of a cut sample may be cut as well.
        if (at == end && sample.size() < text.size() && count > 0) return;
        if (!visit(record)) return;
        ++count;
    }
}

std::vector<std::int64_t> field_counts(std::string_view text, const dialect& style);

struct usual_count {
    std::int64_t fields = 0;
    double share = 0; // of the records that have it
};

usual_count most_frequent(const std::vector<std::int64_t>& counts);

} // namespace rowhouse::csv
