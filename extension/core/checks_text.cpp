#include "core/checks_text.hpp"

#include "core/unicode.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace rowhouse::checks {

namespace {

constexpr std::uint8_t splitter = 1; // a reader with another separator would split here
constexpr std::uint8_t control = 2;
constexpr std::uint8_t wide = 4;   // part of a character outside ASCII
constexpr std::uint8_t opener = 8; // what a formula may begin with, for some reader
constexpr std::uint8_t space = 16;

constexpr std::array<std::uint8_t, 256> byte_classes = [] {
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t byte = 0; byte < 256; byte++) {
        if (byte < 0x20 || byte == 0x7F) classes[byte] = control | opener;
        if (byte >= 0x80) classes[byte] = wide;
    }
    for (const char c : {'\t', '\n', '\r'})
        classes[static_cast<unsigned char>(c)] = splitter | opener | space;
    for (const char c : {'\v', '\f', ' '})
        classes[static_cast<unsigned char>(c)] |= opener | space;
    for (const char c : {',', ';', '|'})
        classes[static_cast<unsigned char>(c)] = splitter;
    for (const char c : {'=', '+', '-', '@', '|', '%', ';', '\''})
        classes[static_cast<unsigned char>(c)] |= opener;
    return classes;
}();

std::uint8_t class_of(char c) {
    return byte_classes[static_cast<unsigned char>(c)];
}

// Sixteen bytes at a time, in the vectors of whatever processor this is compiled for.
using bytes = std::int8_t __attribute__((vector_size(16)));
using words = std::uint64_t __attribute__((vector_size(16)));

// Has a bit where a byte is a separator, a control character or not ASCII: a negative number.
bytes suspects(bytes b) {
    return (b < 0x20) | (b == 0x7F) | (b == ',') | (b == ';') | (b == '|');
}

bool is_zero(bytes b) {
    const auto halves = std::bit_cast<words>(b);
    return (halves[0] | halves[1]) == 0;
}

template <class number>
std::uint64_t load(const char* from) {
    number value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

// Reads nothing outside the text: what is left over is covered by loads that overlap, and joined in registers, where
// nothing waits for memory.
bytes load_short(const char* data, std::size_t size) {
    words both = {};
    if (size >= 8) {
        both = words{load<std::uint64_t>(data), load<std::uint64_t>(data + size - 8)};
    } else if (size >= 4) {
        both += load<std::uint32_t>(data) | load<std::uint32_t>(data + size - 4) << 32;
    } else {
        const std::uint64_t three = load<std::uint8_t>(data) | load<std::uint8_t>(data + size / 2) << 8 |
                                    load<std::uint8_t>(data + size - 1) << 16;
        both += three | 0x20'20'20'20'20'00'00'00; // no zeros, which would be suspects
    }
    return std::bit_cast<bytes>(both);
}

bool has_suspects(std::string_view text) {
    constexpr std::size_t width = sizeof(bytes);
    const char* data = text.data();
    if (text.size() < width) return !is_zero(suspects(load_short(data, text.size())));
    bytes seen = {};
    bytes next;
    for (std::size_t at = 0; at + width <= text.size(); at += width) {
        std::memcpy(&next, data + at, width);
        seen |= suspects(next);
    }
    std::memcpy(&next, data + text.size() - width, width);
    return !is_zero(seen | suspects(next));
}

// Scripts whose characters are neither hidden nor, save one, the compatibility form of a trigger: Latin, Greek,
// Cyrillic, Hebrew, and from Hiragana to Hangul.
bool is_common(char32_t c) {
    return (c >= 0xC0 && c < 0x600 && c != 0x37E) || (c >= 0x3041 && c <= 0xD7FF);
}

// Bytes of the character at `at` if it is one of most of those; 0 for others, which have to be decoded to know.
std::size_t common_bytes(std::string_view text, std::size_t at) {
    const auto is_continuation = [&](std::size_t index) {
        return index < text.size() && (static_cast<unsigned char>(text[index]) & 0xC0) == 0x80;
    };
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead >= 0xC3 && lead <= 0xD7 && lead != 0xCD) return is_continuation(at + 1) ? 2 : 0; // U+00C0 to U+05FF
    if (lead >= 0xE4 && lead <= 0xEC) return is_continuation(at + 1) && is_continuation(at + 2) ? 3 : 0; // to U+CFFF
    return 0;
}

