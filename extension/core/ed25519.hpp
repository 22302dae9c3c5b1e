// The points of Ed25519 that may be public keys (RFC 8032 section 5.1).
#pragma once

#include <string_view>

namespace rowhouse::token {

// Whether the 32 bytes are the one spelling of a point of the curve whose order is not 1, 2, 4 or 8. For a key of small
// order signatures can be made without any private key.
bool ed25519_is_strong(std::string_view bytes);

} // namespace rowhouse::token
