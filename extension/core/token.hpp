// JSON Web Tokens (RFC 7519, RFC 7515, with the advice of RFC 8725): reading one strictly, checking by whom and for
// whom it was made, making one. A token says who somebody is; what they may do is looked up in the database.
#pragma once

#include "core/key.hpp"

#include <array>
#include <vector>

namespace rowhouse::token {

inline constexpr std::size_t max_token_bytes = 8192;
inline constexpr std::size_t max_kid_bytes = 128;
inline constexpr double clock_leeway_seconds = 30; // for "nbf" and "iat" only; "exp" is exact

using subject_id = std::array<std::uint8_t, 16>;

// Times are seconds since 1970, fractions allowed (RFC 7519 NumericDate).
struct claims {
    subject_id subject{};
    std::string organization; // "org": uuid or slug, empty when absent
    double expires_at = 0;
    double not_before = 0;
    double issued_at = 0;
    std::string issuer;                // "iss", empty when absent or no string
    std::vector<std::string> audience; // "aud", empty when absent or neither a string nor an array of strings
};

struct parsed {
    token::algorithm algorithm = token::algorithm::hs256;
    std::string kid; // empty when absent
    claims claim_set;
    std::string_view signing_input; // into the token
    std::string signature;
};

// Nothing when the token breaks any rule: three base64url parts without padding, at most max_token_bytes; JSON objects
// in UTF-8 without duplicate names; a known "alg", no "crit" and no embedded key; "typ" absent, JWT or at+jwt
// (RFC 9068); "sub" a uuid; "exp" present; times finite and before the year 10000. The caller learns no more than that,
// on purpose.
std::optional<parsed> parse(std::string_view token);

// Whether the token names the algorithm of that key and bears its signature.
bool signed_with(const parsed& token, const key& key);

// Whether the claims name that issuer and, among others perhaps, that audience, byte for byte. Empty: any, or none.
bool meant_for(const claims& claims, std::string_view issuer, std::string_view audience);

// header.payload.signature; `payload` is a JSON object that the caller vouches for.
std::string sign_hs256(std::string_view kid, std::string_view payload, std::string_view secret);

} // namespace rowhouse::token
