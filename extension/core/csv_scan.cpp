// Compiled once for each instruction set: foreach_target.h includes this file again and again. Of Highway only the
// headers are used; loading its library costs every process some milliseconds.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/csv_scan.cpp"
#include <hwy/foreach_target.h>

#include "core/csv_scan.hpp"

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cstring>

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
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&bits, bytes, count);
    } else {
        for (std::size_t i = 0; i < count; ++i)
            bits |= std::uint64_t{bytes[i]} << (8 * i);
    }
    return bits;
}

// One bit for each of 64 bytes, the first in the lowest bit.
struct marked_word {
    std::uint64_t ends = 0; // delimiters and line breaks
    std::uint64_t breaks = 0;
    std::uint64_t quotes = 0;
};

inline marked_word mark(const std::uint8_t* text, const structure& wanted) {
    const byte_tag tag;
    const std::size_t lanes = hn::Lanes(tag);
    const auto delimiter = hn::Set(tag, static_cast<std::uint8_t>(wanted.delimiter));
    const auto quote = hn::Set(tag, static_cast<std::uint8_t>(wanted.quote));
    const auto one_break = hn::Set(tag, static_cast<std::uint8_t>(wanted.breaks[0]));
    const auto other_break = hn::Set(tag, static_cast<std::uint8_t>(wanted.breaks[1]));
    marked_word word;
    for (std::size_t lane = 0; lane < 64; lane += lanes) {
        const auto bytes = hn::LoadU(tag, text + lane);
        const auto breaks = hn::Or(hn::Eq(bytes, one_break), hn::Eq(bytes, other_break));
        word.breaks |= bits_of(tag, breaks) << lane;
        word.ends |= bits_of(tag, hn::Or(breaks, hn::Eq(bytes, delimiter))) << lane;
        word.quotes |= bits_of(tag, hn::Eq(bytes, quote)) << lane;
    }
    if (wanted.quote == wanted.delimiter) word.quotes = 0;
    return word;
}

// Every bit is joined with all below it: set from the first of two quotes up to before the second.
inline std::uint64_t between(std::uint64_t quotes) {
    for (unsigned shift = 1; shift < 64; shift *= 2)
        quotes ^= quotes << shift;
    return quotes;
}

// Leaves the ends outside of quotes in the word, and gives the bits of doubtful quotes.
inline std::uint64_t judge(marked_word& word, quote_state& state, stretch_fields& found) {
    if ((word.quotes | state.quoted | state.closed) == 0) {
        state.ended = word.ends >> 63;
        return 0;
    }
    const std::uint64_t quoted = between(word.quotes) ^ (0 - state.quoted);
    const std::uint64_t opening = word.quotes & quoted;
    const std::uint64_t closing = word.quotes & ~quoted;
    const std::uint64_t behind_closing = closing << 1 | state.closed;
    const std::uint64_t misplaced = behind_closing & ~(word.ends | word.quotes);
    word.ends &= ~quoted;
    const std::uint64_t doubtful = (opening & ~(word.ends << 1 | state.ended | behind_closing)) | misplaced;
    found.breaks_between |= (word.breaks & quoted) != 0;
    found.doubled |= (opening & behind_closing) != 0;
    state = {quoted >> 63, word.ends >> 63, closing >> 63};
    return doubtful;
}

// Eight at a time whether there are so many or not: how many is hard to foretell.
inline std::size_t write_ends(std::uint64_t bits, std::uint32_t offset, std::uint32_t* ends) {
    const auto count = static_cast<std::size_t>(std::popcount(bits));
    for (std::size_t done = 0; done < count; done += 8) {
        for (std::size_t i = 0; i < 8; ++i, bits &= bits - 1)
            ends[done + i] = offset + static_cast<std::uint32_t>(std::countr_zero(bits));
    }
    return count;
}

// Tells whether to go on.
inline bool take_word(marked_word& word, std::size_t at, quote_state& state, std::uint32_t* ends,
                      stretch_fields& found) {
    const std::uint64_t doubtful = judge(word, state, found);
    if (doubtful != 0) {
        word.ends &= (doubtful & (0 - doubtful)) - 1;
        found.unsound = at + static_cast<std::size_t>(std::countr_zero(doubtful));
    }
    found.count += write_ends(word.ends, static_cast<std::uint32_t>(at), ends + found.count);
    return doubtful == 0;
}

void find_ends(const std::uint8_t* text, std::size_t size, bool last, const structure& wanted, quote_state& state,
               std::uint32_t* ends, stretch_fields& found) {
    std::size_t at = 0;
    for (; at + 64 <= size; at += 64) {
        marked_word word = mark(text + at, wanted);
        if (!take_word(word, at, state, ends, found)) return;
    }
    if (!last) return;
    std::uint8_t rest[64] = {};
    std::memcpy(rest, text + at, size - at);
    marked_word word = mark(rest, wanted);
    const std::uint64_t end = std::uint64_t{1} << (size - at);
    word = {(word.ends & (end - 1)) | end, word.breaks & (end - 1), word.quotes & (end - 1)};
    take_word(word, at, state, ends, found);
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

struct vector_code {
    decltype(&HWY_STATIC_DISPATCH(find_ends)) find_ends;
    decltype(&HWY_STATIC_DISPATCH(join_words)) join_words;
};

// The best that this machine can run.
vector_code choose_code() {
#if HWY_ARCH_X86_64
    [[maybe_unused]] const bool sse4 =
        __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
    [[maybe_unused]] const bool avx2 = sse4 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                                       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    [[maybe_unused]] const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                                         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                                         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
#if HWY_TARGETS & HWY_AVX3
    if (avx512) return {N_AVX3::find_ends, N_AVX3::join_words};
#endif
#if HWY_TARGETS & HWY_AVX2
    if (avx2) return {N_AVX2::find_ends, N_AVX2::join_words};
#endif
#if HWY_TARGETS & HWY_SSE4
    if (sse4) return {N_SSE4::find_ends, N_SSE4::join_words};
#endif
#endif
    return {HWY_STATIC_DISPATCH(find_ends), HWY_STATIC_DISPATCH(join_words)};
}

const vector_code& code() {
    static const vector_code chosen = choose_code();
    return chosen;
}

constexpr std::size_t word_bytes = 64;

} // namespace

stretch_fields find_ends(const char* text, std::size_t size, bool last, const structure& wanted, quote_state& state,
                         std::uint32_t* ends) {
    stretch_fields found;
    found.unsound = size;
    code().find_ends(reinterpret_cast<const std::uint8_t*>(text), size, last, wanted, state, ends, found);
    return found;
}

byte_kinds kinds_of(const char* text, std::size_t size) {
    const std::size_t words = size / word_bytes;
    std::uint8_t joined = 0;
    std::uint8_t smallest = 0xFF;
    code().join_words(reinterpret_cast<const std::uint8_t*>(text), words, &joined, &smallest);
    for (std::size_t at = words * word_bytes; at < size; ++at) {
        const auto byte = static_cast<std::uint8_t>(text[at]);
        joined |= byte;
        smallest = std::min(smallest, byte);
    }
    return {joined < 0x80, smallest == 0};
}

} // namespace rowhouse::csv

#endif
