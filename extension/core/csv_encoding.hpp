// Guesses about bytes: is it text at all, and in which encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rowhouse::csv {

// The kind of file when the first bytes give away that it is not CSV ("a ZIP archive"), else nothing.
std::string_view known_other_format(std::string_view bytes);

// More NUL bytes than any text has.
bool looks_binary(std::string_view bytes);

// "utf-16le" or "utf-16be" for text in UTF-16 without byte order mark, judged by its start; `size` is that of all of
// it.
std::optional<std::string_view> utf16_without_bom(std::string_view start, std::int64_t size);

// How bytes that are not well-formed UTF-8 read otherwise. Takes them in pieces of any size.
class other_encoding_survey {
public:
    void add(std::string_view piece);
    void finish();

    // Whether they are UTF-8 nevertheless, with damage in some lines.
    bool is_damaged_utf8() const { return utf8_lines_ > 0 && utf8_lines_ >= other_lines_; }

    // How well they read as Western European text in windows-1252, from 0 to 1.
    double windows_1252_confidence() const;

private:
    void add_to_lines(unsigned char byte);
    void add_to_words(unsigned char byte);
    void end_line();
    void end_run(unsigned char after);

    std::int64_t utf8_lines_ = 0;
    std::int64_t other_lines_ = 0;
    bool multibyte_ = false;   // of the present line
    bool lone_ = false;        // likewise
    bool lead_ = false;        // the last byte may begin a sequence
    bool in_sequence_ = false; // the last byte belongs to one

    std::int64_t good_ = 0;
    std::int64_t bad_ = 0;
    unsigned char before_ = ' '; // the byte before the present run of bytes beyond ASCII
    unsigned char run_[2] = {};  // how that run begins
    std::int64_t run_length_ = 0;
};

} // namespace rowhouse::csv
