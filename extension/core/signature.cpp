#include "core/signature.hpp"

#include "core/public_key.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

namespace rowhouse::token {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool verify_hs256(std::string_view secret, std::string_view text, std::string_view signature) {
    const std::string mac = hmac_sha256(text, secret);
    return mac.size() == 32 && signature.size() == mac.size() &&
           CRYPTO_memcmp(mac.data(), signature.data(), mac.size()) == 0;
}

// A JWS holds r and s, 32 bytes each (RFC 7518 section 3.4); OpenSSL takes them in DER. Empty for any other length, and
// for a zero, which once passed for a signature of everything elsewhere.
std::string ecdsa_der(std::string_view raw) {
    if (raw.size() != 64) return {};
    openssl::bignum r(BN_bin2bn(bytes_of(raw), 32, nullptr));
    openssl::bignum s(BN_bin2bn(bytes_of(raw) + 32, 32, nullptr));
    const openssl::ecdsa_signature numbers(ECDSA_SIG_new());
    if (!r || !s || !numbers || BN_is_zero(r.get()) || BN_is_zero(s.get())) return {};
    ECDSA_SIG_set0(numbers.get(), r.release(), s.release());
    std::string der(72, '\0'); // at most: two integers of 35 bytes and a head of 2
    auto* end = reinterpret_cast<unsigned char*>(der.data());
    const int size = i2d_ECDSA_SIG(numbers.get(), &end);
    der.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return der;
}

bool verify_with(EVP_PKEY* key, const EVP_MD* digest, int rsa_padding, std::string_view text,
                 std::string_view signature) {
    const openssl::digest_context context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* options = nullptr; // owned by context
    if (!context || EVP_DigestVerifyInit(context.get(), &options, digest, nullptr, key) != 1) return false;
    if (rsa_padding && EVP_PKEY_CTX_set_rsa_padding(options, rsa_padding) != 1) return false;
    return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

} // namespace

bool verify_signature(const key& key, std::string_view text, std::string_view signature) {
    if (key.algorithm == algorithm::hs256) return verify_hs256(key.k, text, signature);
    const openssl::quiet quiet;
    const openssl::pkey pkey = make_public_key(key);
    if (!pkey) return false;
    switch (key.algorithm) {
    case algorithm::rs256:
        return signature.size() == key.n.size() &&
               verify_with(pkey.get(), EVP_sha256(), RSA_PKCS1_PADDING, text, signature);
    case algorithm::es256: {
        const std::string der = ecdsa_der(signature);
        return !der.empty() && verify_with(pkey.get(), EVP_sha256(), 0, text, der);
    }
    case algorithm::eddsa:
        return signature.size() == 64 && verify_with(pkey.get(), nullptr, 0, text, signature);
    case algorithm::hs256:
        break;
    }
    return false;
}

std::string hmac_sha256(std::string_view text, std::string_view secret) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(), mac, &size))
        return {};
    return {reinterpret_cast<const char*>(mac), size};
}

} // namespace rowhouse::token
