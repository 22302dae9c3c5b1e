// base64url without padding (RFC 4648 section 5), strict: no padding, no white space, no other alphabet, and the unused
// bits of the last character zero, so that one value has one spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowhouse {

std::optional<std::string> base64url_decode(std::string_view text);
std::string base64url_encode(std::string_view bytes);

} // namespace rowhouse
