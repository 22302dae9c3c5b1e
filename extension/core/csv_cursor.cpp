#include "core/csv_cursor.hpp"

#include <algorithm>
#include <cstring>

namespace rowhouse::csv {

namespace {

// Smaller ones would cost more than they save.
constexpr std::int64_t least_block = 1 << 12;

} // namespace

text_cursor::text_cursor(const byte_source& bytes, const decoded& text, std::int64_t most_record_bytes)
    : bytes_(bytes), text_(text), size_(text.text.size),
      block_(most_record_bytes > 0 ? std::max(most_record_bytes, least_block) : std::max<std::int64_t>(size_, 1)) {
    // No block is larger than the text.
    block_ = std::min(block_, std::max<std::int64_t>(size_, 1));
    if (text.converted) {
        converter_.emplace(bytes, text.encoding);
        char mark[3];
        converter_->read(mark, static_cast<std::size_t>(text.skipped()));
    }
    if (text.converted || !bytes.in_memory())
        buffer_ = std::make_unique_for_overwrite<char[]>(static_cast<std::size_t>(std::min(2 * block_, size_)));
    show(0);
    at = begin();
}

void text_cursor::use(const dialect& style) {
    only_break_ = style.only_break;
    parser = record_parser(window_, style, is_complete());
}

void text_cursor::slide() {
    const std::int64_t place = offset();
    if (is_complete()) return;
    show(place / block_ * block_);
    at = begin() + (place - offset_);
    parser.move(window_, is_complete());
}

void text_cursor::move_to(std::int64_t offset) {
    while (offset > offset_ + static_cast<std::int64_t>(window_.size())) {
        at = end();
        slide();
    }
    at = begin() + (offset - offset_);
    settle();
}

// The window from this offset on, a multiple of the size of a block and at most one window ahead.
void text_cursor::show(std::int64_t offset) {
    const std::int64_t wanted = std::min(offset + 2 * block_, size_);
    if (buffer_ == nullptr) {
        std::string unused;
        window_ = bytes_.piece(text_.skipped() + offset, static_cast<std::size_t>(wanted - offset), unused);
    } else {
        const std::int64_t kept = std::max<std::int64_t>(read_to_ - offset, 0);
        std::memmove(buffer_.get(), buffer_.get() + (read_to_ - kept - offset_), static_cast<std::size_t>(kept));
        read_to_ +=
            static_cast<std::int64_t>(append(buffer_.get() + kept, static_cast<std::size_t>(wanted - read_to_)));
        if (read_to_ < wanted) size_ = read_to_; // the source has become shorter
        window_ = {buffer_.get(), static_cast<std::size_t>(read_to_ - offset)};
    }
    offset_ = offset;
    settled_to_ = is_complete() ? end() : begin() + block_;
}

std::size_t text_cursor::append(char* to, std::size_t room) {
    return converter_ ? converter_->read(to, room) : bytes_.read(text_.skipped() + read_to_, to, room);
}

line_break text_cursor::pass(const raw_record& record) {
    at = record.cut ? record.end : record.next;
    const line_break ending = record.cut ? skip_line() : record.ending;
    settle();
    return ending;
}

line_break text_cursor::skip_line() {
    const byte_finder line_breaks(break_bytes(only_break_));
    while (true) {
        settle();
        at = line_breaks.find(at, end());
        // A CR at the end of the window may have an LF behind it; the next window shows both.
        if (!is_complete() && end() - at <= 1) continue;
        if (at == end() || is_line_break(at, end(), only_break_)) return take_line_break(at, end(), only_break_);
        ++at;
    }
}

std::int64_t count_line_breaks(const byte_source& bytes, const decoded& text, std::int64_t size, line_break only) {
    std::int64_t count = 0;
    text_cursor lines(bytes, text, static_cast<std::int64_t>(piece_bytes));
    lines.end_lines_with(only);
    while (lines.offset() < size && lines.skip_line() != line_break::none && lines.offset() <= size)
        ++count;
    return count;
}

} // namespace rowhouse::csv
