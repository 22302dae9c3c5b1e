// The inner loops of the CSV parser: finding the bytes that mean something. The vector code is compiled for every
// instruction set of the machine's family (csv_scan.cpp), and the best one is chosen when the program runs.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rowhouse::csv {

// The bytes that mean something to a parser; a byte may be listed twice.
struct byte_set {
    char bytes[4];
};

// What divides a text into fields. A delimiter in the place of the quote: no quotes at all.
struct structure {
    char delimiter;
    char quote;
    char breaks[2] = {'\n', '\r'};
};

// Between two stretches of a text: what the first tells the second. In the lowest bit of each number.
struct quote_state {
    std::uint64_t quoted = 0; // the next byte is between quotes
    std::uint64_t ended = 1;  // a field begins there
    std::uint64_t closed = 0; // it is behind a quote that closes
};

struct stretch_fields {
    std::size_t count = 0;       // of the ends found
    std::size_t unsound = 0;     // the byte at which a quote turns out to be doubtful; the size when none does
    bool breaks_between = false; // there may be line breaks between quotes
    bool doubled = false;        // there may be two quotes that stand for one
};

// Where fields end, as offsets from the start of the text: delimiters and line breaks that are not between quotes,
// which is told by counting the quotes. It goes on up to the first quote that does not stand where such a count is
// right. The size is a multiple of 64, unless this is the last stretch: the end of the text ends a field too. There is
// room for an end at every byte, and for eight more.
stretch_fields find_ends(const char* text, std::size_t size, bool last, const structure& wanted, quote_state& state,
                         std::uint32_t* ends);

// Which unusual bytes there are at all.
struct byte_kinds {
    bool ascii = true;
    bool nul = false;
};
byte_kinds kinds_of(const char* text, std::size_t size);

// Finds the first of a set of bytes, eight at a time: for short ways, where setting out with marks costs more.
class byte_finder {
public:
    explicit byte_finder(const byte_set& wanted)
        : bytes_(wanted), patterns_{spread(wanted.bytes[0]), spread(wanted.bytes[1]), spread(wanted.bytes[2]),
                                    spread(wanted.bytes[3])} {}

    const char* find(const char* at, const char* end) const {
        if constexpr (std::endian::native == std::endian::little) {
            for (; end - at >= 8; at += 8) {
                std::uint64_t word;
                std::memcpy(&word, at, sizeof word);
                const std::uint64_t hits = zero_bytes(word ^ patterns_[0]) | zero_bytes(word ^ patterns_[1]) |
                                           zero_bytes(word ^ patterns_[2]) | zero_bytes(word ^ patterns_[3]);
                if (hits != 0) return at + std::countr_zero(hits) / 8;
            }
        }
        while (at != end && *at != bytes_.bytes[0] && *at != bytes_.bytes[1] && *at != bytes_.bytes[2] &&
               *at != bytes_.bytes[3])
            ++at;
        return at;
    }

private:
    static constexpr std::uint64_t ones = 0x0101010101010101ULL;

    static constexpr std::uint64_t spread(char byte) { return ones * static_cast<unsigned char>(byte); }

    // The high bit of every zero byte. A borrow may mark bytes above a zero one too; the lowest mark is always right.
    static constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - ones) & ~word & (ones << 7); }

    byte_set bytes_;
    std::uint64_t patterns_[4];
};

} // namespace rowhouse::csv
