// From bytes as uploaded to UTF-8 text: what is not CSV at all, byte order marks, the encoding, the conversion.
#pragma once

#include "core/csv.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::csv {

struct decoded {
    std::string_view text; // without byte order mark; points into the input, or into `storage`
    std::string storage;
    std::string encoding = "utf-8";
    double confidence = 1;
    bool bom = false;
    bool in_place = true;    // `text` points into the input
    std::size_t skipped = 0; // bytes of the input before `text`, when in place
    bool well_formed = true; // false: some record holds ill-formed UTF-8 (also the mark of an undecodable byte)
    bool failed = false;
    std::vector<finding> findings;
};

void decode(std::string_view bytes, const read_options& options, decoded& out);

} // namespace rowhouse::csv
