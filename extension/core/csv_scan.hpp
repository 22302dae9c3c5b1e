// The inner loop of the CSV parser: finding the next byte that means something. Everything above it works on positions
// only, so a vectorised scan can take its place without touching the rules.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace rowhouse::csv {

// Finds the first of four bytes, eight at a time.
class byte_finder {
public:
    byte_finder(char a, char b, char c, char d)
        : bytes_{a, b, c, d}, patterns_{spread(a), spread(b), spread(c), spread(d)} {}

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
        while (at != end && *at != bytes_[0] && *at != bytes_[1] && *at != bytes_[2] && *at != bytes_[3])
            ++at;
        return at;
    }

private:
    static constexpr std::uint64_t ones = 0x0101010101010101ULL;

    static constexpr std::uint64_t spread(char byte) { return ones * static_cast<unsigned char>(byte); }

    // The high bit of every zero byte. A borrow may mark bytes above a zero one too; the lowest mark is always right.
    static constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - ones) & ~word & (ones << 7); }

    char bytes_[4];
    std::uint64_t patterns_[4];
};

} // namespace rowhouse::csv
