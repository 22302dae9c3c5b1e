// From an upload to what its text is: not CSV at all, or which encoding, with what has to be known of the whole.
#pragma once

#include "core/csv.hpp"
#include "core/csv_source.hpp"
#include "core/csv_survey.hpp"

#include <string>
#include <vector>

namespace rowhouse::csv {

struct decoded {
    std::string encoding = "utf-8";
    double confidence = 1;
    bool bom = false;
    bool converted = false; // the text is not found as it is in the upload
    text_survey text;       // a byte order mark at the start not counted
    bool failed = false;
    std::vector<finding> findings;

    // UTF-8 text behind its mark starts here, in the upload or in what the converter gives.
    std::int64_t skipped() const { return starts_with_mark ? 3 : 0; }
    bool starts_with_mark = false;
};

void decode(const byte_source& bytes, const read_options& options, decoded& out);

} // namespace rowhouse::csv
