// Public keys as PEM (RFC 7468), as identity providers publish them.
#pragma once

#include "core/key.hpp"

namespace rowhouse::token {

// Fills the numbers of result from one PEM block of type PUBLIC KEY that fits result.algorithm. Answers with a fault,
// see key.hpp.
std::string read_pem(std::string_view text, key& result);

} // namespace rowhouse::token
