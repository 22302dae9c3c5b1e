// Keys that signatures are checked with: a secret for HS256, public keys for the other algorithms.
#pragma once

#include "core/algorithm.hpp"

#include <string>

namespace rowhouse::token {

inline constexpr std::size_t min_secret_bytes = 32; // RFC 7518 section 3.2: as long as the hash
inline constexpr std::size_t max_secret_bytes = 1024;
inline constexpr std::size_t min_rsa_bits = 2048; // RFC 7518 section 3.3
inline constexpr std::size_t max_rsa_bits = 4096;

// Big-endian bytes, named like the members of a JWK (RFC 7518 section 6, RFC 8037).
struct key {
    token::algorithm algorithm = token::algorithm::hs256;
    std::string k;    // HS256: the secret
    std::string n, e; // RS256: modulus and exponent, without leading zeros
    std::string x, y; // ES256: the point, 32 bytes each; EdDSA: x alone
};

// Functions that answer with a fault return a whole sentence, fit for a hint, or nothing when all is well.

// A PEM (SubjectPublicKeyInfo), a JWK (a JSON object), or, for HS256, any other text, whose bytes are the secret.
// Checks the form and the sizes, in a few microseconds, so it is used with every signature.
std::string read_key(algorithm wanted, std::string_view kid, std::string_view text, key& result);

// What takes longer, so that it is done once, when a key is added: whether the numbers are a key at all, and none that
// proves nothing.
std::string deep_fault(const key& candidate);

// The form that is kept: a minimal JWK, which is read in a fraction of the time of a PEM. A secret that was given as
// plain text stays as it is.
std::string text_to_keep(const key& accepted, std::string_view given);

} // namespace rowhouse::token
