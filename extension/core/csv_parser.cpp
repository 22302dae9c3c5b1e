#include "core/csv_parser.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace rowhouse::csv {

namespace {

const char* find_byte(const char* at, const char* end, char byte) {
    const void* found = at == end ? nullptr : std::memchr(at, byte, static_cast<std::size_t>(end - at));
    return found == nullptr ? end : static_cast<const char*>(found);
}

const char* skip(const char* at, const char* end, char byte) {
    while (at != end && *at == byte)
        ++at;
    return at;
}

bool is_odd(std::ptrdiff_t length) {
    return length % 2 != 0;
}

} // namespace

record_parser::record_parser(std::string_view text, const dialect& style, bool complete)
    : style_(style), end_(text.data() + text.size()),
      complete_(complete), structure_{style.delimiter,
                                      style.quote.value_or(style.delimiter),
                                      {break_bytes(style.only_break).bytes[0], break_bytes(style.only_break).bytes[1]}},
      plain_end_(byte_set{{structure_.delimiter, structure_.quote, structure_.breaks[0], structure_.breaks[1]}}),
      line_breaks_(break_bytes(style.only_break)), walk_(text, structure_),
      careful_(style.only_break == line_break::crlf) {} // one of two bytes is no mark

// All memory is of positions in the old window.
void record_parser::move(std::string_view text, bool complete) {
    end_ = text.data() + text.size();
    complete_ = complete;
    walk_.move(text);
    clean_from_ = nullptr;
    main_ = lines_ = {};
    spaces_ = {};
    ahead_ = {};
}

void record_parser::expect(std::int64_t fields, std::int64_t limit) {
    expected_ = fields;
    limit_ = fields > 0 ? fields : limit;
    ahead_ = {};
}

bool record_parser::parse(const char* at, raw_record& out) {
    if (at == end_) return false;
    if (!parse_clean(at, out)) parse_doubtful(at, out);
    out.cut = !complete_ && out.next == end_;
    return true;
}

void record_parser::parse_doubtful(const char* at, raw_record& out) {
    const char* quote = walk(at, {.stop_at_trouble = true}, out);
    if (quote == nullptr) return;

    walk(at, {.literal = quote}, spare_);
    if (prefer_reread(quote, spare_)) {
        std::swap(out, spare_);
    } else {
        walk(at, {.accept_torn = true}, out);
    }
    settle(out);
}

// Reads one record. Returns the quote to be doubted when told to stop at trouble, else nothing.
const char* record_parser::walk(const char* at, const attempt& how, raw_record& out) {
    out.fields.clear();
    out.begin = at;
    out.field_count = 0;
    out.extra_begin = nullptr;
    out.extras_blank = true;
    out.spans_lines = false;
    out.how = reading::regular;
    out.repaired_field = -1;
    out.clean = false;

    const char* suspect = nullptr; // the first quoted field that a misread quote could explain
    while (true) {
        const char* start = at;
        raw_field field;
        bool plain = !opens_quoted(at);
        if (!plain) {
            const quoted_scan scan = at == how.literal ? quoted_scan{} : scan_quoted(at, main_);
            const bool accepted =
                scan.how == quoted_scan::outcome::closed || (scan.how == quoted_scan::outcome::torn && how.accept_torn);
            if (!accepted && how.stop_at_trouble) return at;
            if (accepted) {
                field = {at + 1, scan.close, true, scan.doubled, scan.stray, scan.after != scan.close + 1, false};
                out.spans_lines = out.spans_lines || scan.spans_lines;
                if (suspect == nullptr && (scan.stray || scan.spans_lines)) suspect = at;
                at = scan.after;
            } else {
                plain = field.literal = true;
                if (out.repaired_field < 0) out.repaired_field = out.field_count;
            }
        }
        if (plain) read_plain(at, field);
        keep(field, start, out);
        examined_ += at - start;
        // Far enough to know that the count is wrong: a long way may lie ahead, to be walked again and again.
        const bool too_many = expected_ > 0 && out.field_count > expected_ && !out.extras_blank;
        if (how.stop_at_trouble && suspect != nullptr && too_many) return suspect;
        if (at == end_ || *at != style_.delimiter) break;
        ++at;
    }
    out.end = out.next = at;
    out.ending = take_line_break(out.next, end_, style_.only_break);
    return how.stop_at_trouble && suspect != nullptr && !matches(out) ? suspect : nullptr;
}

