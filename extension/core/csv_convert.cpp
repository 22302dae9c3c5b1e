#include "core/csv_convert.hpp"

#include <cerrno>
#include <cstring>

namespace rowhouse::csv {

namespace {

constexpr char undecodable = '\xFF';

iconv_t no_handle() {
    return reinterpret_cast<iconv_t>(-1);
}

// A name with "//" would carry an instruction to iconv, such as to leave out what it cannot convert.
iconv_t open_handle(const std::string& encoding) {
    return encoding.find("//") == std::string::npos ? iconv_open("UTF-8", encoding.c_str()) : no_handle();
}

} // namespace

bool is_known_encoding(const std::string& name) {
    const iconv_t handle = open_handle(name);
    if (handle == no_handle()) return false;
    iconv_close(handle);
    return true;
}

text_converter::text_converter(const byte_source& bytes, const std::string& encoding)
    : bytes_(bytes), handle_(open_handle(encoding)), unit_(encoding.starts_with("utf-16") ? 2 : 1) {
    ended_ = handle_ == no_handle();
}

text_converter::~text_converter() {
    if (handle_ != no_handle()) iconv_close(handle_);
}

std::size_t text_converter::read(char* to, std::size_t room) {
    std::size_t done = 0;
    while (done < room) {
        if (given_ == ready_.size()) {
            if (ended_) break;
            convert_more();
            continue;
        }
        const std::size_t count = std::min(room - done, ready_.size() - given_);
        std::memcpy(to + done, ready_.data() + given_, count);
        done += count;
        given_ += count;
    }
    return done;
}

// One piece. A character that it cuts is left for the next one, unless it is the last.
void text_converter::convert_more() {
    const std::string_view piece = bytes_.piece(offset_, piece_bytes, room_);
    const bool last = offset_ + static_cast<std::int64_t>(piece.size()) == bytes_.size() || piece.empty();
    ready_.resize(piece.size() * 2 + 64);
    given_ = 0;
    std::size_t used = 0;
    char* in = const_cast<char*>(piece.data()); // iconv does not write to it
    std::size_t in_left = piece.size();
    while (true) {
        // At the end, what a stateful encoding still holds back comes out.
        const bool flush = in_left == 0;
        if (flush && !last) break;
        char* to = ready_.data() + used;
        std::size_t room = ready_.size() - used;
        const std::size_t result = iconv(handle_, flush ? nullptr : &in, flush ? nullptr : &in_left, &to, &room);
        const int error = errno;
        used = ready_.size() - room;
        if (result != static_cast<std::size_t>(-1)) {
            if (!flush) continue;
            ended_ = true;
            break;
        }
        if (error == E2BIG || used == ready_.size()) {
            ready_.resize(ready_.size() * 2);
            continue;
        }
        if (error == EINVAL && !last && in != piece.data()) break;
        const std::size_t given_up = error == EINVAL ? in_left : std::min(unit_, in_left);
        in += given_up;
        in_left -= given_up;
        ready_[used++] = undecodable;
    }
    offset_ += static_cast<std::int64_t>(piece.size() - in_left);
    ready_.resize(used);
}

} // namespace rowhouse::csv
