// The fast way through a record with sound quotes. It gives exactly what record_parser::walk() would, or gives up.
#include "core/csv_parser.hpp"

namespace rowhouse::csv {

namespace {

constexpr bool is_line_break(char c) {
    return c == '\n' || c == '\r';
}

} // namespace

bool record_parser::parse_clean(const char* at, raw_record& out) {
    if (expected_ == 0 || at < clean_from_ || careful_) return false;
    const auto give_up = [&](const char* reached) {
        examined_ += reached - at;
        clean_from_ = reached;
        return false;
    };
    const char delimiter = style_.delimiter;
    const char quote = style_.quote.value_or(delimiter);
    const char* start = at;
    const auto most = static_cast<std::size_t>(expected_);
    out.fields.resize(most);
    raw_field* field = out.fields.data();
    std::size_t count = 0;
    bool spans_lines = false;
    bool doubled = false;

    mark_walk::place place = marks_.find(at);
    while (true) {
        if (count == most) return give_up(start);
        const char* mark = marks_.next(place);
        field[count] = {start, mark, false, false, false, false, false};
        if (mark != end_ && *mark == quote && quote != delimiter) {
            if (mark != start) return give_up(mark); // a quote inside an unquoted field
            bool field_doubled = false;
            while (true) {
                mark = marks_.next(place);
                if (mark == end_) return give_up(mark);
                if (*mark != quote) {
                    spans_lines = spans_lines || is_line_break(*mark);
                    continue;
                }
                if (mark + 1 == end_ || mark[1] == delimiter || is_line_break(mark[1])) break;
                if (mark[1] != quote) return give_up(mark);
                marks_.next(place);
                field_doubled = true;
            }
            field[count] = {start + 1, mark, true, field_doubled, false, false, false};
            doubled = doubled || field_doubled;
            mark = marks_.next(place);
        }
        ++count;
        start = mark;
        if (mark == end_ || *mark != delimiter) break;
        ++start;
    }
    // A quoted field that runs over a line break is doubtful when the number of fields is wrong.
    if (count != most) {
        if (spans_lines) return give_up(start);
        out.fields.resize(count);
    }
    examined_ += start - at;
    out.begin = at;
    out.end = out.next = start;
    out.ending = take_line_break(out.next, end_);
    out.field_count = static_cast<std::int64_t>(count);
    out.extra_begin = nullptr;
    out.extras_blank = true;
    out.spans_lines = spans_lines;
    out.how = reading::regular;
    out.repaired_field = -1;
    out.clean = !doubled;
    return true;
}

} // namespace rowhouse::csv
