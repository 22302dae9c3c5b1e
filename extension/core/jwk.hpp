// JSON Web Keys (RFC 7517).
#pragma once

#include "core/key.hpp"

namespace rowhouse::token {

// Fills the numbers of result from a JWK that fits result.algorithm and, where it says so itself, that kid. Answers
// with a fault, see key.hpp.
std::string read_jwk(std::string_view json, std::string_view kid, key& result);

// The members that matter, and no others.
std::string write_jwk(const key& key);

} // namespace rowhouse::token
