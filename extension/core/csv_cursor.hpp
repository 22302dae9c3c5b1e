// A place in a text that moves forward, record by record, over a window of bounded size: the block it is in and the
// next one. Blocks are counted from the start of the text, so what is read does not depend on how the text arrives.
// Text that lies in memory as it is to be read is not copied.
#pragma once

#include "core/csv_convert.hpp"
#include "core/csv_decode.hpp"
#include "core/csv_parser.hpp"
#include "core/csv_source.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rowhouse::csv {

class text_cursor {
public:
    // `most_record_bytes` is the size of a record that must be seen whole; 0 for any size. Both must outlive this.
    text_cursor(const byte_source& bytes, const decoded& text, std::int64_t most_record_bytes);

    void use(const dialect& style);
    void end_lines_with(line_break only) { only_break_ = only; } // none: with any

    const char* at = nullptr;
    record_parser parser{{}, {}};

    // Moves the window on where the place has left its first block. Pointers into the text are valid until then.
    void settle() {
        if (at >= settled_to_) slide();
    }
    void move_to(std::int64_t offset);

    const char* begin() const { return window_.data(); }
    const char* end() const { return window_.data() + window_.size(); }
    bool is_complete() const { return offset_ + static_cast<std::int64_t>(window_.size()) == size_; }
    std::int64_t window_offset() const { return offset_; }
    std::int64_t offset_of(const char* position) const { return offset_ + (position - begin()); }
    std::int64_t offset() const { return offset_of(at); }

    // Goes behind a record, to the end of its line if it was cut; tells how it ended.
    line_break pass(const raw_record& record);

    // From the end of a record that was cut, to behind the line break that ends it.
    line_break skip_line();

private:
    void slide();
    void show(std::int64_t offset);
    std::size_t append(char* to, std::size_t room);

    const byte_source& bytes_;
    const decoded& text_;
    std::int64_t size_;
    std::int64_t block_;
    std::string_view window_;
    std::int64_t offset_ = 0; // of the window in the text
    const char* settled_to_ = nullptr;
    std::int64_t read_to_ = 0; // of the text, when it is copied
    std::unique_ptr<char[]> buffer_;
    std::optional<text_converter> converter_;
    line_break only_break_ = line_break::none;
};

// Line breaks in the first `size` bytes of a text.
std::int64_t count_line_breaks(const byte_source& bytes, const decoded& text, std::int64_t size, line_break only);

} // namespace rowhouse::csv
