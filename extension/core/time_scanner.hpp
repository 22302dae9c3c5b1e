// Steps from left to right through a written date: numbers, separators, names of months, offsets.
#pragma once

#include "core/checks_text.hpp"

namespace rowhouse::checks {

struct number_field {
    int value = 0;
    int digits = 0; // as it was written; 0 for none
};

class time_scanner {
public:
    explicit time_scanner(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool take_any(std::string_view characters) {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Spaces; whether there were any.
    bool spaces() {
        const std::size_t before = rest_.size();
        while (take(' ')) {
        }
        return rest_.size() != before;
    }

    // At least one digit; with more than `most` it is no number of a date.
    bool number(number_field& out, int most) {
        out = take_digits(most);
        return out.digits > 0 && (rest_.empty() || !is_digit(rest_.front()));
    }

    // At most `most` digits, whatever follows.
    number_field take_digits(int most) {
        number_field out;
        while (out.digits < most && !rest_.empty() && is_digit(rest_.front())) {
            out.value = out.value * 10 + (rest_.front() - '0');
            out.digits++;
            rest_.remove_prefix(1);
        }
        return out;
    }

    // What stands between two numbers of a date: . / - with or without spaces, or spaces alone (' '). NUL for nothing.
    char separator() {
        const bool spaced = spaces();
        char found = spaced ? ' ' : '\0';
        for (const char c : {'.', '/', '-'})
            if (take(c)) {
                found = c;
                spaces();
                break;
            }
        return found;
    }

    // 1 to 12 for the English name of a month, whole or in three letters (or "Sept"), with or without a full stop; else
    // 0, and nothing is taken.
    int month_name();

    // 'a' or 'p' for AM and PM, in any case; else 0.
    int half_of_day();

    // One to nine digits behind the decimal sign of the seconds; those from the seventh on do not count.
    bool fraction(int& microseconds);

    // Z, UTC, GMT, +02, +0200 or +02:00, in minutes. True with nothing taken when there is none.
    bool offset(int& minutes, bool& found);

private:
    bool take_word(std::string_view lower);

    std::string_view rest_;
};

} // namespace rowhouse::checks
