#include "core/csv_writer.hpp"

#include <algorithm>
#include <array>

namespace rowhouse::csv {

namespace {

// What ends a cell or a quote for some reader, whatever the delimiter.
constexpr std::array<bool, 256> special = [] {
    std::array<bool, 256> table = {};
    for (const char c : std::string_view("\"\n\r,;\t|"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

// Text that some reader would split, trim, skip or take for something else when it stands bare.
bool needs_quotes(std::string_view text, char delimiter) {
    constexpr std::string_view blanks = " \t\f\v";
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    constexpr std::string_view separator_key = "sep=";
    constexpr std::string_view end_of_copy = "\\."; // COPY of PostgreSQL 17 and older stops there
    if (text.empty() || blanks.find(text.front()) != std::string_view::npos ||
        blanks.find(text.back()) != std::string_view::npos)
        return true;
    if (text.back() == '\x1A' || text.substr(0, byte_order_mark.size()) == byte_order_mark) return true;
    // An apostrophe is a quote to some readers, to ours where every cell of a column begins with one.
    if (text.front() == '\'' || text.front() == '#' || text == end_of_copy) return true;
    const auto same = [](char wanted, char c) { return wanted == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); };
    if (text.size() >= separator_key.size() &&
        std::equal(separator_key.begin(), separator_key.end(), text.begin(), same))
        return true;
    return std::any_of(text.begin(), text.end(),
                       [&](char c) { return c == delimiter || special[static_cast<unsigned char>(c)]; });
}

} // namespace

void append_cell(std::string& out, std::string_view text, bool null, char delimiter, bool always) {
    if (null) return;
    if (!always && !needs_quotes(text, delimiter)) {
        out.append(text);
        return;
    }
    out.push_back('"');
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('"', at), text.size() - 1) + 1; // behind the quote, or at the end
        out.append(text.substr(at, end - at));
        if (out.back() == '"') out.push_back('"');
        at = end;
    }
    out.push_back('"');
}

void line_writer::add(std::string_view text, cell_type type) {
    if (is_plainly_safe(text))
        add_plain(text);
    else
        add_plain(sanitize(text, type));
}

void line_writer::add_plain(std::string_view text) {
    separate();
    const bool reads_as_null = !options_.null_text.empty() && text == options_.null_text;
    append_cell(line_, text, false, options_.delimiter, options_.quote_all || reads_as_null);
}

void line_writer::add_null() {
    separate();
    line_ += options_.null_text;
}

void line_writer::clear() {
    line_.clear();
    first_ = true;
}

void line_writer::separate() {
    if (!first_) line_.push_back(options_.delimiter);
    first_ = false;
}

} // namespace rowhouse::csv
