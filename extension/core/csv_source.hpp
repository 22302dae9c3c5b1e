// The upload as the reader sees it: in memory, or behind a callback. Either way it is looked at piece by piece.
#pragma once

#include "core/csv.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace rowhouse::csv {

class byte_source {
public:
    explicit byte_source(std::string_view bytes) : size_(static_cast<std::int64_t>(bytes.size())), bytes_(bytes) {}
    explicit byte_source(source from) : size_(from.size), from_(std::move(from)) {}

    bool in_memory() const { return !from_.read; }
    std::int64_t size() const { return size_; }

    // `most` bytes from `offset` on, or those there are; put into `room` where they are not in memory already.
    std::string_view piece(std::int64_t offset, std::size_t most, std::string& room) const {
        most = static_cast<std::size_t>(std::min<std::int64_t>(static_cast<std::int64_t>(most), size_ - offset));
        if (in_memory()) return bytes_.substr(static_cast<std::size_t>(offset), most);
        if (room.size() < most) room.resize(most);
        return {room.data(), read(offset, room.data(), most)};
    }

    // Copies `size` bytes, or those there are; tells how many.
    std::size_t read(std::int64_t offset, char* to, std::size_t size) const {
        std::size_t done = 0;
        while (done < size && offset + static_cast<std::int64_t>(done) < size_) {
            const std::int64_t at = offset + static_cast<std::int64_t>(done);
            const auto room =
                static_cast<std::size_t>(std::min<std::int64_t>(static_cast<std::int64_t>(size - done), size_ - at));
            const std::size_t got = in_memory() ? bytes_.copy(to + done, room, static_cast<std::size_t>(at))
                                                : from_.read(at, to + done, room);
            if (got == 0) break;
            done += got;
        }
        return done;
    }

private:
    std::int64_t size_;
    std::string_view bytes_;
    source from_;
};

// Large enough to read fast, small enough for a cache.
constexpr std::size_t piece_bytes = 1 << 17;

// Calls `visit` with all of it from `offset` on, piece by piece.
template <class visitor>
void each_piece(const byte_source& bytes, std::int64_t offset, visitor visit) {
    std::string room;
    while (offset < bytes.size()) {
        const std::string_view piece = bytes.piece(offset, piece_bytes, room);
        if (piece.empty()) return;
        visit(piece);
        offset += static_cast<std::int64_t>(piece.size());
    }
}

} // namespace rowhouse::csv
