// What has to be known of a whole text before its first record can be given out. One pass, in pieces of any size.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rowhouse::csv {

class text_survey {
public:
    void add(std::string_view piece);
    void finish();

    // The start of the text, for guesses: a little more than they look at, where there is more.
    static constexpr std::size_t sample_bytes = (1 << 16) + 2;
    std::string sample;

    std::int64_t size = 0;           // of the text, a Ctrl-Z at its end (the end-of-file mark of DOS) not counted
    std::int64_t control_bytes = 0;  // those Ctrl-Z
    std::int64_t ill_formed_at = -1; // the first byte that is not well-formed UTF-8
    std::int64_t mark_at = -1;       // the first byte order mark
    bool has_nul = false;
    bool has_text = false; // anything but white space

    // Where nothing but blank lines follows, given what counts as blank: spaces and tabs, unless they separate.
    std::int64_t end_of_text(char delimiter) const {
        std::int64_t last = last_other_;
        if (delimiter == '\t' && last_tab_ > last) last = last_tab_;
        if (delimiter == ' ' && last_space_ > last) last = last_space_;
        return last + 1;
    }

private:
    void note_edges(std::string_view piece);

    std::string carry_; // the end of the last piece, when it may be the start of a longer sequence
    std::int64_t last_other_ = -1;
    std::int64_t last_tab_ = -1;
    std::int64_t last_space_ = -1;
};

} // namespace rowhouse::csv
