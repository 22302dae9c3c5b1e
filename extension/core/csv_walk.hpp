// From the end of one field to the end of the next, so long as the quotes are sound. The ends are found some kilobytes
// ahead.
#pragma once

#include "core/csv_scan.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace rowhouse::csv {

class field_walk {
public:
    field_walk(std::string_view text, const structure& wanted) : end_(text.data() + text.size()), wanted_(wanted) {}

    void move(std::string_view text) {
        end_ = text.data() + text.size();
        forget();
    }

    // The ends found ahead, as offsets: the next one of the record that starts at `at`, up to last(), counted from
    // from(). A loop is meant to hold them in registers.
    const std::uint32_t* find(const char* at) {
        const bool on = at == resume_;
        if (!on) start(at);
        // Of the stretch in which the record begins; find_more() adds those of all that it goes through.
        breaks_seen_ = breaks_between_;
        doubled_seen_ = doubled_;
        if (on && (next_ != last_ || find_more()) && from_ + *next_ < at) ++next_; // the LF of CRLF
        return next_;
    }
    const std::uint32_t* last() const { return last_; }
    const char* from() const { return from_; }

    // More of them behind next(), when all are used up; false when a quote of the record is doubtful, or not closed.
    bool find_more();
    const std::uint32_t* next() const { return next_; }

    // Whether the record may have line breaks between quotes, or two quotes that stand for one.
    bool may_span_lines() const { return breaks_seen_; }
    bool may_be_doubled() const { return doubled_seen_; }

    // Where it is; the end of the text for one that is not closed.
    const char* doubtful_at() const { return doubtful_at_; }

    // The record has been walked through, up to this end, and the next one starts at `at`.
    void leave(const std::uint32_t* next, const char* at) {
        next_ = next;
        resume_ = at;
    }

    // The record was none to be walked through: nothing that was found holds behind it.
    void forget() { resume_ = nullptr; }

private:
    void start(const char* at);
    void fill();

    const char* end_;
    structure wanted_;
    const char* resume_ = nullptr;
    const char* filled_to_ = nullptr;
    const char* doubtful_at_ = nullptr;
    std::size_t words_ = 0; // to look ahead
    quote_state state_;
    const std::uint32_t* next_ = nullptr;
    const std::uint32_t* last_ = nullptr;
    const char* from_ = nullptr;
    bool breaks_between_ = false; // in what lies ahead
    bool doubled_ = false;
    bool breaks_seen_ = false; // there, and since the stretch in which the record began
    bool doubled_seen_ = false;
    std::vector<std::uint32_t> ends_;
};

} // namespace rowhouse::csv
