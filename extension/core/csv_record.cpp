#include "core/csv_record.hpp"

#include "core/unicode.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rowhouse::csv {

namespace {

std::string_view text_of(const raw_field& field) {
    return {field.begin, static_cast<std::size_t>(field.end - field.begin)};
}

class record_builder {
public:
    record_builder(const raw_record& raw, const record_context& context, std::string& buffer, record& out)
        : raw_(raw), context_(context), buffer_(buffer), out_(out) {}

    void build() {
        report_quoting();
        report_count();
        check_record_size();
        fill_cells();
        out_.rejected = std::any_of(out_.findings.begin(), out_.findings.end(),
                                    [](const finding& remark) { return remark.severity == finding_severity::error; });
    }

private:
    bool strict() const { return context_.options->strict; }

    finding& add(std::string_view code, finding_severity severity, finding_level level, const char* position,
                 std::int64_t column, std::string_view value, std::string message) {
        if (out_.number == 0) level = finding_level::header;
        finding remark = finding_at(position, context_, code, severity, level, out_.line, std::move(message));
        remark.record = out_.number;
        remark.column = static_cast<int>(column);
        remark.value = unicode::excerpt(value);
        out_.findings.push_back(std::move(remark));
        return out_.findings.back();
    }

    finding& add_row(std::string_view code, finding_severity severity, const char* position, std::int64_t column,
                     std::string_view value, std::string message) {
        return add(code, severity, finding_level::row, position, column, value, std::move(message));
    }

    finding_severity deviation() const { return strict() ? finding_severity::error : finding_severity::warning; }

    void report_quoting() {
        if (raw_.how != reading::regular) report_literal_quote();
        for (std::size_t i = 0; i < raw_.fields.size(); ++i) {
            const raw_field& field = raw_.fields[i];
            const auto index = static_cast<std::int64_t>(i);
            // Behind a quote that was taken as text, further ones are part of the same remark.
            if (field.stray && (raw_.how == reading::regular || index < raw_.repaired_field))
                report_stray(field, index + 1);
            if (!field.spaced) continue;
            add_row(strict() ? "stray-quote" : "space-after-quote", deviation(), field.begin, index + 1, text_of(field),
                    "spaces behind the closing quote were dropped");
        }
    }

    void report_literal_quote() {
        const std::string_view whole(raw_.begin, static_cast<std::size_t>(raw_.end - raw_.begin));
        const std::int64_t column = raw_.repaired_field + 1;
        if (raw_.how == reading::unclosed) {
            finding& remark = add_row("unclosed-quote", finding_severity::error, raw_.begin, column, whole,
                                      "a quote is opened and never closed");
            remark.hint = "Close the quote, or double it if it belongs to the text.";
            return;
        }
        finding& remark = add_row(strict() ? "stray-quote" : "quote-repaired", deviation(), raw_.begin, column, whole,
                                  "a cell starts with a quote that does not enclose it; the quotes were kept as text");
        remark.hint = "Enclose the cell in quotes and double the quotes inside it.";
    }

    void report_stray(const raw_field& field, std::int64_t column) {
        const std::string_view text = text_of(field);
        finding& remark = add_row("stray-quote", deviation(), field.begin, column, text,
                                  field.quoted ? "a quote inside a quoted cell is not doubled; it was kept as text"
                                               : "a quote inside an unquoted cell was kept as text");
        const char escaped[] = {'\\', *context_.style.quote, '\0'};
        remark.hint = text.find(escaped) != std::string_view::npos
                          ? "The file seems to escape quotes with a backslash; in CSV they are doubled."
                          : "Enclose the cell in quotes and double the quotes inside it.";
    }

    void report_count() {
        const std::int64_t expected = context_.expected;
        if (raw_.cut) return; // too large: nobody counted
        if (expected == 0 || raw_.field_count == expected) return;
        if (raw_.field_count < expected) return report_missing();

        if (raw_.extras_blank && raw_.field_count <= context_.written) return;
        const std::string_view extra(raw_.extra_begin, static_cast<std::size_t>(raw_.end - raw_.extra_begin));
        if (raw_.extras_blank && !strict()) {
            add_row("trailing-delimiter", finding_severity::info, raw_.extra_begin, expected + 1, extra,
                    "empty cells behind the last column were dropped");
            return;
        }
        finding& remark =
            add_row("extra-cell", finding_severity::error, raw_.extra_begin, expected + 1, extra,
                    std::to_string(raw_.field_count) + " cells where the header has " + std::to_string(expected));
        remark.hint = context_.single_quote_hint
                          ? "The file seems to enclose cells in single quotes; read it with ' as the quote."
                          : "Enclose cells that hold the delimiter in quotes.";
    }

    void report_missing() {
        const bool warn = context_.options->pad_short_rows && !strict();
        const std::string_view whole(raw_.begin, static_cast<std::size_t>(raw_.end - raw_.begin));
        add_row("missing-cell", warn ? finding_severity::warning : finding_severity::error, raw_.begin,
                raw_.field_count + 1, whole,
                std::to_string(raw_.field_count) + " cells where the header has " + std::to_string(context_.expected));
    }

