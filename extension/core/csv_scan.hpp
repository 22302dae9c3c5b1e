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

// One bit for each of the `size` bytes, set where the byte is in the set: 64 bytes to a word, the first in the lowest
// bit.
void mark_bytes(const char* text, std::size_t size, const byte_set& wanted, std::uint64_t* marks);

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

// The marked bytes of a text, one after the other. Marks are made a stretch at a time, which stays in the nearest
// cache.
class mark_walk {
public:
    mark_walk(std::string_view text, const byte_set& wanted)
        : begin_(text.data()), end_(text.data() + text.size()), wanted_(wanted) {}

    // Where the walk is: small, so that a loop can hold it in registers.
    struct place {
        const std::uint64_t* word = nullptr;
        const char* text = nullptr; // of that word
        std::uint64_t bits = 0;     // of that word, those not yet given out
    };

    // Before the first marked byte at or behind `at`.
    place find(const char* at) {
        if (at < stretch_ || at >= stretch_end_) load(begin_ + (at - begin_) / word_bytes * word_bytes);
        const auto offset = static_cast<std::size_t>(at - stretch_);
        const std::uint64_t* word = marks_ + offset / word_bytes;
        return {word, stretch_ + offset / word_bytes * word_bytes,
                *word & (~std::uint64_t{0} << (offset % word_bytes))};
    }

    // The end of the text when there is none.
    const char* next(place& from) {
        while (from.bits == 0) {
            if (++from.word != marks_ + words_) {
                from.text += word_bytes;
                from.bits = *from.word;
            } else {
                --from.word;
                if (stretch_end_ == end_) return end_;
                load(stretch_end_);
                from = {marks_, stretch_, marks_[0]};
            }
        }
        const char* found = from.text + static_cast<unsigned>(std::countr_zero(from.bits));
        from.bits &= from.bits - 1;
        return found;
    }

private:
    static constexpr std::size_t word_bytes = 64;
    static constexpr std::size_t stretch_words = 256;

    void load(const char* from);

    const char* begin_;
    const char* end_;
    byte_set wanted_;
    const char* stretch_ = nullptr;
    const char* stretch_end_ = nullptr;
    std::size_t words_ = 0;
    std::uint64_t marks_[stretch_words];
};

} // namespace rowhouse::csv
