// What becomes of a row whose key is in the table already, or is not.
#pragma once

#include <cstdint>
#include <string_view>

namespace rowhouse::imports {

enum class import_mode : std::uint8_t {
    insert, // there already: an error
    skip,   // there already: passed over
    update, // not there: an error
    upsert  // there already: updated, else inserted
};

} // namespace rowhouse::imports
