#include "core/csv_encoding.hpp"

#include "core/unicode.hpp"

#include <algorithm>
#include <cstdint>

namespace rowhouse::csv {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t sample_size = 1 << 16;

struct magic {
    std::string_view bytes;
    std::string_view name;
};

constexpr magic magics[] = {
    {"PK\x03\x04"sv, "a ZIP archive or an Excel workbook"sv},
    {"PK\x05\x06"sv, "a ZIP archive"sv},
    {"\xD0\xCF\x11\xE0"sv, "an old Excel workbook"sv},
    {"\x1F\x8B"sv, "a gzip archive"sv},
    {"%PDF-"sv, "a PDF document"sv},
    {"7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive"sv},
    {"Rar!\x1A\x07"sv, "a RAR archive"sv},
    {"\x28\xB5\x2F\xFD"sv, "a Zstandard archive"sv},
    {"\xFD"
     "7zXZ\0"sv,
     "an xz archive"sv},
    {"\x89PNG\r\n"sv, "an image"sv},
    {"\xFF\xD8\xFF"sv, "an image"sv},
    {"PAR1"sv, "a Parquet file"sv},
    {"\xFF\xFE\0\0"sv, "text in UTF-32"sv},
    {"\0\0\xFE\xFF"sv, "text in UTF-32"sv},
    {"{\\rtf"sv, "an RTF document"sv},
    {"<!doctype html"sv, "an HTML page"sv},
    {"<html"sv, "an HTML page"sv},
    {"<?xml"sv, "an XML document"sv},
};

constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_ignoring_case(std::string_view bytes, std::string_view prefix) {
    return bytes.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), bytes.begin(),
                                                       [](char a, char b) { return to_lower(a) == to_lower(b); });
}

constexpr bool is_continuation(unsigned char byte) {
    return byte >= 0x80 && byte <= 0xBF;
}
constexpr bool is_ascii_letter(unsigned char byte) {
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}
constexpr bool is_ascii_lower(unsigned char byte) {
    return byte >= 'a' && byte <= 'z';
}

// windows-1252, upper half.
constexpr bool is_undefined_1252(unsigned char byte) {
    return byte == 0x81 || byte == 0x8D || byte == 0x8F || byte == 0x90 || byte == 0x9D;
}
constexpr bool is_upper_1252(unsigned char byte) {
    return byte == 0x8A || byte == 0x8C || byte == 0x8E || byte == 0x9F ||
           (byte >= 0xC0 && byte <= 0xDE && byte != 0xD7);
}
constexpr bool is_lower_1252(unsigned char byte) {
    return byte == 0x9A || byte == 0x9C || byte == 0x9E || byte == 0xAA || byte == 0xBA ||
           (byte >= 0xDF && byte != 0xF7);
}
constexpr bool is_letter_1252(unsigned char byte) {
    return is_upper_1252(byte) || is_lower_1252(byte);
}
// Stands between letters in ordinary text: apostrophes, hyphens, the soft hyphen, the middle dot.
constexpr bool is_joiner_1252(unsigned char byte) {
    return byte == 0x91 || byte == 0x92 || byte == 0x96 || byte == 0x97 || byte == 0xA0 || byte == 0xAD ||
           byte == 0xB4 || byte == 0xB7;
}

} // namespace

std::string_view known_other_format(std::string_view bytes) {
    for (const magic& entry : magics) {
        if (starts_with_ignoring_case(bytes, entry.bytes)) return entry.name;
    }
    return {};
}

bool looks_binary(std::string_view bytes) {
    const std::string_view sample = bytes.substr(0, sample_size);
    const auto nulls = std::count(sample.begin(), sample.end(), '\0');
    return nulls * 10 > static_cast<std::ptrdiff_t>(sample.size()) * 3;
}

std::optional<std::string_view> utf16_without_bom(std::string_view start, std::int64_t size) {
    if (size % 2 != 0) return std::nullopt;
    const std::string_view sample = start.substr(0, sample_size);
    for (const bool big_endian : {false, true}) {
        std::size_t ascii = 0;
        bool line_breaks = false;
        bool plausible = true;
        for (std::size_t at = 0; at + 1 < sample.size() && plausible; at += 2) {
            const auto low = static_cast<unsigned char>(sample[at + (big_endian ? 1 : 0)]);
            const auto high = static_cast<unsigned char>(sample[at + (big_endian ? 0 : 1)]);
            if (high == 0) {
                plausible = low != 0;
                if (low < 0x80) ++ascii;
                line_breaks = line_breaks || low == '\n' || low == '\r';
            }
        }
        // A page of Japanese has few ASCII characters, but it has delimiters and line breaks.
        if (plausible && line_breaks && ascii * 8 >= sample.size() / 2) return big_endian ? "utf-16be"sv : "utf-16le"sv;
    }
    return std::nullopt;
}

void other_encoding_survey::add(std::string_view piece) {
    for (const char c : piece) {
        const auto byte = static_cast<unsigned char>(c);
        add_to_lines(byte);
        add_to_words(byte);
    }
}

void other_encoding_survey::finish() {
    if (lead_) lone_ = true;
    end_line();
    end_run(' ');
}

void other_encoding_survey::add_to_lines(unsigned char byte) {
    if (lead_) {
        lead_ = false;
        in_sequence_ = is_continuation(byte);
        (in_sequence_ ? multibyte_ : lone_) = true;
    }
    if (in_sequence_ && is_continuation(byte)) return;
    in_sequence_ = false;
    if (byte == '\n' || byte == '\r') {
        end_line();
    } else if (byte >= 0xC0) {
        lead_ = true;
    } else if (byte >= 0x80) {
        lone_ = true;
    }
}

void other_encoding_survey::end_line() {
    if (lone_) {
        ++other_lines_;
    } else if (multibyte_) {
        ++utf8_lines_;
    }
    multibyte_ = lone_ = false;
}

void other_encoding_survey::add_to_words(unsigned char byte) {
    if (byte >= 0x80) {
        if (run_length_ < 2) run_[run_length_] = byte;
        ++run_length_;
        return;
    }
    end_run(byte);
    before_ = byte;
}

// Western words are ASCII letters with an accented one here and there; other scripts come in runs.
void other_encoding_survey::end_run(unsigned char after) {
    if (run_length_ >= 3) {
        bad_ += run_length_;
        run_length_ = 0;
    }
    for (std::int64_t i = 0; i < run_length_; ++i) {
        const unsigned char byte = run_[i];
        const bool inside_word = is_ascii_letter(before_) && is_ascii_letter(after);
        const bool capital_in_word = is_upper_1252(byte) && is_ascii_lower(before_);
        const bool symbol_in_word = inside_word && !is_letter_1252(byte) && !is_joiner_1252(byte);
        (is_undefined_1252(byte) || capital_in_word || symbol_in_word ? bad_ : good_) += 1;
    }
    run_length_ = 0;
}

double other_encoding_survey::windows_1252_confidence() const {
    // Never certain, and less so on little evidence.
    const double share = static_cast<double>(good_) / static_cast<double>(good_ + bad_);
    const double evidence = static_cast<double>(good_ + bad_) / static_cast<double>(good_ + bad_ + 1);
    return share * (0.7 + 0.2 * evidence);
}

} // namespace rowhouse::csv
