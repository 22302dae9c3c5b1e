// The signature algorithms of tokens (RFC 7518, RFC 8037). A key is for one of them, and only a token that names the
// same one is checked with it: what was published as a public key can never become the secret of an HMAC.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rowhouse::token {

enum class algorithm : std::uint8_t { hs256, rs256, es256, eddsa };

inline constexpr std::string_view algorithm_names[] = {"HS256", "RS256", "ES256", "EdDSA"};

constexpr std::string_view to_string(algorithm which) {
    return algorithm_names[static_cast<int>(which)];
}

// Case matters, as in every name of RFC 7515.
constexpr std::optional<algorithm> algorithm_named(std::string_view name) {
    for (const algorithm each : {algorithm::hs256, algorithm::rs256, algorithm::es256, algorithm::eddsa})
        if (name == to_string(each)) return each;
    return std::nullopt;
}

} // namespace rowhouse::token
