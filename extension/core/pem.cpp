#include "core/pem.hpp"

#include "core/base64url.hpp"
#include "core/openssl.hpp"

#include <algorithm>
#include <openssl/core_names.h>
#include <openssl/x509.h>
#include <vector>

namespace rowhouse::token {

namespace {

constexpr std::string_view first_line = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view last_line = "-----END PUBLIC KEY-----";

// base64 of lines, with padding; nothing for anything else.
std::optional<std::string> decode_lines(std::string_view lines) {
    std::string text;
    for (const char c : lines) {
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
        if (c == '-' || c == '_') return std::nullopt;
        text += c == '+' ? '-' : c == '/' ? '_' : c;
    }
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); padding++)
        text.pop_back();
    return base64url_decode(text);
}

openssl::pkey decode(std::string_view text) {
    const auto der = decode_lines(text.substr(first_line.size(), text.size() - first_line.size() - last_line.size()));
    if (!der) return nullptr;
    const auto* start = reinterpret_cast<const unsigned char*>(der->data());
    const auto* at = start;
    openssl::pkey decoded(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
    return decoded && at == start + der->size() ? std::move(decoded) : nullptr;
}

// A number of the key in so many bytes, or, with 0, in as many as it needs.
std::string number_of(const EVP_PKEY* from, const char* name, std::size_t size) {
    BIGNUM* raw = nullptr;
    if (!EVP_PKEY_get_bn_param(from, name, &raw)) return {};
    const openssl::bignum number(raw);
    std::string bytes(std::max(size, static_cast<std::size_t>(BN_num_bytes(raw))), '\0');
    BN_bn2binpad(raw, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    return bytes;
}

std::string take_rsa(const EVP_PKEY* from, key& result) {
    if (EVP_PKEY_get_base_id(from) != EVP_PKEY_RSA) return "RS256 takes a key of RSA (rsaEncryption).";
    result.n = number_of(from, OSSL_PKEY_PARAM_RSA_N, 0);
    result.e = number_of(from, OSSL_PKEY_PARAM_RSA_E, 0);
    return {};
}

std::string take_ec(const EVP_PKEY* from, key& result) {
    char group[64] = {};
    int spelt_out = 0; // a curve given by its numbers could be another one with the same name
    if (EVP_PKEY_get_base_id(from) != EVP_PKEY_EC ||
        !EVP_PKEY_get_utf8_string_param(from, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, nullptr) ||
        !EVP_PKEY_get_int_param(from, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelt_out) || spelt_out ||
        std::string_view(group) != "prime256v1")
        return "ES256 takes a key of the named curve P-256 (prime256v1).";
    result.x = number_of(from, OSSL_PKEY_PARAM_EC_PUB_X, 32);
    result.y = number_of(from, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
    return {};
}

std::string take_eddsa(const EVP_PKEY* from, key& result) {
    std::size_t size = 32;
    result.x.resize(size);
    if (EVP_PKEY_get_base_id(from) != EVP_PKEY_ED25519 ||
        !EVP_PKEY_get_raw_public_key(from, reinterpret_cast<unsigned char*>(result.x.data()), &size))
        return "EdDSA takes a key of Ed25519.";
    return {};
}

} // namespace

std::string read_pem(std::string_view text, key& result) {
    if (result.algorithm == algorithm::hs256)
        return "A PEM is no secret of HS256: add a public key with its own algorithm.";
    if (text.find("PRIVATE KEY-----") != text.npos)
        return "This is a private key; add its public part only: openssl pkey -pubout";
    if (!text.starts_with(first_line) || !text.ends_with(last_line))
        return "The PEM must be one block of type PUBLIC KEY and nothing else; that of a certificate comes with: "
               "openssl "
               "x509 -noout -pubkey";
    const openssl::quiet quiet;
    const openssl::pkey decoded = decode(text);
    if (!decoded) return "The PEM holds no public key that can be read.";
    switch (result.algorithm) {
    case algorithm::rs256:
        return take_rsa(decoded.get(), result);
    case algorithm::es256:
        return take_ec(decoded.get(), result);
    default:
        return take_eddsa(decoded.get(), result);
    }
}

} // namespace rowhouse::token