bool begins_common(std::string_view text) {
    std::size_t at = 0;
    return common_bytes(text, 0) != 0 || is_common(unicode::decode(text, at));
}

// Whether something other than a word follows one of the separators in the cell.
bool opens_behind_separator(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); at++) {
        if (!(class_of(text[at]) & splitter)) continue;
        std::size_t next = at + 1;
        while (next < text.size() && text[next] == ' ')
            next++;
        if (next == text.size()) return false;
        if (is_letter(text[next]) || is_digit(text[next])) continue;
        if (!(class_of(text[next]) & wide) || !begins_common(text.substr(next))) return true;
    }
    return false;
}

bool is_space(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x80 && !is_common(c) && unicode::is_separator(c));
}

// Where the last character begins.
std::size_t last_character(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && text.size() - at < 4 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        at--;
    return at;
}

// Simple lower case (UnicodeData 15.0) of the letters with a regular distance to it.
char32_t lower_case(char32_t c) {
    if (c < 0x80) return static_cast<char32_t>(to_lower(static_cast<char>(c)));
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F) return c + 0x50;
    const bool upper_is_even = (c >= 0x100 && c <= 0x12F) || (c >= 0x132 && c <= 0x137) || (c >= 0x14A && c <= 0x177);
    const bool upper_is_odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    if ((upper_is_even && c % 2 == 0) || (upper_is_odd && c % 2 == 1)) return c + 1;
    return c == 0x178 ? 0xFF : c;
}

} // namespace

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return to_lower(a) == b; });
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty()) {
        std::size_t at = 0;
        if (common_bytes(text, 0) != 0 || !is_space(unicode::decode(text, at))) break;
        text.remove_prefix(at);
    }
    while (!text.empty()) {
        const std::size_t start = last_character(text);
        std::size_t at = start;
        if (common_bytes(text, start) != 0 || !is_space(unicode::decode(text, at)) || at != text.size()) break;
        text = text.substr(0, start);
    }
    return text;
}

void append_folded(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = unicode::decode(text, at);
        if (!is_space(c)) unicode::append_utf8(out, lower_case(c));
    }
}

hidden_characters find_hidden_characters(std::string_view text) {
    hidden_characters found;
    for (std::size_t at = 0; at < text.size();) {
        if (!(class_of(text[at]) & (control | wide))) {
            ++at;
            continue;
        }
        if (const std::size_t size = common_bytes(text, at); size != 0) {
            at += size;
            continue;
        }
        const char32_t code_point = unicode::decode(text, at);
        if (is_common(code_point)) continue;
        if (unicode::is_control(code_point)) {
            found.control = true;
        } else if (unicode::is_format(code_point) && !unicode::is_visible_format(code_point)) {
            found.invisible = true;
        }
    }
    return found;
}

cell_scan scan_cell(std::string_view text) {
    if (text.empty()) return {};
    std::uint8_t seen = 0;
    for (const char c : text)
        seen |= class_of(c);
    const std::uint8_t first = class_of(text.front());
    const std::uint8_t last = class_of(text.back());

    cell_scan result;
    result.ascii = !(seen & wide);
    result.hidden = (seen & (control | wide)) != 0;
    result.trim = ((first | last) & (space | wide)) != 0;
    result.formula = (first & opener) || ((first & wide) && !begins_common(text)) ||
                     ((seen & splitter) && opens_behind_separator(text));
    return result;
}

bool is_plain(std::string_view text) {
    return !(class_of(text.front()) & opener) && !(class_of(text.back()) & space) && !has_suspects(text);
}

} // namespace rowhouse::checks
