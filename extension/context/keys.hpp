// Signing keys: table rowhouse.signing_keys, read by nobody but this file.
#pragma once

#include "core/token.hpp"
#include "pg/datum.hpp"

#include <algorithm>
#include <cstring>

namespace rowhouse::context {

inline constexpr std::size_t max_key_bytes = 1024; // as the table keeps it; a JWK of RSA with 4096 bits has 720

// Text of at most `size` bytes without a destructor. What is longer is cut, but the table's checks are no wider.
template <std::size_t size>
class plain_text {
public:
    void assign(std::string_view text) {
        used_ = std::min(text.size(), size);
        std::memcpy(bytes_, text.data(), used_);
    }
    std::string_view view() const { return {bytes_, used_}; }

private:
    std::size_t used_ = 0;
    char bytes_[size] = {};
};

// Trivially destructible on purpose: it is filled inside an index scan.
struct signing_key {
    token::algorithm algorithm = token::algorithm::hs256;
    TimestampTz created_at = 0;
    plain_text<token::max_kid_bytes> kid;
    plain_text<max_key_bytes> key;
    plain_text<256> issuer;   // empty: any
    plain_text<256> audience; // empty: any
};

// The key of that kid, if it is live now (not before, not after). Errors leave by longjmp.
bool find_live_key(std::string_view kid, signing_key& result);

// Live keys of that algorithm, at most `most`: for tokens that carry no kid. Returns how many.
int find_live_keys(token::algorithm algorithm, signing_key* results, int most);

// The key that signs: the newest live one of HS256, so that a rotation takes over at once while older tokens stay good.
// The keys of the other algorithms are public and can only verify.
bool find_newest_live_secret(signing_key& result);

} // namespace rowhouse::context