    void check_record_size() {
        const std::int64_t limit = context_.options->max_record_bytes;
        const std::int64_t size = raw_.end - raw_.begin;
        if (!raw_.cut && (limit == 0 || size <= limit)) return;
        const std::string_view whole(raw_.begin, static_cast<std::size_t>(size));
        add_row("record-too-large", finding_severity::error, raw_.begin, 0, whole,
                "the record has more than " + std::to_string(limit) + " bytes");
    }

    void fill_cells() {
        out_.cells.clear();
        reserve_buffer();
        for (std::size_t i = 0; i < raw_.fields.size(); ++i) {
            out_.cells.push_back(make_cell(raw_.fields[i], static_cast<std::int64_t>(i) + 1));
        }
        const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(context_.expected, 0));
        if (out_.cells.size() < wanted) out_.cells.resize(wanted, cell{{}, true});
    }

    // Cells point into the buffer, so it must not move while it is filled.
    void reserve_buffer() {
        buffer_.clear();
        std::size_t needed = 0;
        for (const raw_field& field : raw_.fields) {
            if (field.doubled || !context_.well_formed) needed += text_of(field).size();
        }
        buffer_.reserve(context_.well_formed ? needed : needed * 3);
    }

    cell make_cell(const raw_field& field, std::int64_t column) {
        const std::string_view raw_text = text_of(field);
        check_cell_size(field, column);
        if (context_.has_null_bytes && raw_text.find('\0') != std::string_view::npos) {
            add("nul-byte", finding_severity::error, finding_level::cell, field.begin, column, raw_text,
                "the cell holds a NUL byte");
            return {{}, true};
        }
        const bool repair = !context_.well_formed && unicode::well_formed_prefix(raw_text) != raw_text.size();
        if (repair) report_encoding(raw_text, column);
        const bool collapse = field.doubled && raw_text.find(*context_.style.quote) != std::string_view::npos;
        if (!repair && !collapse) return {raw_text, !field.quoted && raw_text.empty()};

        const std::size_t start = buffer_.size();
        if (!collapse) {
            unicode::append_repaired(buffer_, raw_text);
        } else if (!repair) {
            append_unescaped(buffer_, field, *context_.style.quote);
        } else {
            std::string unescaped;
            append_unescaped(unescaped, field, *context_.style.quote);
            unicode::append_repaired(buffer_, unescaped);
        }
        return {std::string_view(buffer_).substr(start), false};
    }

    void check_cell_size(const raw_field& field, std::int64_t column) {
        const std::int64_t limit = context_.options->max_cell_bytes;
        const std::int64_t size = field.end - field.begin;
        if (limit == 0 || size <= limit) return;
        add("cell-too-large", finding_severity::error, finding_level::cell, field.begin, column, text_of(field),
            "the cell has " + std::to_string(size) + " bytes, more than " + std::to_string(limit));
    }

    void report_encoding(std::string_view raw_text, std::int64_t column) {
        const char* position = raw_text.data() + unicode::well_formed_prefix(raw_text);
        finding& remark = add_row("encoding-error", finding_severity::error, position, column, raw_text,
                                  "the cell holds bytes that are not valid in the encoding of the file");
        remark.hint = "Save the file as \"CSV UTF-8\", or choose the encoding it is in.";
    }

    const raw_record& raw_;
    const record_context& context_;
    std::string& buffer_;
    record& out_;
};

// Nothing to say about it and nothing to copy.
bool is_plain(const raw_record& raw, const record_context& context) {
    const auto fits = [&](std::int64_t limit) { return limit == 0 || raw.end - raw.begin <= limit; };
    return raw.clean && raw.field_count == context.expected && context.well_formed && !context.has_null_bytes &&
           fits(context.options->max_record_bytes) && fits(context.options->max_cell_bytes);
}

void fill_plain(const raw_record& raw, record& out) {
    out.rejected = false;
    out.cells.resize(raw.fields.size());
    cell* to = out.cells.data();
    for (const raw_field& field : raw.fields)
        *to++ = {text_of(field), !field.quoted && field.begin == field.end};
}

} // namespace

finding finding_at(const char* position, const record_context& context, std::string_view code,
                   finding_severity severity, finding_level level, std::int64_t line, std::string message) {
    finding remark;
    remark.code = code;
    remark.severity = severity;
    remark.level = level;
    remark.line = line;
    remark.message = std::move(message);
    if (!context.converted) remark.byte_offset = position - context.base + context.skipped;
    return remark;
}

void build_record(const raw_record& raw, const record_context& context, std::int64_t number, std::int64_t line,
                  std::string& buffer, record& out) {
    out.number = number;
    out.line = line;
    out.byte_offset = raw.begin - context.base + context.skipped;
    out.findings.clear();
    if (is_plain(raw, context)) return fill_plain(raw, out);
    record_builder(raw, context, buffer, out).build();
}

} // namespace rowhouse::csv
