// Dates in a format that was declared.
#pragma once

#include "core/checks_time.hpp"

#include <vector>

namespace rowhouse::checks {

class time_scanner;

// DD.MM.YYYY HH24:MI, in the words of to_char(): YYYY YY MM Mon Month DD HH24 HH12 MI SS US AM PM OF, in any case. All
// else but letters and digits stands for itself.
class time_format {
public:
    // A sentence that says what is wrong with the format, or nothing.
    std::string compile(std::string_view format);

    // Only what matches as a whole is read. MM, DD and HH may have one digit, unless they adjoin another
    // number.
    time_reading read(std::string_view text) const;

    bool empty() const { return fields_.empty(); }

private:
    struct field {
        char what;    // a letter for each word; NUL for a literal
        char literal; // the character that must stand here
        bool exact;   // no digit may be missing
    };
    static bool read_field(const field& wanted, time_scanner& scan, moment& when, int& half);

    std::vector<field> fields_;
};

} // namespace rowhouse::checks
