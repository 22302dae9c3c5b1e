#include "core/csv_survey.hpp"

#include "core/csv_scan.hpp"
#include "core/unicode.hpp"

#include <algorithm>

namespace rowhouse::csv {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The bytes at the end that begin a sequence and do not complete it.
std::string_view cut_sequence(std::string_view text) {
    for (std::size_t length = std::min<std::size_t>(3, text.size()); length > 0; --length) {
        const std::string_view rest = text.substr(text.size() - length);
        if (unicode::is_cut_sequence(rest)) return rest;
    }
    return {};
}

} // namespace

void text_survey::add(std::string_view piece) {
    if (sample.size() < sample_bytes) sample.append(piece.substr(0, sample_bytes - sample.size()));
    const std::int64_t offset = size + control_bytes - static_cast<std::int64_t>(carry_.size());
    note_edges(piece);

    const byte_kinds kinds = kinds_of(piece.data(), piece.size());
    has_nul = has_nul || kinds.nul;
    if (kinds.ascii && carry_.empty()) return;

    std::string joined;
    if (!carry_.empty()) piece = joined = carry_.append(piece);
    if (mark_at < 0) {
        const std::size_t mark = piece.find(byte_order_mark);
        if (mark != std::string_view::npos) mark_at = offset + static_cast<std::int64_t>(mark);
    }
    const std::string_view rest = cut_sequence(piece);
    if (ill_formed_at < 0) {
        const std::string_view whole = piece.substr(0, piece.size() - rest.size());
        const std::size_t good = unicode::well_formed_prefix(whole);
        if (good != whole.size()) ill_formed_at = offset + static_cast<std::int64_t>(good);
    }
    carry_ = std::string(rest);
}

void text_survey::finish() {
    if (ill_formed_at < 0 && !carry_.empty())
        ill_formed_at = size + control_bytes - static_cast<std::int64_t>(carry_.size());
    if (sample.size() > static_cast<std::size_t>(size)) sample.resize(static_cast<std::size_t>(size));
}

// The end of what was seen so far may turn out to be the end of the text.
void text_survey::note_edges(std::string_view piece) {
    const std::size_t kept = piece.find_last_not_of('\x1A') + 1;
    if (kept > 0) {
        if (control_bytes > 0) {
            size += control_bytes;
            control_bytes = 0;
            has_text = true;
            last_other_ = size - 1;
        }
        const std::string_view body = piece.substr(0, kept);
        has_text = has_text || body.find_first_not_of(" \t\r\n\f\v") != std::string_view::npos;
        bool tab = false;
        bool space = false;
        for (std::size_t at = kept; at-- > 0;) {
            const std::int64_t position = size + static_cast<std::int64_t>(at);
            if (body[at] == '\t') {
                if (!tab) last_tab_ = position;
                tab = true;
            } else if (body[at] == ' ') {
                if (!space) last_space_ = position;
                space = true;
            } else if (body[at] != '\n' && body[at] != '\r') {
                last_other_ = position;
                break;
            }
        }
        size += static_cast<std::int64_t>(kept);
    }
    control_bytes += static_cast<std::int64_t>(piece.size() - kept);
}

} // namespace rowhouse::csv
