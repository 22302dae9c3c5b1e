#include "core/unicode.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace rowhouse::unicode {

namespace {

struct range {
    char32_t first;
    char32_t last;
};

// UnicodeData 15.0, General_Category = Cf.
constexpr range format_ranges[] = {
    {0x00AD, 0x00AD},   {0x0600, 0x0605},   {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x180E, 0x180E},   {0x200B, 0x200F},   {0x202A, 0x202E},
    {0x2060, 0x2064},   {0x2066, 0x206F},   {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0001, 0xE0001},
    {0xE0020, 0xE007F},
};

// PropList 15.0, Prepended_Concatenation_Mark.
constexpr range visible_format_ranges[] = {
    {0x0600, 0x0605}, {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},
    {0x08E2, 0x08E2}, {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
};

// UnicodeData 15.0, General_Category = Zs, Zl, Zp.
constexpr range separator_ranges[] = {
    {0x0020, 0x0020}, {0x00A0, 0x00A0}, {0x1680, 0x1680}, {0x2000, 0x200A},
    {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

struct folding {
    char32_t from;
    char32_t to;
};

// Every code point outside full-width ASCII whose NFKC form starts with a trigger (DerivedNormalizationProps 15.0).
constexpr folding trigger_forms[] = {
    {0x037E, ';'}, {0x207A, '+'}, {0x207C, '='}, {0x208A, '+'}, {0x208C, '='},
    {0x2A75, '='}, {0x2A76, '='}, {0xFB29, '+'}, {0xFE14, ';'}, {0xFE54, ';'},
    {0xFE62, '+'}, {0xFE63, '-'}, {0xFE66, '='}, {0xFE6A, '%'}, {0xFE6B, '@'},
};

template <std::size_t count>
bool contains(const range (&ranges)[count], char32_t code_point) {
    const range* found = std::lower_bound(std::begin(ranges), std::end(ranges), code_point,
                                          [](const range& entry, char32_t value) { return entry.last < value; });
    return found != std::end(ranges) && found->first <= code_point;
}

// Second-byte limits of a multi-byte sequence; they shut out overlong forms, surrogates and what lies beyond U+10FFFF.
struct lead {
    int length;
    unsigned char low;
    unsigned char high;
};

constexpr lead lead_of(unsigned char byte) {
    if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

} // namespace

char32_t decode(std::string_view text, std::size_t& at, bool* well_formed) {
    const auto byte_at = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char first = byte_at(at++);
    if (first < 0x80) return first;

    const lead sequence = lead_of(first);
    char32_t code_point = first & (0x7F >> sequence.length);
    unsigned char low = sequence.low;
    unsigned char high = sequence.high;
    int read = 1;
    for (; read < sequence.length && at < text.size(); ++read, ++at) {
        const unsigned char next = byte_at(at);
        if (next < low || next > high) break;
        code_point = (code_point << 6) | (next & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    if (read == sequence.length) return code_point;
    if (well_formed != nullptr) *well_formed = false;
    return replacement;
}

void append_utf8(std::string& out, char32_t code_point) {
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | (code_point >> 6));
        put(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        put(0xE0 | (code_point >> 12));
        put(0x80 | ((code_point >> 6) & 0x3F));
        put(0x80 | (code_point & 0x3F));
    } else {
        put(0xF0 | (code_point >> 18));
        put(0x80 | ((code_point >> 12) & 0x3F));
        put(0x80 | ((code_point >> 6) & 0x3F));
        put(0x80 | (code_point & 0x3F));
    }
}

namespace {

// Bytes of the sequence at `at` if its lead allows any continuation, as those of most scripts do; 0 for all others.
std::size_t common_sequence(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const auto continues = [&](std::size_t index) { return index < text.size() && (byte(index) & 0xC0) == 0x80; };
    if (byte(at) >= 0xC2 && byte(at) <= 0xDF) return continues(at + 1) ? 2 : 0;
    if (byte(at) >= 0xE1 && byte(at) <= 0xEC) return continues(at + 1) && continues(at + 2) ? 3 : 0;
    return 0;
}

} // namespace

std::size_t well_formed_prefix(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t word = 0;
        if (text.size() - at >= sizeof word) {
            std::memcpy(&word, text.data() + at, sizeof word);
            word &= 0x8080808080808080ULL;
            if (word == 0) {
                at += sizeof word;
                continue;
            }
            if constexpr (std::endian::native == std::endian::little)
                at += static_cast<std::size_t>(std::countr_zero(word)) / 8;
        }
        if (const std::size_t size = common_sequence(text, at); size != 0) {
            at += size;
            continue;
        }
        const std::size_t start = at;
        bool well_formed = true;
        decode(text, at, &well_formed);
        if (!well_formed) return start;
    }
    return text.size();
}

bool is_cut_sequence(std::string_view text) {
    if (text.empty()) return false;
    std::size_t at = 0;
    decode(text, at);
    const int length = lead_of(static_cast<unsigned char>(text[0])).length;
    return at == text.size() && static_cast<std::size_t>(length) > text.size();
}

void append_repaired(std::string& out, std::string_view text) {
    while (true) {
        std::size_t good = well_formed_prefix(text);
        out.append(text.substr(0, good));
        if (good == text.size()) return;
        decode(text, good);
        append_utf8(out, replacement);
        text.remove_prefix(good);
    }
}

std::string excerpt(std::string_view text, std::size_t max_characters) {
    constexpr char32_t symbol_for_null = 0x2400;
    std::string out;
    std::size_t at = 0;
    for (std::size_t count = 0; count < max_characters && at < text.size(); ++count) {
        const char32_t code_point = decode(text, at);
        append_utf8(out, code_point == 0 ? symbol_for_null : code_point);
    }
    return out;
}

bool is_control(char32_t code_point) {
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);
}

bool is_format(char32_t code_point) {
    return contains(format_ranges, code_point);
}

bool is_separator(char32_t code_point) {
    return contains(separator_ranges, code_point);
}

bool is_visible_format(char32_t code_point) {
    return contains(visible_format_ranges, code_point);
}

char32_t fold(char32_t code_point) {
    if (code_point < 0x80) return code_point;
    if (code_point >= 0xFF01 && code_point <= 0xFF5E) return code_point - 0xFF01 + '!';
    if (code_point >= 0x0660 && code_point <= 0x0669) return code_point - 0x0660 + '0';
    if (code_point >= 0x06F0 && code_point <= 0x06F9) return code_point - 0x06F0 + '0';
    if (code_point != 0x1680 && code_point != 0x2028 && code_point != 0x2029 && is_separator(code_point)) return ' ';
    for (const folding& entry : trigger_forms) {
        if (entry.from == code_point) return entry.to;
    }
    return code_point;
}

} // namespace rowhouse::unicode
