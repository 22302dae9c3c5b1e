// Public keys as OpenSSL takes them, and what makes one worthless.
#pragma once

#include "core/key.hpp"
#include "core/openssl.hpp"

namespace rowhouse::token {

// Null where the numbers are no key of that algorithm, as for a point that is not on its curve.
openssl::pkey make_public_key(const key& from);

// Answers with a fault, see key.hpp.
std::string public_key_fault(const key& candidate);

} // namespace rowhouse::token
