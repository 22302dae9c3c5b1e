#include "imports/report.hpp"

#include "core/unicode.hpp"

namespace rowhouse::imports {

namespace {

pg::json null_or(const std::string& text) {
    return text.empty() ? pg::json(nullptr) : pg::json(text);
}

pg::json null_or(std::int64_t number) {
    return number == 0 ? pg::json(nullptr) : pg::json(number);
}

} // namespace

pg::json finding_json(const finding& found, const column_mapping& mapping, const target& target) {
    const auto position = static_cast<std::size_t>(found.column);
    const source_column nowhere;
    const bool in_file = found.column > 0 && position <= mapping.sources.size();
    const source_column& source = in_file ? mapping.sources[position - 1] : nowhere;
    pg::json result = {
        {"record", null_or(found.record)},
        {"line", null_or(found.line)},
        {"column", null_or(unicode::excerpt(source.label))},
        {"position", null_or(found.column)},
        {"target", source.target ? pg::json(target.columns[*source.target].name) : nullptr},
        {"code", found.code},
        {"severity", to_string(found.severity)},
        {"level", to_string(found.level)},
        {"value", null_or(found.value)},
        {"message", found.message},
    };
    if (found.byte_offset >= 0) result["byte_offset"] = found.byte_offset;
    if (!found.hint.empty()) result["hint"] = found.hint;
    if (!found.related.empty()) result["related"] = found.related;
    return result;
}

pg::json format_json(const csv::format& format) {
    return {
        {"encoding", format.encoding},
        {"encoding_confidence", format.encoding_confidence},
        {"delimiter", std::string(1, format.delimiter)},
        {"delimiter_confidence", format.delimiter_confidence},
        {"quote", format.quote == '\0' ? pg::json(nullptr) : pg::json(std::string(1, format.quote))},
        {"quote_confidence", format.quote_confidence},
        {"line_break", format.line_break},
        {"bom", format.bom},
        {"sep_hint", format.sep_hint},
        {"header", format.header},
        {"header_confidence", format.header_confidence},
        {"preamble_rows", format.preamble_rows},
        {"header_line", null_or(format.header_line)},
    };
}

pg::json columns_json(const column_mapping& mapping, const target& target) {
    pg::json columns = pg::json::array();
    for (const source_column& source : mapping.sources)
        columns.push_back({{"source", unicode::excerpt(source.label)},
                           {"target", source.target ? pg::json(target.columns[*source.target].name) : nullptr}});
    return columns;
}

} // namespace rowhouse::imports
