// A file that comes in pieces reads like the same file in memory, wherever it is cut. (Cases C80 to C83.)
#include "reading.hpp"

#include <cstring>

namespace rowhouse::fuzz {

namespace {

void check_same(const reading& whole, const reading& pieces) {
    CHECK(pieces.rows == whole.rows && pieces.failed == whole.failed);
    CHECK(pieces.shape.encoding == whole.shape.encoding && pieces.shape.delimiter == whole.shape.delimiter);
    CHECK(pieces.shape.line_break == whole.shape.line_break && pieces.shape.header_line == whole.shape.header_line);
    CHECK(pieces.findings.size() == whole.findings.size());
    for (std::size_t i = 0; i < whole.findings.size(); ++i) {
        const finding& one = whole.findings[i];
        const finding& other = pieces.findings[i];
        CHECK(one.code == other.code && one.severity == other.severity && one.value == other.value);
        CHECK(one.record == other.record && one.line == other.line && one.byte_offset == other.byte_offset);
        CHECK(one.column == other.column && one.message == other.message && one.related == other.related);
    }
}

// Gives at most `most` bytes at a time.
reading read_in_pieces(std::string_view bytes, std::size_t most, const csv::read_options& options) {
    csv::source source;
    source.size = static_cast<std::int64_t>(bytes.size());
    source.read = [&](std::int64_t offset, char* to, std::size_t room) {
        const std::size_t count = std::min({most, room, bytes.size() - static_cast<std::size_t>(offset)});
        std::memcpy(to, bytes.data() + offset, count);
        return count;
    };
    csv::reader reader(std::move(source), options);
    return read(reader, bytes.size());
}

void check_cuts(std::string_view bytes, const csv::read_options& options) {
    const reading whole = read(bytes, options);
    for (const std::size_t most :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, bytes.size() / 2 + 1})
        check_same(whole, read_in_pieces(bytes, most, options));
}

} // namespace

} // namespace rowhouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rowhouse;
    const std::string_view bytes = fuzz::view_of(data, size);
    csv::read_options options;
    fuzz::check_cuts(bytes, options);
    options.encoding = "utf-8";
    options.delimiter = ',';
    options.strict = true;
    fuzz::check_cuts(bytes, options);
    // Little room: the window over the file has to move.
    options.strict = false;
    options.max_cell_bytes = 8;
    options.max_record_bytes = 16;
    fuzz::check_cuts(bytes, options);
    options.line_break = "\r\n";
    fuzz::check_cuts(bytes, options);
    return 0;
}
