#include "core/token.hpp"

#include "core/base64url.hpp"
#include "core/json_object.hpp"
#include "core/signature.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rowhouse::token {

namespace {

bool same_word(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); i++)
        if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]) != lower[i]) return false;
    return true;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<subject_id> parse_subject(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    subject_id id{};
    std::size_t digit = 0;
    for (std::size_t i = 0; i < text.size(); i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const int value = hex_value(text[i]);
        if (value < 0) return std::nullopt;
        id[digit / 2] = static_cast<std::uint8_t>(id[digit / 2] << 4 | value);
        digit++;
    }
    return id;
}

bool read_header(std::string_view json, parsed& result) {
    member header[] = {{"alg", member_kind::text},      {"kid", member_kind::text},
                       {"typ", member_kind::text},      {"crit", member_kind::forbidden},
                       {"jwk", member_kind::forbidden}, {"jku", member_kind::forbidden},
                       {"x5u", member_kind::forbidden}, {"x5c", member_kind::forbidden}};
    if (!read_json_object(json, header)) return false;
    const auto algorithm = algorithm_named(header[0].text);
    if (!algorithm || header[1].text.size() > max_kid_bytes) return false;
    if (header[2].present && !same_word(header[2].text, "jwt") && !same_word(header[2].text, "at+jwt")) return false;
    result.algorithm = *algorithm;
    result.kid = std::move(header[1].text);
    return true;
}

bool read_claims(std::string_view json, claims& result) {
    member payload[] = {{"sub", member_kind::text},   {"exp", member_kind::number}, {"nbf", member_kind::number},
                        {"iat", member_kind::number}, {"org", member_kind::text},   {"iss", member_kind::any},
                        {"aud", member_kind::any}};
    if (!read_json_object(json, payload)) return false;
    const auto subject = parse_subject(payload[0].text);
    if (!subject || !payload[1].present || payload[1].number <= 0) return false;
    result = {*subject,          std::move(payload[4].text), payload[1].number,          payload[2].number,
              payload[3].number, std::move(payload[5].text), std::move(payload[6].texts)};
    if (!payload[6].text.empty()) result.audience.push_back(std::move(payload[6].text));
    return true;
}

} // namespace

std::optional<parsed> parse(std::string_view token) {
    if (token.size() > max_token_bytes) return std::nullopt;
    const std::size_t first = token.find('.');
    const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
    if (second == token.npos || token.find('.', second + 1) != token.npos) return std::nullopt;

    const auto header = base64url_decode(token.substr(0, first));
    const auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
    auto signature = base64url_decode(token.substr(second + 1));
    if (!header || !payload || !signature || signature->empty()) return std::nullopt;

    parsed result;
    if (!read_header(*header, result) || !read_claims(*payload, result.claim_set)) return std::nullopt;
    result.signing_input = token.substr(0, second);
    result.signature = std::move(*signature);
    return result;
}

bool signed_with(const parsed& token, const key& key) {
    return token.algorithm == key.algorithm && verify_signature(key, token.signing_input, token.signature);
}

bool meant_for(const claims& claims, std::string_view issuer, std::string_view audience) {
    if (!issuer.empty() && claims.issuer != issuer) return false;
    return audience.empty() ||
           std::find(claims.audience.begin(), claims.audience.end(), audience) != claims.audience.end();
}

std::string sign_hs256(std::string_view kid, std::string_view payload, std::string_view secret) {
    nlohmann::ordered_json header{{"alg", "HS256"}, {"kid", kid}, {"typ", "JWT"}};
    std::string token = base64url_encode(header.dump()) + "." + base64url_encode(payload);
    return token + "." + base64url_encode(hmac_sha256(token, secret));
}

} // namespace rowhouse::token
