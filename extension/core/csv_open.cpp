#include "core/csv_header.hpp"
#include "core/csv_reader.hpp"
#include "core/csv_sniff.hpp"
#include "core/unicode.hpp"

#include <limits>
#include <utility>

namespace rowhouse::csv {

namespace {

std::string shown(char delimiter) {
    return delimiter == '\t' ? "tab" : std::string(1, delimiter);
}

bool can_be_structural(char c) {
    return c != '\n' && c != '\r' && c != '\0' && static_cast<unsigned char>(c) < 0x80;
}

bool is_possible(char delimiter, std::optional<char> quote) {
    return can_be_structural(delimiter) && delimiter != quote && (!quote || can_be_structural(*quote));
}

line_break chosen_break(const read_options& options) {
    if (options.line_break == "\n") return line_break::lf;
    if (options.line_break == "\r\n") return line_break::crlf;
    return options.line_break == "\r" ? line_break::cr : line_break::none;
}

} // namespace

void reader::state::open() {
    if (options.max_bytes > 0 && bytes.size() > options.max_bytes) {
        return fail("file-too-large", "the file has " + std::to_string(bytes.size()) + " bytes, more than " +
                                          std::to_string(options.max_bytes));
    }
    if (bytes.size() == 0) return fail("empty-file", "the file is empty");

    decode(bytes, options, input);
    findings = std::move(input.findings);
    file.encoding = input.encoding;
    file.encoding_confidence = input.confidence;
    file.bom = input.bom;
    failed = input.failed;
    if (failed) return;
    report_edges();
    if (!input.text.has_text) return fail("empty-file", "the file is empty");

    context.options = &options;
    context.converted = input.converted;
    context.well_formed = input.text.ill_formed_at < 0;
    context.has_null_bytes = input.text.has_nul;
    cursor.emplace(bytes, input, options.max_record_bytes);
    choose_delimiter();
    if (!failed) find_header();
}

void reader::state::report_edges() {
    const auto position = [&](std::int64_t offset) { return input.converted ? -1 : offset + input.skipped(); };
    if (input.text.control_bytes > 0)
        add_file("trailing-control", finding_severity::info, "a Ctrl-Z at the end of the file was dropped")
            .byte_offset = position(input.text.size);
    if (!input.text.has_text || input.text.mark_at < 0) return;
    finding& remark =
        add_file("bom-in-data", finding_severity::warning, "a byte order mark inside the file was kept as text");
    remark.line = 1 + count_line_breaks(bytes, input, input.text.mark_at, chosen_break(options));
    remark.byte_offset = position(input.text.mark_at);
    remark.hint = "Two files may have been put together; look at this line.";
}

void reader::state::choose_delimiter() {
    const line_break only_break = chosen_break(options);
    if (only_break != line_break::none) file.line_break = *options.line_break;
    cursor->end_lines_with(only_break);
    std::optional<char> quote = options.quote.value_or('"');
    file.quote = *quote;
    if (quote == '\0') quote.reset();

    const auto separator = options.header_line == 1 ? std::nullopt : read_separator_line(sample());
    if (separator) {
        file.sep_hint = true;
        file.delimiter = separator->delimiter;
        cursor->at += separator->length;
        note_line_break(separator->ending);
        finding& remark = add_file("sep-hint", options.strict ? finding_severity::error : finding_severity::info,
                                   "the first line names the delimiter: " + shown(separator->delimiter));
        remark.line = line++;
        remark.value = input.text.sample.substr(0, 5);
    }
    skip_chosen_lines();
    if (failed) return;
    if (options.delimiter) file.delimiter = *options.delimiter;
    const bool known = options.delimiter || file.sep_hint;
    if (!options.quote && !options.strict) {
        if (const auto other = find_other_quote(sample(), {file.delimiter, quote, only_break}, known)) {
            file.quote = *(quote = other->quote);
            add_file("quote-detected", finding_severity::info, "cells are enclosed in single quotes").value =
                file.quote;
        }
    }
    if (!known) {
        const delimiter_guess guess = guess_delimiter(sample(), {',', quote, only_break});
        file.delimiter = guess.delimiter;
        file.delimiter_confidence = guess.confidence;
        if (guess.rival) {
            return fail("delimiter-ambiguous",
                        "the delimiter may be " + shown(guess.delimiter) + " or " + shown(*guess.rival),
                        "Choose the delimiter.");
        }
        if (guess.delimiter != ',') {
            finding& remark =
                add_file("delimiter-detected", finding_severity::info, "the delimiter is " + shown(guess.delimiter));
            remark.value = std::string(1, guess.delimiter);
        }
    }
    if (!is_possible(file.delimiter, quote)) {
        return fail("delimiter-ambiguous",
                    "delimiter and quote must be two different ASCII characters and no line breaks",
                    "Choose another delimiter.");
    }
    context.style = {file.delimiter, quote, only_break};
    cursor->use(context.style);
}

// Lines above the one that was chosen to be the first, whatever is on them.
void reader::state::skip_chosen_lines() {
    while (options.header_line && line < *options.header_line) {
        const char* start = cursor->at;
        const std::int64_t offset = cursor->offset();
        std::string shown =
            unicode::excerpt({start, static_cast<std::size_t>(std::min<std::ptrdiff_t>(cursor->end() - start, 2048))});
        shown.resize(std::min(shown.size(), shown.find_first_of("\r\n")));
        if (offset == input.text.size)
            return fail("empty-file", "the file has no line " + std::to_string(*options.header_line),
                        "Choose another line for the header.");
        finding& remark = add_file("preamble-row", finding_severity::warning, "a line above the header was left out");
        remark.line = line++;
        remark.value = std::move(shown);
        ++file.preamble_rows;
        note_line_break(cursor->skip_line());
    }
}

void reader::state::find_header() {
    file.header = options.header.value_or(true);
    int titles = file.header && !options.header_line ? count_preamble(sample(), context.style) : 0;
    const std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
    cursor->parser.expect(0, options.max_columns > 0 ? options.max_columns : no_limit);
    while (true) {
        skip_blank_rows();
        if (!cursor->parser.parse(cursor->at, raw)) return fail("empty-file", "the file is empty");
        if (is_empty_record()) {
            skip_empty_record();
        } else if (titles > 0) {
            --titles;
            skip_preamble_row();
        } else {
            break;
        }
    }
    if (options.max_columns > 0 && raw.field_count > options.max_columns) {
        fail("too-many-columns", "the file has " + std::to_string(raw.field_count) + " columns, more than " +
                                     std::to_string(options.max_columns));
        findings.back().line = line;
        return;
    }
    open_header();
}

void reader::state::skip_preamble_row() {
    ++file.preamble_rows;
    finding& remark =
        options.strict ? add_file("missing-cell", finding_severity::error, "a line above the header has too few cells")
                       : add_file("preamble-row", finding_severity::warning, "a line above the header was left out");
    if (options.strict) remark.level = finding_level::row;
    remark.line = line;
    remark.value = unicode::excerpt(raw_text());
    remark.hint = "Remove the lines above the header, or say that the file has no header.";
    advance();
}

void reader::state::open_header() {
    const auto all = static_cast<std::int64_t>(raw.fields.size());
    context.written = context.expected = all;
    if (file.header && !options.strict && !raw.cut && may_have_unused_columns(raw)) {
        text_cursor ahead(bytes, input, options.max_record_bytes);
        ahead.use(context.style);
        context.expected = columns_in_use(raw, ahead, cursor->offset_of(raw.next));
    }
    cursor->parser.expect(context.expected, 0);
    file.quote_confidence = options.quote ? 1 : confidence_in_quote(sample(), context.style);
    file.header_confidence = options.header ? 1 : confidence_in_header(sample(), context.style);
    if (all == 1) {
        if (const auto separator = unused_separator(sample(), context.style)) {
            finding& remark =
                add_file("single-column", finding_severity::warning,
                         "the file has one column, but every record could be split at " + shown(*separator));
            remark.value = std::string(1, *separator);
            remark.hint = "Choose the delimiter if the file has more than one column.";
        }
    }
    if (!file.header) return;
    file.header_line = line;
    header_pending = true;
    if (context.expected == all) return;
    finding& remark = add_file("trailing-delimiter", finding_severity::info,
                               "columns at the end that are blank in every row were left out");
    remark.level = finding_level::header;
    remark.line = line;
    remark.column = static_cast<int>(context.expected) + 1;
}

} // namespace rowhouse::csv
