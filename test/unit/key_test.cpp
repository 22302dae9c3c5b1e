// Keys as PEM and JWK: what is taken, and what is refused with which words.

#include "core/ed25519.hpp"
#include "core/openssl.hpp"
#include "published_keys.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

namespace {

using namespace rowhouse;
using test::published;
using test::published_key;
using token::algorithm;

constexpr algorithm public_algorithms[] = {algorithm::rs256, algorithm::es256, algorithm::eddsa};

// The fault of a key as add_signing_key sees it, kid "k".
std::string fault_of(algorithm which, const std::string& text) {
    token::key key;
    const std::string fault = token::read_key(which, "k", text, key);
    return fault.empty() ? token::deep_fault(key) : fault;
}

std::string pem_of(EVP_PKEY* key, bool private_too = false) {
    BIO* out = BIO_new(BIO_s_mem());
    if (private_too)
        PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    else
        PEM_write_bio_PUBKEY(out, key);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
}

openssl::pkey generated(algorithm which) {
    return openssl::pkey(which == algorithm::rs256   ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})
                         : which == algorithm::es256 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                                                     : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

// The published JWK with other members added, or one replaced.
std::string jwk_with(algorithm which, const std::string& more) {
    std::string text = published(which).jwk;
    return text.insert(text.size() - 1, "," + more);
}
std::string jwk_where(algorithm which, const std::string& old_text, const std::string& new_text) {
    std::string text = published(which).jwk;
    return text.replace(text.find(old_text), old_text.size(), new_text);
}

#define EXPECT_FAULT(fault, words) EXPECT_NE((fault).find(words), std::string::npos) << (fault)

TEST(key, published_jwks_are_taken_and_kept_as_they_are) {
    for (const auto& example : test::published_examples()) {
        EXPECT_EQ(fault_of(example.algorithm, example.jwk), "");
        EXPECT_EQ(token::text_to_keep(published_key(example.algorithm), example.jwk), example.jwk);
        EXPECT_EQ(fault_of(example.algorithm, "\n " + example.jwk + "\r\n"), "");
        EXPECT_EQ(
            fault_of(example.algorithm,
                     jwk_with(example.algorithm, "\"kid\":\"k\",\"use\":\"sig\",\"key_ops\":[\"sign\",\"verify\"],"
                                                 "\"alg\":\"" +
                                                     std::string(to_string(example.algorithm)) +
                                                     "\",\"x5c\":[\"AA\"],\"ext\":true")),
            "");
    }
}

TEST(key, pem_and_its_jwk_are_the_same_key) {
    for (const algorithm which : public_algorithms) {
        const openssl::pkey made = generated(which);
        const std::string pem = pem_of(made.get());
        EXPECT_EQ(fault_of(which, pem), "");
        token::key from_pem, from_jwk;
        ASSERT_EQ(token::read_key(which, "k", pem, from_pem), "");
        const std::string kept = token::text_to_keep(from_pem, pem);
        EXPECT_EQ(kept.substr(0, 8), "{\"kty\":\"");
        ASSERT_EQ(token::read_key(which, "k", kept, from_jwk), "");
        EXPECT_EQ(from_pem.n + "/" + from_pem.e + "/" + from_pem.x + "/" + from_pem.y,
                  from_jwk.n + "/" + from_jwk.e + "/" + from_jwk.x + "/" + from_jwk.y);
    }
}

TEST(key, secrets_are_bytes_or_jwk) {
    token::key key;
    EXPECT_EQ(token::read_key(algorithm::hs256, "k", std::string(32, ' '), key), "");
    EXPECT_EQ(key.k, std::string(32, ' '));
    EXPECT_EQ(token::text_to_keep(key, key.k), key.k);
    EXPECT_FAULT(fault_of(algorithm::hs256, std::string(31, 's')), "The secret has 31 bytes");
    EXPECT_FAULT(fault_of(algorithm::hs256, std::string(1025, 's')), "The secret has 1025 bytes");
    EXPECT_FAULT(fault_of(algorithm::hs256, R"({"kty":"oct","k":"c2hvcnQ"})"), "The secret has 5 bytes");
    EXPECT_FAULT(fault_of(algorithm::hs256, R"({"kty":"oct","k":"not base64url"})"), "\"k\" must be base64url");
    EXPECT_FAULT(fault_of(algorithm::hs256, "{" + std::string(40, 's')), "cannot be read");
}

TEST(key, public_keys_are_no_secrets) {
    for (const algorithm which : public_algorithms) {
        EXPECT_FAULT(fault_of(algorithm::hs256, pem_of(generated(which).get())), "no secret");
        EXPECT_FAULT(fault_of(algorithm::hs256, published(which).jwk), "\"kty\" must be \"oct\"");
        EXPECT_FAULT(fault_of(which, std::string(64, 's')), "as a PEM");
        EXPECT_FAULT(fault_of(which, ""), "as a PEM");
        for (const algorithm other : public_algorithms)
            if (which != other) {
                EXPECT_FAULT(fault_of(other, published(which).jwk), "\"kty\" must be");
                EXPECT_FAULT(fault_of(other, pem_of(generated(which).get())), " takes a key of ");
            }
    }
}

TEST(key, private_keys_are_refused) {
    for (const algorithm which : public_algorithms) {
        EXPECT_FAULT(fault_of(which, pem_of(generated(which).get(), true)), "private key");
        for (const char* member : {"d", "p", "q", "dp", "dq", "qi"})
            EXPECT_FAULT(fault_of(which, jwk_with(which, "\"" + std::string(member) + "\":\"AQ\"")), "private key");
        EXPECT_FAULT(fault_of(which, jwk_with(which, "\"d\":null")), "private key");
    }
}

TEST(key, jwk_that_disagrees_is_refused) {
    for (const auto& example : test::published_examples()) {
        const auto fault = [&](const std::string& more) {
            return fault_of(example.algorithm, jwk_with(example.algorithm, more));
        };
        EXPECT_FAULT(fault(R"("alg":"PS256")"), "\"alg\" must be");
        EXPECT_FAULT(fault(R"("alg":null)"), "\"alg\" must be");
        EXPECT_FAULT(fault(R"("kid":"other")"), "\"kid\" must be \"k\"");
        EXPECT_FAULT(fault(R"("kid":1)"), "\"kid\" must be \"k\"");
        EXPECT_FAULT(fault(R"("use":"enc")"), "\"use\" must be \"sig\"");
        EXPECT_FAULT(fault(R"("key_ops":["encrypt"])"), "\"key_ops\" must contain");
        EXPECT_FAULT(fault(R"("key_ops":"verify")"), "\"key_ops\" must contain");
        EXPECT_FAULT(fault(R"("kty":"oct")"), "without duplicate names");
        EXPECT_FAULT(fault(R"("x5t":1,"x5t":1)"), "without duplicate names");
        EXPECT_FAULT(fault(R"("k\u0074y":"oct")"), "without duplicate names");
        EXPECT_FAULT(fault_of(example.algorithm, example.jwk + "{}"), "cannot be read");
        EXPECT_FAULT(fault_of(example.algorithm, "{\"keys\":[" + example.jwk + "]}"), "set of keys");
        EXPECT_FAULT(fault_of(example.algorithm, "{}"), "\"kty\" must be");
        for (std::size_t size = 1; size < example.jwk.size(); size++)
            EXPECT_FAULT(fault_of(example.algorithm, example.jwk.substr(0, size)), "cannot be read");
    }
}

TEST(key, rsa_sizes_and_exponents) {
    const auto with_n = [](std::size_t bytes, char first) {
        std::string n(bytes, '\x55');
        n.front() = first;
        return "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" + base64url_encode(n) + "\"}";
    };
    EXPECT_FAULT(fault_of(algorithm::rs256, with_n(128, '\x80')), "1024 bits; it must have 2048 to 4096");
    EXPECT_FAULT(fault_of(algorithm::rs256, with_n(256, '\x7f')), "2047 bits");
    EXPECT_FAULT(fault_of(algorithm::rs256, with_n(513, '\x01')), "4097 bits");
    EXPECT_FAULT(fault_of(algorithm::rs256,
                          pem_of(openssl::pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024})).get())),
                 "1024 bits");
    // 0, 1, 2, 3, 65536, 65 bits, and with leading zeros
    for (const char* e : {"AA", "AQ", "Ag", "Aw", "AQAA", "AQAAAAAAAAAB", "AAAD"})
        EXPECT_FAULT(fault_of(algorithm::rs256, jwk_where(algorithm::rs256, "AQAB", e)),
                     std::string(e) == "AA" ? "\"e\" must be" : "RSA exponent")
            << e;
    EXPECT_EQ(fault_of(algorithm::rs256, jwk_where(algorithm::rs256, "AQAB", "BQ")), "");
    EXPECT_EQ(fault_of(algorithm::rs256, jwk_where(algorithm::rs256, "AQAB", "AAEAAQ")), "");
    EXPECT_FAULT(fault_of(algorithm::rs256, jwk_where(algorithm::rs256, "AQAB", "AQAB==")), "\"e\" must be base64url");
    // An even modulus is no RSA key, and a prime one nobody's secret.
    EXPECT_FAULT(fault_of(algorithm::rs256, jwk_where(algorithm::rs256, "FRWyuXpoQ", "FRWyuXpoA")),
                 "no public key of RS256");
    const openssl::bignum prime(BN_new());
    ASSERT_EQ(BN_generate_prime_ex(prime.get(), 2048, 0, nullptr, nullptr, nullptr), 1);
    std::string n(256, '\0');
    BN_bn2bin(prime.get(), reinterpret_cast<unsigned char*>(n.data()));
    EXPECT_FAULT(fault_of(algorithm::rs256, R"({"kty":"RSA","e":"AQAB","n":")" + base64url_encode(n) + "\"}"),
                 "no public key of RS256");
}