// An unquoted field: everything up to the delimiter or line break, quotes included.
void record_parser::read_plain(const char*& at, raw_field& field) const {
    field.begin = at;
    while (true) {
        at = plain_end_.find(at, end_);
        if (opens_quoted(at)) {
            field.stray = true;
        } else if (ends_field(at)) {
            break;
        }
        ++at;
    }
    field.end = at;
}

void record_parser::keep(const raw_field& field, const char* start, raw_record& out) const {
    ++out.field_count;
    if (out.field_count <= limit_) {
        out.fields.push_back(field);
        return;
    }
    if (out.extra_begin == nullptr) out.extra_begin = start;
    if (field.quoted || field.begin != field.end) out.extras_blank = false;
}

void record_parser::settle(raw_record& out) {
    if (out.repaired_field < 0) return;
    const char* from = out.repaired_field < static_cast<std::int64_t>(out.fields.size())
                           ? out.fields[static_cast<std::size_t>(out.repaired_field)].begin
                           : out.extra_begin;
    examined_ += out.end - from;
    out.how = is_odd(std::count(from, out.end, *style_.quote)) ? reading::unclosed : reading::repaired;
}

bool record_parser::matches(const raw_record& out) const {
    return expected_ == 0 || out.field_count == expected_ || (out.field_count > expected_ && out.extras_blank);
}

// T3 and T5: whether the reading with the doubtful quote taken as text is the better one.
bool record_parser::prefer_reread(const char* quote, const raw_record& reread) {
    const quoted_scan scan = scan_quoted(quote, main_);
    if (scan.how == quoted_scan::outcome::unclosed || matches(reread)) return true;
    return scan.spans_lines && lines_are_records(quote, scan);
}

// Whether a line that the quoted field would swallow is a complete record by itself. The line with the closing quote
// counts only if that quote looks like the end of a field that was opened on the same line.
bool record_parser::lines_are_records(const char* quote, const quoted_scan& scan) {
    const char* first_line_end = line_end(quote, main_.line);
    const char* second_line = first_line_end;
    take_line_break(second_line, end_, style_.only_break);
    const complete_line& line = next_complete_line(second_line);
    if (line.begin == end_ || line.begin > scan.close) return false;
    if (line.end <= scan.close) return true;
    return scan.previous != nullptr && scan.previous > first_line_end && ends_field(scan.previous - 1);
}

// T2: from an opening quote to its closing one. Behind the first stray quote the search is answered from memory; a
// field that has a stray quote and runs over a line break is torn, which means that its closing quote is doubtful.
quoted_scan record_parser::scan_quoted(const char* open, search_memo& memo) const {
    const char quote = *open;
    quoted_scan scan;
    const char* at = open + 1;
    while (true) {
        const char* run = find_byte(at, end_, quote);
        const char* run_end = skip(run, end_, quote);
        examined_ += run_end - at;
        if (run == end_) return scan;
        if (run_end - run > 1) scan.doubled = true;
        if (is_odd(run_end - run)) {
            scan.close = run_end - 1;
            scan.after = behind_spaces(run_end);
            if (!ends_field(scan.after)) break;
            scan.how = quoted_scan::outcome::closed;
            scan.spans_lines = find_line_break(open + 1, scan.close) != scan.close;
            examined_ += scan.close - open;
            return scan;
        }
        at = run_end;
    }
    scan.stray = scan.doubled = true;
    const closing_memo& closing = next_closing(scan.close + 1, memo.closing);
    if (closing.at == end_) return scan;
    scan.previous = closing.previous != nullptr && closing.previous > scan.close ? closing.previous : scan.close;
    scan.close = closing.at;
    scan.after = behind_spaces(scan.close + 1);
    scan.spans_lines = line_end(open, memo.line) < scan.close;
    scan.how = scan.spans_lines ? quoted_scan::outcome::torn : quoted_scan::outcome::closed;
    return scan;
}

