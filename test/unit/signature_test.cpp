// Signatures of every algorithm, with the published examples as the good ones.

#include "core/openssl.hpp"
#include "core/signature.hpp"
#include "published_keys.hpp"

#include <gtest/gtest.h>

namespace {

using namespace rowhouse;
using test::published;
using test::published_key;
using token::algorithm;

bool verifies(algorithm which, const std::string& signature) {
    return token::verify_signature(published_key(which), published(which).text, signature);
}

// Big-endian a + b, or a - b, of numbers of the same length.
std::string combined(const std::string& a, const std::string& b, bool add) {
    const auto number = [](const std::string& bytes) {
        return openssl::bignum(
            BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
    };
    const openssl::bignum result(BN_new());
    (add ? BN_add : BN_sub)(result.get(), number(a).get(), number(b).get());
    std::string bytes(a.size(), '\0');
    EXPECT_GE(BN_bn2binpad(result.get(), reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(a.size())),
              0);
    return bytes;
}

std::string hex(const char* text) {
    long size = 0;
    unsigned char* raw = OPENSSL_hexstr2buf(text, &size);
    std::string bytes(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
    OPENSSL_free(raw);
    return bytes;
}

const std::string p256_order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const std::string ed25519_order = hex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");

TEST(signature, published_examples_verify) {
    for (const auto& example : test::published_examples())
        EXPECT_TRUE(verifies(example.algorithm, example.signature)) << to_string(example.algorithm);
}

TEST(signature, every_cut_and_every_flipped_bit_is_refused) {
    for (const auto& example : test::published_examples()) {
        for (std::size_t size = 0; size < example.signature.size(); size++)
            EXPECT_FALSE(verifies(example.algorithm, example.signature.substr(0, size))) << size;
        for (std::size_t at = 0; at < example.signature.size(); at++)
            for (int bit = 0; bit < 8; bit++) {
                std::string changed = example.signature;
                changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
                EXPECT_FALSE(verifies(example.algorithm, changed)) << to_string(example.algorithm) << at << "." << bit;
            }
        EXPECT_FALSE(verifies(example.algorithm, example.signature + '\0'));
        EXPECT_FALSE(verifies(example.algorithm, '\0' + example.signature));
        const token::key key = published_key(example.algorithm);
        EXPECT_FALSE(token::verify_signature(key, example.text + "x", example.signature));
        EXPECT_FALSE(token::verify_signature(key, "", example.signature));
    }
}

TEST(signature, key_of_one_algorithm_is_none_of_another) {
    for (const auto& example : test::published_examples())
        for (const auto& other : test::published_examples())
            if (example.algorithm != other.algorithm) {
                token::key key = published_key(other.algorithm);
                EXPECT_FALSE(token::verify_signature(key, example.text, example.signature));
                key.algorithm = example.algorithm; // as if a record had been changed by hand
                EXPECT_FALSE(token::verify_signature(key, example.text, example.signature));
            }
}

TEST(signature, leaves_no_errors_behind) {
    ERR_clear_error();
    for (const auto& example : test::published_examples())
        verifies(example.algorithm, std::string(example.signature.size(), '\x01'));
    EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(signature, es256_numbers_out_of_range) {
    const std::string& good = published(algorithm::es256).signature;
    const std::string r = good.substr(0, 32), s = good.substr(32), zero(32, '\0'), one = zero.substr(1) + '\x01';
    for (const auto& [bad_r, bad_s] : {std::pair{zero, zero},
                                       {zero, s},
                                       {r, zero},
                                       {p256_order, s},
                                       {r, p256_order},
                                       {p256_order, p256_order},
                                       {zero, one},
                                       {one, zero},
                                       {one, one},
                                       {std::string(32, '\xff'), s},
                                       {r, std::string(32, '\xff')}})
        EXPECT_FALSE(verifies(algorithm::es256, bad_r + bad_s));
    // JWS does not ask for the lower one of the two values of s (the published signature has the higher one).
    EXPECT_TRUE(verifies(algorithm::es256, r + combined(p256_order, s, false)));
}

TEST(signature, es256_in_der_is_refused) {
    const std::string& good = published(algorithm::es256).signature;
    const std::string der =
        std::string("\x30\x45\x02\x20", 4) + good.substr(0, 32) + std::string("\x02\x21\x00", 3) + good.substr(32);
    EXPECT_FALSE(verifies(algorithm::es256, der));
    EXPECT_FALSE(verifies(algorithm::es256, der.substr(0, 64)));
}

TEST(signature, rs256_as_another_number_of_the_same_class_is_refused) {
    const token::key key = published_key(algorithm::rs256);
    const std::string& good = published(algorithm::rs256).signature;
    EXPECT_FALSE(verifies(algorithm::rs256, combined('\0' + good, '\0' + key.n, true)));
    EXPECT_FALSE(verifies(algorithm::rs256, std::string(256, '\0')));
    EXPECT_FALSE(verifies(algorithm::rs256, std::string(255, '\0') + '\x01'));
    EXPECT_FALSE(verifies(algorithm::rs256, key.n));
}

TEST(signature, eddsa_with_s_beyond_the_order_is_refused) {
    const std::string& good = published(algorithm::eddsa).signature;
    std::string s = combined(std::string(good.rbegin(), good.rbegin() + 32), ed25519_order, true);
    EXPECT_FALSE(verifies(algorithm::eddsa, good.substr(0, 32) + std::string(s.rbegin(), s.rend())));
}

// Why keys of small order are refused: this "signature" was made without any private key.
TEST(signature, anybody_signs_for_a_key_of_small_order) {
    token::key key;
    key.algorithm = algorithm::eddsa;
    key.x = '\x01' + std::string(31, '\0');
    EXPECT_TRUE(token::verify_signature(key, "anything", key.x + std::string(32, '\0')));
    EXPECT_NE(token::deep_fault(key), "");
}

} // namespace
