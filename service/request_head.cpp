#include "request_head.hpp"

#include "multipart.hpp"
#include "request_headers.hpp"

#include <charconv>
#include <limits>

namespace rowhouse {
namespace {

constexpr std::string_view range = "range:";

// The next line without its end; nothing for one that does not end with CR LF or has one of them inside, or NUL.
bool next_line(std::string_view& rest, std::string_view& line) {
    const auto end = rest.find("\r\n");
    if (end == rest.npos) return false;
    line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    return line.find_first_of(std::string_view("\r\n\0", 3)) == line.npos;
}

} // namespace

void request_head::take(char* bytes, std::size_t size) {
    for (char* byte = bytes; byte < bytes + size; ++byte) {
        const char c = *byte;
        text_ += c;
        if (c == '\n' || (line_ == 0 && c == ' ')) blanking_ = false;
        if (blanking_ && c != '\r') *byte = line_ == 0 ? '_' : ' ';
        if (line_ == 0 && c == '?') blanking_ = true;
        if (line_ > 0 && c == ':' && text_.size() - line_ == range.size() && lower(text_.substr(line_)) == range)
            blanking_ = true;
        if (c == '\n') line_ = text_.size();
    }
}

std::string_view request_head::target() const {
    const std::string_view line = std::string_view(text_).substr(0, text_.find_first_of("\r\n"));
    const auto begin = line.find(' ');
    if (begin == line.npos) return {};
    return line.substr(begin + 1, line.find(' ', begin + 1) - begin - 1);
}

// RFC 9112 sections 2.2, 5 and 6.3, strictly: what is not exactly one of the three plain forms is refused, because a
// proxy that reads it differently would see the rest of the body as somebody else's request.
framing request_head::body_framing(std::size_t& length) const {
    std::string_view rest = text_, line, coding, number;
    int lengths = 0, codings = 0;
    if (!next_line(rest, line)) return framing::broken;
    const bool knows_chunks = !line.ends_with(" HTTP/1.0"); // section 6.1
    while (true) {
        if (!next_line(rest, line)) return framing::broken;
        if (line.empty()) break;
        const auto colon = line.find(':');
        if (colon == line.npos || !is_token(line.substr(0, colon))) return framing::broken;
        const std::string name = lower(line.substr(0, colon));
        if (name == "content-length") number = trim(line.substr(colon + 1)), ++lengths;
        if (name == "transfer-encoding") coding = trim(line.substr(colon + 1)), ++codings;
    }
    if (lengths + codings == 0) return framing::none;
    if (lengths + codings > 1) return framing::broken;
    if (codings) return knows_chunks && lower(coding) == "chunked" ? framing::chunked : framing::broken;
    if (number.empty() || number.find_first_not_of("0123456789") != number.npos) return framing::broken;
    const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), length);
    if (code == std::errc::result_out_of_range) length = std::numeric_limits<std::size_t>::max();
    return length == 0 ? framing::none : framing::length;
}

} // namespace rowhouse
