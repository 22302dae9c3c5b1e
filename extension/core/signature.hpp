// Signatures of tokens (RFC 7515): what was signed, with which key. Everything goes through OpenSSL's EVP.
#pragma once

#include "core/key.hpp"

namespace rowhouse::token {

// Whether `signature`, the bytes as a JWS holds them, is one of `text` with that key.
bool verify_signature(const key& key, std::string_view text, std::string_view signature);

std::string hmac_sha256(std::string_view text, std::string_view secret);

} // namespace rowhouse::token
