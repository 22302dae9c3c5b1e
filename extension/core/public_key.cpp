#include "core/public_key.hpp"

#include "core/ed25519.hpp"

#include <openssl/core_names.h>

namespace rowhouse::token {

namespace {

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

openssl::bignum number(const std::string& bytes) {
    return openssl::bignum(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

openssl::pkey from_params(const char* type, OSSL_PARAM* params) {
    const openssl::pkey_context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* made = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params) != 1)
        return nullptr;
    return openssl::pkey(made);
}

openssl::pkey make_rsa(const key& from) {
    const openssl::bignum n = number(from.n);
    const openssl::bignum e = number(from.e);
    const openssl::params_builder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) ||
        !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()))
        return nullptr;
    const openssl::params params(OSSL_PARAM_BLD_to_param(builder.get()));
    return params ? from_params("RSA", params.get()) : nullptr;
}

openssl::pkey make_p256(const key& from) {
    char group[] = "prime256v1";
    std::string point = "\x04" + from.x + from.y; // both coordinates; OpenSSL looks whether they meet the curve
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                           OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                           OSSL_PARAM_construct_end()};
    return from_params("EC", params);
}

} // namespace

openssl::pkey make_public_key(const key& from) {
    switch (from.algorithm) {
    case algorithm::rs256:
        return make_rsa(from);
    case algorithm::es256:
        return make_p256(from);
    case algorithm::eddsa:
        return openssl::pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(from.x), from.x.size()));
    case algorithm::hs256:
        break;
    }
    return nullptr;
}

std::string public_key_fault(const key& candidate) {
    const openssl::quiet quiet;
    // OpenSSL takes any 32 bytes for a key of Ed25519.
    if (candidate.algorithm == algorithm::eddsa && !ed25519_is_strong(candidate.x))
        return "The bytes are no point of Ed25519, or one of small order, for which anybody can sign.";
    const openssl::pkey made = make_public_key(candidate);
    const openssl::pkey_context context(made ? EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr) : nullptr);
    if (context && EVP_PKEY_public_check(context.get()) == 1) return {};
    return candidate.algorithm == algorithm::es256
               ? "The point is not on the curve P-256."
               : "The numbers are no public key of " + std::string(to_string(candidate.algorithm)) + ".";
}

} // namespace rowhouse::token
