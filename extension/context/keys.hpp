// Signing keys: table rowhouse.signing_keys, read by nobody but this file.
#pragma once

#include "pg/datum.hpp"

namespace rowhouse::context {

inline constexpr std::size_t max_key_bytes = 1024;

// Trivially destructible on purpose: it is filled inside an index scan.
struct signing_key {
    char kid[129] = {};
    TimestampTz created_at = 0;
    std::size_t size = 0;
    char bytes[max_key_bytes] = {};

    std::string_view kid_view() const { return kid; }
    std::string_view key() const { return {bytes, size}; }
};

// The key of that kid, if it is live now (not before, not after). Errors leave by longjmp.
bool find_live_key(std::string_view kid, signing_key& result);

// Live keys, at most `most`: for tokens that carry no kid. Returns how many.
int find_live_keys(signing_key* results, int most);

// The key that signs: the newest live one, so that a rotation takes over at once while older tokens stay good.
bool find_newest_live_key(signing_key& result);

} // namespace rowhouse::context
