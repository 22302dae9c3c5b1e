#include "core/token.hpp"

#include "core/base64url.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <vector>

namespace rowhouse::token {

namespace {

constexpr double year_10000 = 253402300800.0;
constexpr int max_depth = 16;
constexpr std::size_t max_names = 256;

// What one top-level member of the header or of the claims may look like. Anything the token carries beyond these is
// read past, but still has to be well-formed JSON with distinct names.
enum class member_kind { text, number, forbidden };

struct member {
    std::string_view name;
    member_kind kind;
    std::string text;
    double number = 0;
    bool present = false;

    member(std::string_view member_name, member_kind member_is) : name(member_name), kind(member_is) {}
};

// Reads one JSON object with nlohmann's SAX parser: it validates UTF-8 and syntax and never recurses; this adds depth,
// the number of names, their uniqueness, and the kinds of the wanted members. Returning false stops the parser.
class object_reader : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit object_reader(std::vector<member>& wanted) : wanted_(wanted) {}

    bool start_object(std::size_t) override { return depth_ == 0 ? open() : scalar(nullptr, nullptr) && open(); }
    bool start_array(std::size_t) override { return depth_ > 0 && scalar(nullptr, nullptr) && open(); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(std::string& name) override {
        if (depth_ != 1) return true;
        for (const std::string& earlier : names_)
            if (earlier == name) return false;
        names_.push_back(name);
        current_ = nullptr;
        for (member& each : wanted_)
            if (each.name == name) current_ = &each;
        return names_.size() <= max_names && !(current_ && current_->kind == member_kind::forbidden);
    }
    bool null() override { return scalar(nullptr, nullptr); }
    bool boolean(bool) override { return scalar(nullptr, nullptr); }
    bool number_integer(std::int64_t value) override { return number(static_cast<double>(value)); }
    bool number_unsigned(std::uint64_t value) override { return number(static_cast<double>(value)); }
    bool number_float(double value, const std::string&) override { return number(value); }
    bool string(std::string& value) override { return scalar(&value, nullptr); }
    bool binary(nlohmann::json::binary_t&) override { return false; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

private:
    bool open() { return ++depth_ <= max_depth; }
    bool close() { return --depth_ >= 0; }
    bool number(double value) { return scalar(nullptr, &value); }

    // One value; only those directly inside the object matter, and a wanted one must be of its kind.
    bool scalar(const std::string* text, const double* number) {
        if (depth_ == 0) return false;
        if (depth_ > 1 || !current_) return true;
        member& target = *current_;
        current_ = nullptr;
        target.present = true;
        if (target.kind == member_kind::text) {
            if (!text || text->empty() || text->find('\0') != std::string::npos) return false;
            target.text = *text;
            return true;
        }
        if (!number || !std::isfinite(*number) || *number < 0 || *number >= year_10000) return false;
        target.number = *number;
        return true;
    }

    std::vector<member>& wanted_;
    std::vector<std::string> names_;
    member* current_ = nullptr;
    int depth_ = 0;
};

bool read_object(std::string_view json, std::vector<member>& wanted) {
    if (json.substr(0, 3) == "\xEF\xBB\xBF") return false; // the parser would skip a BOM
    object_reader reader(wanted);
    return nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
}

bool same_word(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); i++)
        if ((text[i] | 0x20) != lower[i]) return false;
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
    std::vector<member> header{{"alg", member_kind::text},      {"kid", member_kind::text},
                               {"typ", member_kind::text},      {"crit", member_kind::forbidden},
                               {"jwk", member_kind::forbidden}, {"jku", member_kind::forbidden},
                               {"x5u", member_kind::forbidden}, {"x5c", member_kind::forbidden}};
    if (!read_object(json, header)) return false;
    if (header[0].text != "HS256" || header[1].text.size() > max_kid_bytes) return false;
    if (header[2].present && !same_word(header[2].text, "jwt")) return false;
    result.algorithm = header[0].text;
    result.kid = header[1].text;
    return true;
}

bool read_claims(std::string_view json, claims& result) {
    std::vector<member> payload{{"sub", member_kind::text},
                                {"exp", member_kind::number},
                                {"nbf", member_kind::number},
                                {"iat", member_kind::number},
                                {"org", member_kind::text}};
    if (!read_object(json, payload)) return false;
    const auto subject = parse_subject(payload[0].text);
    if (!subject || !payload[1].present || payload[1].number <= 0) return false;
    result = {*subject, payload[4].text, payload[1].number, payload[2].number, payload[3].number};
    return true;
}

std::string hmac_sha256(std::string_view text, std::string_view secret) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size))
        return {};
    return {reinterpret_cast<const char*>(mac), size};
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

bool verify_hs256(const parsed& token, std::string_view secret) {
    if (token.algorithm != "HS256" || secret.size() < min_secret_bytes) return false;
    const std::string mac = hmac_sha256(token.signing_input, secret);
    return mac.size() == 32 && token.signature.size() == mac.size() &&
           CRYPTO_memcmp(mac.data(), token.signature.data(), mac.size()) == 0;
}

std::string sign_hs256(std::string_view kid, std::string_view payload, std::string_view secret) {
    nlohmann::ordered_json header{{"alg", "HS256"}, {"kid", kid}, {"typ", "JWT"}};
    std::string token = base64url_encode(header.dump()) + "." + base64url_encode(payload);
    return token + "." + base64url_encode(hmac_sha256(token, secret));
}

} // namespace rowhouse::token
