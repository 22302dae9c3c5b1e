#include "core/csv_walk.hpp"

#include <algorithm>

namespace rowhouse::csv {

namespace {

// Little at first: in a text with many doubtful records the walk starts again behind each. What lies ahead and the ends
// in it stay in the nearest cache.
constexpr std::size_t word_bytes = 64;
constexpr std::size_t least_words = 1;
constexpr std::size_t most_words = 128;

} // namespace

void field_walk::start(const char* at) {
    ends_.resize(most_words * word_bytes + word_bytes);
    filled_to_ = at;
    words_ = least_words;
    state_ = {};
    fill();
}

void field_walk::fill() {
    const auto left = static_cast<std::size_t>(end_ - filled_to_);
    const std::size_t size = std::min(left, words_ * word_bytes);
    const bool last = size == left;
    const stretch_fields found = find_ends(filled_to_, size, last, wanted_, state_, ends_.data());
    next_ = ends_.data();
    last_ = next_ + found.count;
    from_ = filled_to_;
    breaks_between_ = found.breaks_between;
    doubled_ = found.doubled;
    doubtful_at_ = found.unsound != size ? from_ + found.unsound : last ? end_ : nullptr;
    filled_to_ += size;
    words_ = std::min(2 * words_, most_words);
}

bool field_walk::find_more() {
    while (doubtful_at_ == nullptr) {
        fill();
        breaks_seen_ |= breaks_between_;
        doubled_seen_ |= doubled_;
        if (next_ != last_) return true;
    }
    return false;
}

} // namespace rowhouse::csv
