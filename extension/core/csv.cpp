#include "core/csv_header.hpp"
#include "core/csv_reader.hpp"
#include "core/csv_sniff.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rowhouse::csv {

namespace {

// One by one up to here; further blank rows are counted in one finding.
constexpr std::int64_t most_blank_row_findings = 1000;

constexpr std::string_view name_of(line_break ending) {
    constexpr std::string_view names[] = {"", "\n", "\r\n", "\r"};
    return names[static_cast<int>(ending)];
}

} // namespace

bool reader::state::next(record& out) {
    if (failed || ended) return false;
    if (header_pending) {
        header_pending = false;
        next_header(out);
        return true;
    }
    if (next_data(out)) return true;
    ended = true;
    finish();
    return false;
}

void reader::state::next_header(record& out) {
    cursor->parser.parse(cursor->at, raw);
    build_record(raw, context, 0, line, buffer, out);
    check_labels(out, context, out.findings);
    out.rejected = std::any_of(out.findings.begin(), out.findings.end(),
                               [](const finding& remark) { return remark.severity == finding_severity::error; });
    std::move(out.findings.begin(), out.findings.end(), std::back_inserter(findings));
    out.findings.clear();
    advance();
}

bool reader::state::next_data(record& out) {
    while (true) {
        skip_blank_rows();
        if (!cursor->parser.parse(cursor->at, raw)) return false;
        if (!is_empty_record()) break;
        ++empty_records;
        skip_empty_record();
    }
    if (options.max_records > 0 && records == options.max_records) {
        add_file("too-many-rows", finding_severity::error,
                 "the file has more than " + std::to_string(options.max_records) + " data rows")
            .line = line;
        return false;
    }
    if (raw.extra_begin != nullptr && !quote_hint_checked) {
        quote_hint_checked = true;
        context.single_quote_hint =
            context.style.quote == '"' && fits_better_with_quote(input.text.sample, context.style, '\'');
    }
    build_record(raw, context, ++records, line, buffer, out);
    advance();
    return true;
}

// Where the window ends it may end a line of white space that goes on; such a line is taken for a record.
bool reader::state::blank_row(const char*& row_end) const {
    if (cursor->at == cursor->end() || static_cast<unsigned char>(*cursor->at) > ' ') return false;
    row_end = blank_line_end(cursor->at, cursor->end(), context.style, options.strict);
    return row_end != nullptr && (cursor->is_complete() || cursor->end() - row_end > 1);
}

// Lines with nothing but white space on them. In strict reading they are an error, unless they end the file, or the
// file has a single column and they may be a value.
void reader::state::skip_blank_rows() {
    settle();
    for (const char* row_end = nullptr; blank_row(row_end); settle()) {
        const bool last = cursor->offset() >= input.text.end_of_text(context.style.delimiter);
        const bool wrong = options.strict && context.expected != 1 && !last;
        add_blank_row(wrong ? finding_severity::error : finding_severity::info, row_end);
        cursor->at = row_end;
        note_line_break(take_line_break(cursor->at, cursor->end(), context.style.only_break));
        ++line;
    }
}

// A row of delimiters alone. To strict reading it is a record like any other.
bool reader::state::is_empty_record() const {
    return !options.strict && !raw.cut && raw.field_count > 1 && raw.extras_blank &&
           raw.fields.front().begin == raw.fields.front().end &&
           std::all_of(raw.fields.begin(), raw.fields.end(),
                       [](const raw_field& field) { return !field.quoted && field.begin == field.end; });
}

void reader::state::skip_empty_record() {
    add_blank_row(finding_severity::warning, raw.end);
    advance();
}

void reader::state::add_blank_row(finding_severity severity, const char* row_end) {
    if (++blank_rows > most_blank_row_findings) {
        unlisted_blank_rows = std::max(unlisted_blank_rows, severity);
        return;
    }
    finding remark =
        finding_at(cursor->at, context, "blank-row", severity, finding_level::row, line, "a blank row was skipped");
    remark.value = unicode::excerpt({cursor->at, static_cast<std::size_t>(row_end - cursor->at)});
    findings.push_back(std::move(remark));
}

void reader::state::advance() {
    if (raw.spans_lines) line += count_line_breaks(raw.begin, raw.end, context.style.only_break);
    cursor->at = raw.cut ? raw.end : raw.next;
    cut = raw.cut;
    if (cut) return;
    note_line_break(raw.ending);
    ++line;
}

// The cells of the last record are not needed any more, so the window may move.
void reader::state::settle() {
    if (cut) {
        cut = false;
        note_line_break(cursor->skip_line());
        ++line;
    }
    cursor->settle();
    context.base = cursor->begin();
    context.skipped = cursor->window_offset() + (input.converted ? 0 : input.skipped());
}

void reader::state::note_line_break(line_break ending) {
    if (ending == line_break::none || ending == first_ending || mixed) return;
    if (first_ending == line_break::none) {
        first_ending = ending;
        file.line_break = name_of(ending);
        return;
    }
    mixed = true;
    file.line_break = "mixed";
    add_file("mixed-line-breaks", options.strict ? finding_severity::error : finding_severity::warning,
             "the file has line breaks of more than one kind")
        .line = line;
}

void reader::state::finish() {
    if (blank_rows > most_blank_row_findings) {
        const std::string count = std::to_string(blank_rows - most_blank_row_findings);
        add_file("blank-row", unlisted_blank_rows, count + " more blank rows were skipped").level = finding_level::row;
    }
    if (!mixed && (first_ending == line_break::lf || first_ending == line_break::cr)) {
        add_file("nonrfc-line-breaks", finding_severity::info,
                 first_ending == line_break::lf ? "lines end with LF, not CRLF" : "lines end with CR, not CRLF");
    }
    if (file.header && records == 0 && empty_records == 0) {
        add_file("no-data-rows", finding_severity::error, "the file has a header and no data");
    }
}

finding& reader::state::add_file(std::string_view code, finding_severity severity, std::string message) {
    finding remark;
    remark.code = code;
    remark.severity = severity;
    remark.level = finding_level::file;
    remark.message = std::move(message);
    findings.push_back(std::move(remark));
    return findings.back();
}

void reader::state::fail(std::string_view code, std::string message, std::string hint) {
    failed = true;
    add_file(code, finding_severity::error, std::move(message)).hint = std::move(hint);
}

reader::reader(std::string_view bytes, const read_options& options)
    : state_(std::make_unique<state>(byte_source(bytes), options)) {}
reader::reader(source bytes, const read_options& options)
    : state_(std::make_unique<state>(byte_source(std::move(bytes)), options)) {}
reader::~reader() = default;
const format& reader::file_format() const {
    return state_->file;
}
bool reader::failed() const {
    return state_->failed;
}
bool reader::next(record& out) {
    return state_->next(out);
}
const std::vector<finding>& reader::file_findings() const {
    return state_->findings;
}

} // namespace rowhouse::csv
