// Detection: what was detected, given as a choice, reads the same.
#include "reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rowhouse;
    const std::string_view bytes = fuzz::view_of(data, size);
    const fuzz::reading detected = fuzz::read(bytes, {});
    const fuzz::reading again = fuzz::read(bytes, {});
    CHECK(again.rows == detected.rows && again.findings.size() == detected.findings.size());
    if (detected.failed) return 0;

    csv::read_options options;
    options.encoding = detected.shape.encoding;
    options.delimiter = detected.shape.delimiter;
    options.quote = detected.shape.quote;
    options.header = detected.shape.header;
    const fuzz::reading chosen = fuzz::read(bytes, options);
    CHECK(!chosen.failed && chosen.rows == detected.rows);
    CHECK(chosen.shape.delimiter == detected.shape.delimiter && chosen.shape.header_line == detected.shape.header_line);
    return 0;
}
