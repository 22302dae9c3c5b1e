// The directory of numbering plans. It is built into rowhouse_phone.so and not into rowhouse.so: loading libphonenumber
// and what it needs takes milliseconds, and only those shall pay who look numbers up. No PostgreSQL here.
#pragma once

#include "core/checks_phone.hpp"

namespace rowhouse::phone {

// A checks::phone_directory. The first call reads the numbering plans, another few milliseconds.
checks::phone_entry look_up(std::string_view text, std::string_view region);

// Whether a region (ISO 3166) has a numbering plan.
bool is_region(std::string_view region);

// What rowhouse.so finds in rowhouse_phone.so, as the symbol of this name. A session may have one of the two from
// before an upgrade and load the other from after it.
struct entry_points {
    const char* version; // of rowhouse; comes first in every version
    checks::phone_directory look_up;
    bool (*is_region)(std::string_view region);
};
inline constexpr const char* library = "rowhouse_phone";
inline constexpr const char* symbol = "rowhouse_phone_entry_points";

} // namespace rowhouse::phone
