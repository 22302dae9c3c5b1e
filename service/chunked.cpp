#include "chunked.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace rowhouse {
namespace {

constexpr std::size_t longest_line = 256; // of a size with its extensions

// Without its CR LF.
std::optional<std::string> read_line(httplib::Stream& from) {
    std::string line;
    for (char c = 0; line.size() <= longest_line && from.read(&c, 1) == 1;) {
        line += c;
        if (c != '\n') continue;
        if (!line.ends_with("\r\n")) return std::nullopt;
        line.resize(line.size() - 2);
        return line;
    }
    return std::nullopt;
}

// Extensions are passed over, as the RFC has it, but nothing else may follow the digits.
std::optional<std::size_t> read_size(httplib::Stream& from) {
    const std::optional<std::string> line = read_line(from);
    if (!line) return std::nullopt;
    std::size_t size = 0;
    const char* const last = line->data() + line->size();
    const auto [end, code] = std::from_chars(line->data(), last, size, 16);
    if (code != std::errc{} || (end != last && *end != ';')) return std::nullopt;
    return size;
}

bool read_bytes(httplib::Stream& from, std::size_t size, std::string& into) {
    std::array<char, 16384> piece{};
    while (size > 0) {
        const ssize_t got = from.read(piece.data(), std::min(size, piece.size()));
        if (got <= 0) return false;
        into.append(piece.data(), static_cast<std::size_t>(got));
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

} // namespace

chunks read_chunks(httplib::Stream& from, std::size_t limit, std::string& body) {
    while (true) {
        const std::optional<std::size_t> size = read_size(from);
        if (!size) return chunks::broken;
        if (*size > limit - body.size()) return chunks::too_large;
        if (!read_bytes(from, *size, body)) return chunks::broken;
        if (read_line(from) != "") return chunks::broken; // also trailers: nobody here has a use for them
        if (*size == 0) return chunks::complete;
    }
}

} // namespace rowhouse