TEST(key, ec_curves_and_points) {
    for (const char* curve : {"P-384", "secp256k1"})
        EXPECT_FAULT(
            fault_of(algorithm::es256, pem_of(openssl::pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)).get())),
            "P-256");
    EXPECT_FAULT(fault_of(algorithm::es256, jwk_where(algorithm::es256, "P-256", "P-384")), "\"crv\" must be");
    EXPECT_FAULT(fault_of(algorithm::es256, jwk_where(algorithm::es256, "f83O", "f83P")), "not on the curve");
    EXPECT_FAULT(fault_of(algorithm::es256, jwk_where(algorithm::es256, "f83OJ3D2", "")), "32 bytes");
    const std::string zero = base64url_encode(std::string(32, '\0'));
    EXPECT_FAULT(
        fault_of(algorithm::es256, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + zero + "\",\"y\":\"" + zero + "\"}"),
        "not on the curve");
}

TEST(key, curve_spelt_out_by_its_numbers_is_refused) {
    const openssl::pkey_context context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* made = nullptr;
    ASSERT_EQ(EVP_PKEY_keygen_init(context.get()), 1);
    ASSERT_EQ(EVP_PKEY_CTX_set_group_name(context.get(), "P-256"), 1);
    ASSERT_EQ(EVP_PKEY_CTX_set_ec_param_enc(context.get(), OPENSSL_EC_EXPLICIT_CURVE), 1);
    ASSERT_EQ(EVP_PKEY_generate(context.get(), &made), 1);
    EXPECT_FAULT(fault_of(algorithm::es256, pem_of(openssl::pkey(made).get())), "named curve");
}

