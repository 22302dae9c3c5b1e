// Strict reading of tokens; the whole battery of faults, through SQL, is in sql/context.sql.

#include "core/base64url.hpp"
#include "core/signature.hpp"
#include "core/token.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
namespace token = rowhouse::token;

const std::string secret(32, 's');
const std::string claims = R"({"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800})";

bool has_secret(const token::parsed& parsed, const std::string& text) {
    token::key key;
    return token::read_key(token::algorithm::hs256, "k", text, key).empty() && token::signed_with(parsed, key);
}

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
    EXPECT_TRUE(has_secret(*parsed, secret));
    EXPECT_FALSE(has_secret(*parsed, std::string(32, 't')));
}

TEST(token, refuses_a_short_secret) {
    const auto parsed = token::parse(token::sign_hs256("k", claims, secret.substr(1)));
    ASSERT_TRUE(parsed);
    EXPECT_FALSE(has_secret(*parsed, secret.substr(1)));
}

TEST(token, every_cut_and_every_flipped_bit_is_refused) {
    const std::string text = token::sign_hs256("k", claims, secret);
    for (std::size_t size = 0; size < text.size(); size++) {
        const auto parsed = token::parse(std::string_view(text).substr(0, size));
        EXPECT_FALSE(parsed && has_secret(*parsed, secret)) << "cut at " << size;
    }
    for (std::size_t at = 0; at < text.size(); at++)
        for (int bit = 0; bit < 8; bit++) {
            std::string changed = text;
            changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
            const auto parsed = token::parse(changed);
            EXPECT_FALSE(parsed && has_secret(*parsed, secret)) << at << "." << bit;
        }
}

TEST(token, kinds_of_token) {
    const auto reads = [](const std::string& type) {
        return token::parse(with_parts(R"({"alg":"RS256","typ":")" + type + "\"}", claims, "x")).has_value();
    };
    EXPECT_TRUE(token::parse(with_parts(R"({"alg":"EdDSA"})", claims, "x")));
    EXPECT_TRUE(reads("JWT"));
    EXPECT_TRUE(reads("at+jwt"));
    EXPECT_TRUE(reads("AT+JWT"));
    for (const char* type : {"", "jwe", "at jwt", "at\\u000bjwt", "id+jwt", "refresh+jwt", "JWT "})
        EXPECT_FALSE(reads(type)) << type;
}

TEST(token, algorithms_by_their_exact_names) {
    for (const char* name : {"HS256", "RS256", "ES256", "EdDSA"})
        EXPECT_TRUE(token::parse(with_parts("{\"alg\":\"" + std::string(name) + "\"}", claims, "x"))) << name;
    for (const char* name :
         {"none", "hs256", "Rs256", "eddsa", "EDDSA", "PS256", "ES256K", "ES384", "RS256 ", "Ed25519"})
        EXPECT_FALSE(token::parse(with_parts("{\"alg\":\"" + std::string(name) + "\"}", claims, "x"))) << name;
}

TEST(token, issuer_and_audience) {
    const auto meets = [](const std::string& more) {
        std::string payload = claims;
        payload.insert(payload.size() - 1, more);
        const auto parsed = token::parse(with_parts(R"({"alg":"HS256"})", payload, "x"));
        EXPECT_TRUE(parsed && token::meant_for(parsed->claim_set, "", "")) << more;
        return std::string(parsed && token::meant_for(parsed->claim_set, "https://id.example/", "") ? "issuer " : "") +
               (parsed && token::meant_for(parsed->claim_set, "", "app") ? "audience" : "");
    };
    EXPECT_EQ(meets(""), "");
    EXPECT_EQ(meets(R"(,"iss":"https://id.example/")"), "issuer ");
    EXPECT_EQ(meets(R"(,"aud":"app")"), "audience");
    EXPECT_EQ(meets(R"(,"aud":["other","app"],"iss":"https://id.example/")"), "issuer audience");
    for (const char* other : {R"("https://id.example")", R"("https://id.example/ ")", R"("HTTPS://id.example/")",
                              "null", "1", R"(["https://id.example/"])", R"("https://id.example/\u0000")", "\"\""})
        EXPECT_EQ(meets(",\"iss\":" + std::string(other)), "") << other;
    for (const char* other : {"null", "[]", "\"\"", "[\"\"]", "\"App\"", R"("app ")", R"(["apps"])", R"([["app"]])",
                              R"(["app",1])", R"([1,"app"])", R"(["app",null])", R"(["app",[]])", R"(["app",{}])",
                              R"({"app":1})", R"({"x":"app"})", R"({"x":["app"]})", "true"})
        EXPECT_EQ(meets(",\"aud\":" + std::string(other)), "") << other;
    EXPECT_EQ(meets(R"(,"aud":[],"x":["app"],"y":"app")"), "");
}

TEST(token, deep_and_wide_json_is_refused_quickly) {
    const std::string header = R"({"alg":"HS256"})";
    EXPECT_FALSE(token::parse(with_parts(header, "{\"x\":" + std::string(3000, '['), "x")));
    EXPECT_FALSE(token::parse(with_parts(header, std::string(5000, '{'), "x")));
    EXPECT_FALSE(token::parse(std::string(1 << 20, '.')));
    EXPECT_FALSE(token::parse(std::string(1 << 20, 'a')));
}

} // namespace
