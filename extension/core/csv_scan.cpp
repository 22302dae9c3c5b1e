// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/csv_scan.cpp"
#include <hwy/foreach_target.h>

#include "core/csv_scan.hpp"

#include <hwy/highway.h>

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace rowhouse::csv::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// A vector holds at most one word of marks.
using byte_tag = hn::CappedTag<std::uint8_t, 64>;

template <class mask>
std::uint64_t bits_of(byte_tag tag, mask marked) {
    std::uint8_t bytes[8] = {};
    const std::size_t count = hn::StoreMaskBits(tag, marked, bytes);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < count; ++i)
        bits |= std::uint64_t{bytes[i]} << (8 * i);
    return bits;
}

void mark_words(const std::uint8_t* text, std::size_t words, const byte_set& wanted, std::uint64_t* marks) {
    const byte_tag tag;
    const std::size_t lanes = hn::Lanes(tag);
    const auto a = hn::Set(tag, static_cast<std::uint8_t>(wanted.bytes[0]));
    const auto b = hn::Set(tag, static_cast<std::uint8_t>(wanted.bytes[1]));
    const auto c = hn::Set(tag, static_cast<std::uint8_t>(wanted.bytes[2]));
    const auto d = hn::Set(tag, static_cast<std::uint8_t>(wanted.bytes[3]));
    for (std::size_t word = 0; word < words; ++word, text += 64) {
        std::uint64_t bits = 0;
        for (std::size_t lane = 0; lane < 64; lane += lanes) {
            const auto bytes = hn::LoadU(tag, text + lane);
            const auto marked =
                hn::Or(hn::Or(hn::Eq(bytes, a), hn::Eq(bytes, b)), hn::Or(hn::Eq(bytes, c), hn::Eq(bytes, d)));
            bits |= bits_of(tag, marked) << lane;
        }
        marks[word] = bits;
    }
}

// All bytes joined by OR tell of those beyond ASCII, the smallest of them of NUL.
void join_words(const std::uint8_t* text, std::size_t words, std::uint8_t* joined, std::uint8_t* smallest) {
    const byte_tag tag;
    const std::size_t lanes = hn::Lanes(tag);
    auto all = hn::Zero(tag);
    auto least = hn::Set(tag, std::uint8_t{0xFF});
    for (std::size_t at = 0; at < words * 64; at += lanes) {
        const auto bytes = hn::LoadU(tag, text + at);
        all = hn::Or(all, bytes);
        least = hn::Min(least, bytes);
    }
    HWY_ALIGN std::uint8_t all_lanes[64];
    HWY_ALIGN std::uint8_t least_lanes[64];
    hn::Store(all, tag, all_lanes);
    hn::Store(least, tag, least_lanes);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        *joined |= all_lanes[lane];
        *smallest = std::min(*smallest, least_lanes[lane]);
    }
}

} // namespace rowhouse::csv::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace rowhouse::csv {

namespace {

HWY_EXPORT(mark_words);
HWY_EXPORT(join_words);

constexpr std::size_t word_bytes = 64;

} // namespace

void mark_bytes(const char* text, std::size_t size, const byte_set& wanted, std::uint64_t* marks) {
    const std::size_t words = size / word_bytes;
    const std::size_t rest = size % word_bytes;
    HWY_DYNAMIC_DISPATCH(mark_words)(reinterpret_cast<const std::uint8_t*>(text), words, wanted, marks);
    if (rest == 0) return;
    std::uint8_t last[word_bytes] = {};
    std::memcpy(last, text + words * word_bytes, rest);
    HWY_DYNAMIC_DISPATCH(mark_words)(last, 1, wanted, marks + words);
    marks[words] &= (std::uint64_t{1} << rest) - 1;
}

byte_kinds kinds_of(const char* text, std::size_t size) {
    const std::size_t words = size / word_bytes;
    std::uint8_t joined = 0;
    std::uint8_t smallest = 0xFF;
    HWY_DYNAMIC_DISPATCH(join_words)(reinterpret_cast<const std::uint8_t*>(text), words, &joined, &smallest);
    for (std::size_t at = words * word_bytes; at < size; ++at) {
        const auto byte = static_cast<std::uint8_t>(text[at]);
        joined |= byte;
        smallest = std::min(smallest, byte);
    }
    return {joined < 0x80, smallest == 0};
}

void mark_walk::load(const char* from) {
    stretch_ = from;
    const auto size = std::min(static_cast<std::size_t>(end_ - from), stretch_words * word_bytes);
    stretch_end_ = from + size;
    words_ = (size + word_bytes - 1) / word_bytes;
    mark_bytes(from, size, wanted_, marks_);
}

} // namespace rowhouse::csv

#endif