TEST(key, other_kinds_of_pem_are_refused) {
    const std::string good = pem_of(generated(algorithm::es256).get());
    const auto fault = [](const std::string& text) { return fault_of(algorithm::es256, text); };
    EXPECT_EQ(fault("\n\t" + good + "  "), "");
    EXPECT_FAULT(fault("text before " + good), "one block");
    EXPECT_FAULT(fault(good + "text behind"), "one block");
    EXPECT_FAULT(fault(good + good), "no public key");
    EXPECT_FAULT(fault("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"), "one block");
    EXPECT_FAULT(fault("-----BEGIN PUBLIC KEY-----"), "one block");
    EXPECT_FAULT(fault("-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----"), "no public key");
    EXPECT_FAULT(fault("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), "no public key");
    for (const char* type : {"ED448", "X25519"})
        EXPECT_FAULT(fault_of(algorithm::eddsa, pem_of(openssl::pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, type)).get())),
                     "Ed25519");
    const std::size_t begin = good.find('\n') + 1, end = good.find("-----END");
    for (std::size_t size = 0; size < end - begin - 1; size++)
        EXPECT_NE(fault(good.substr(0, begin + size) + good.substr(end)), "") << size;
}

std::string of_hex(const char* text) {
    long size = 0;
    unsigned char* raw = OPENSSL_hexstr2buf(text, &size);
    std::string bytes(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
    OPENSSL_free(raw);
    return bytes;
}

TEST(key, ed25519_points_that_prove_nothing) {
    for (const char* y : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                          // p and p + 1, other spellings of 0 and 1; the greatest
                          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          // no point of the curve
                          "0200000000000000000000000000000000000000000000000000000000000000"}) {
        std::string bytes = of_hex(y);
        EXPECT_FALSE(token::ed25519_is_strong(bytes)) << y;
        EXPECT_FAULT(
            fault_of(algorithm::eddsa, R"({"kty":"OKP","crv":"Ed25519","x":")" + base64url_encode(bytes) + "\"}"),
            "small order");
        bytes.back() = static_cast<char>(bytes.back() | 0x80); // the other sign of x
        EXPECT_FALSE(token::ed25519_is_strong(bytes)) << y;
    }
    for (int i = 0; i < 50; i++)
        EXPECT_EQ(fault_of(algorithm::eddsa, pem_of(generated(algorithm::eddsa).get())), "");
    EXPECT_TRUE(token::ed25519_is_strong(published_key(algorithm::eddsa).x));
    EXPECT_FALSE(token::ed25519_is_strong(published_key(algorithm::eddsa).x.substr(1)));
    EXPECT_FAULT(fault_of(algorithm::eddsa, R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})"), "32 bytes");
    EXPECT_FAULT(fault_of(algorithm::eddsa, jwk_where(algorithm::eddsa, "Ed25519", "Ed448")), "\"crv\" must be");
}

} // namespace