// Spaces may follow a closing quote, unless they are the delimiter.
const char* record_parser::behind_spaces(const char* at) const {
    if (style_.delimiter == ' ' || at == end_ || *at != ' ') return at;
    if (spaces_.from == nullptr || at < spaces_.from || at > spaces_.at) {
        spaces_ = {at, skip(at, end_, ' ')};
        examined_ += spaces_.at - at;
    }
    return spaces_.at;
}

const record_parser::closing_memo& record_parser::next_closing(const char* at, closing_memo& memo) const {
    if (memo.from != nullptr && memo.from <= at && at <= memo.at) return memo;
    closing_memo found{at, end_, nullptr};
    while (true) {
        const char* run = find_byte(at, end_, *style_.quote);
        examined_ += run - at;
        if (run == end_) break;
        if (memo.from != nullptr && memo.from <= run && run <= memo.at) {
            found.at = memo.at;
            if (memo.previous != nullptr) found.previous = memo.previous;
            break;
        }
        at = skip(run, end_, *style_.quote);
        examined_ += at - run;
        if (!is_odd(at - run)) continue;
        if (ends_field(behind_spaces(at))) {
            found.at = at - 1;
            break;
        }
        found.previous = run;
    }
    return memo = found;
}

const char* record_parser::line_end(const char* at, line_memo& memo) const {
    if (memo.from == nullptr || at < memo.from || at > memo.at) {
        memo = {at, find_line_break(at, end_)};
        examined_ += memo.at - at;
    }
    return memo.at;
}

// The first line at or behind `at`, which must be the start of a line, that has the expected number of fields.
const record_parser::complete_line& record_parser::next_complete_line(const char* at) {
    if (ahead_.from != nullptr && ahead_.from <= at && at <= ahead_.begin) return ahead_;
    const char* from = at;
    while (at != end_) {
        const char* end = line_end(at, lines_.line);
        if (count_fields_of_line(at, end) == expected_) return ahead_ = {from, at, end};
        take_line_break(at = end, end_, style_.only_break);
    }
    return ahead_ = {from, end_, end_};
}

// The line taken by itself: a quote that is not closed on it is text.
std::int64_t record_parser::count_fields_of_line(const char* at, const char* end) {
    for (std::int64_t count = 1;; ++count) {
        bool plain = true;
        if (opens_quoted(at)) {
            const quoted_scan scan = scan_quoted(at, lines_);
            plain = scan.how != quoted_scan::outcome::closed || scan.close >= end;
            if (!plain) at = scan.after;
        }
        if (plain) {
            const char* found = find_byte(at, end, style_.delimiter);
            examined_ += found - at;
            at = found;
        }
        if (at == end) return count;
        ++at;
    }
}

void append_unescaped(std::string& out, const raw_field& field, char quote) {
    const char* at = field.begin;
    while (at != field.end) {
        const char* found = find_byte(at, field.end, quote);
        if (found != field.end) ++found;
        out.append(at, found);
        at = found != field.end && *found == quote && found[-1] == quote ? found + 1 : found;
    }
}

const char* record_parser::find_line_break(const char* at, const char* end) const {
    for (at = line_breaks_.find(at, end); at != end && !is_line_break(at, end_, style_.only_break);)
        at = line_breaks_.find(at + 1, end);
    return at;
}

line_break take_line_break(const char*& at, const char* end, line_break only) {
    if (at == end || !is_line_break(at, end, only)) return line_break::none;
    if (*at == '\n') {
        ++at;
        return line_break::lf;
    }
    ++at;
    if (at == end || *at != '\n' || only == line_break::cr) return line_break::cr;
    ++at;
    return line_break::crlf;
}

std::int64_t count_line_breaks(const char* begin, const char* end, line_break only) {
    std::int64_t count = 0;
    for (const char* at = begin; at != end;) {
        if (take_line_break(at, end, only) == line_break::none)
            ++at;
        else
            ++count;
    }
    return count;
}

} // namespace rowhouse::csv
