// Strict reading of tokens; the whole battery of faults, through SQL, is in sql/context.sql.

#include "core/base64url.hpp"
#include "core/token.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
namespace token = rowhouse::token;

const std::string secret(32, 's');
const std::string claims = R"({"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800})";

std::string with_parts(const std::string& header, const std::string& payload, const std::string& signature) {
    return rowhouse::base64url_encode(header) + "." + rowhouse::base64url_encode(payload) + "." +
           rowhouse::base64url_encode(signature);
}

TEST(base64url, known_pairs) {
    // RFC 4648 section 10, without padding.
    for (const auto& [plain, encoded] : {std::pair{""s, ""s},
                                         {"f"s, "Zg"s},
                                         {"fo"s, "Zm8"s},
                                         {"foo"s, "Zm9v"s},
                                         {"foob"s, "Zm9vYg"s},
                                         {"fooba"s, "Zm9vYmE"s},
                                         {"foobar"s, "Zm9vYmFy"s},
                                         {"\xff\xef\xbe"s, "_---"s.substr(0, 1) + "---"s.substr(1) + "-"s}}) {
        if (encoded.size() % 4 == 3 && plain.size() == 3) continue;
        EXPECT_EQ(rowhouse::base64url_encode(plain), encoded);
        EXPECT_EQ(rowhouse::base64url_decode(encoded), plain);
    }
}

TEST(base64url, every_length_comes_back) {
    std::string bytes;
    for (int length = 0; length < 300; length++) {
        EXPECT_EQ(rowhouse::base64url_decode(rowhouse::base64url_encode(bytes)), bytes);
        bytes += static_cast<char>(length * 37);
    }
}

TEST(base64url, refuses_other_spellings) {
    for (const char* text : {"Zg==", "Zg=", "Z", "Zh", "Zm9=", "Zm 9v", "Zm9v\n", "+/+/", "Zm9\x80"})
        EXPECT_FALSE(rowhouse::base64url_decode(text)) << text;
}

TEST(token, signed_and_read_back) {
    const std::string text = token::sign_hs256("key-1", claims, secret);
    const auto parsed = token::parse(text);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->kid, "key-1");
    EXPECT_EQ(parsed->claim_set.expires_at, 4102444800.0);
    EXPECT_EQ(parsed->claim_set.subject[15], 0x0a);
    EXPECT_TRUE(token::verify_hs256(*parsed, secret));
    EXPECT_FALSE(token::verify_hs256(*parsed, std::string(32, 't')));
}

// RFC 7515 appendix A.1: the signature of the published example, with its published key.
TEST(token, signature_of_the_standard) {
    token::parsed example;
    example.algorithm = "HS256";
    example.signing_input =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    example.signature = *rowhouse::base64url_decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    const auto key = rowhouse::base64url_decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    EXPECT_TRUE(token::verify_hs256(example, *key));
    example.signature[0] ^= 1;
    EXPECT_FALSE(token::verify_hs256(example, *key));
}

TEST(token, refuses_a_short_secret) {
    const auto parsed = token::parse(token::sign_hs256("k", claims, secret.substr(1)));
    ASSERT_TRUE(parsed);
    EXPECT_FALSE(token::verify_hs256(*parsed, secret.substr(1)));
}

TEST(token, every_cut_and_every_flipped_bit_is_refused) {
    const std::string text = token::sign_hs256("k", claims, secret);
    for (std::size_t size = 0; size < text.size(); size++) {
        const auto parsed = token::parse(std::string_view(text).substr(0, size));
        EXPECT_FALSE(parsed && token::verify_hs256(*parsed, secret)) << "cut at " << size;
    }
    for (std::size_t at = 0; at < text.size(); at++)
        for (int bit = 0; bit < 8; bit++) {
            std::string changed = text;
            changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
            const auto parsed = token::parse(changed);
            EXPECT_FALSE(parsed && token::verify_hs256(*parsed, secret)) << at << "." << bit;
        }
}

TEST(token, deep_and_wide_json_is_refused_quickly) {
    const std::string header = R"({"alg":"HS256"})";
    EXPECT_FALSE(token::parse(with_parts(header, "{\"x\":" + std::string(3000, '['), "x")));
    EXPECT_FALSE(token::parse(with_parts(header, std::string(5000, '{'), "x")));
    EXPECT_FALSE(token::parse(std::string(1 << 20, '.')));
    EXPECT_FALSE(token::parse(std::string(1 << 20, 'a')));
}

} // namespace
