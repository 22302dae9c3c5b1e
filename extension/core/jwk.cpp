#include "core/jwk.hpp"

#include "core/base64url.hpp"
#include "core/json_object.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace rowhouse::token {

namespace {

// Which kind of JWK an algorithm takes, and the members that hold its numbers.
struct number_member {
    std::string_view name;
    std::string key::*number;
    bool leading_zeros; // part of a value of fixed length, and not only habit
};

struct jwk_kind {
    std::string_view type;
    std::string_view curve; // empty: the kind knows no curves
    std::array<number_member, 2> numbers;
    std::size_t count;
};

const jwk_kind& kind_for(algorithm which) {
    static constexpr jwk_kind kinds[] = {
        {"oct", "", {{{"k", &key::k, true}, {}}}, 1},
        {"RSA", "", {{{"n", &key::n, false}, {"e", &key::e, false}}}, 2},
        {"EC", "P-256", {{{"x", &key::x, true}, {"y", &key::y, true}}}, 2},
        {"OKP", "Ed25519", {{{"x", &key::x, true}, {}}}, 1},
    };
    return kinds[static_cast<int>(which)];
}

enum member_index : std::size_t { type, curve, named_algorithm, named_kid, use, operations, set, k, n, e, x, y, d };

bool read_number(const member& from, bool leading_zeros, std::string& result) {
    auto bytes = base64url_decode(from.text);
    if (!bytes) return false;
    if (!leading_zeros) bytes->erase(0, std::min(bytes->find_first_not_of('\0'), bytes->size()));
    result = std::move(*bytes);
    return !result.empty();
}

std::string disagreement(std::string_view member, std::string_view needed) {
    return "The JWK's \"" + std::string(member) + "\" must be \"" + std::string(needed) + "\".";
}

} // namespace

std::string read_jwk(std::string_view json, std::string_view kid, key& result) {
    std::array<member, 18> members{{{"kty", member_kind::any},
                                    {"crv", member_kind::any},
                                    {"alg", member_kind::any},
                                    {"kid", member_kind::any},
                                    {"use", member_kind::any},
                                    {"key_ops", member_kind::any},
                                    {"keys", member_kind::any},
                                    {"k", member_kind::any},
                                    {"n", member_kind::any},
                                    {"e", member_kind::any},
                                    {"x", member_kind::any},
                                    {"y", member_kind::any},
                                    {"d", member_kind::any},
                                    {"p", member_kind::any},
                                    {"q", member_kind::any},
                                    {"dp", member_kind::any},
                                    {"dq", member_kind::any},
                                    {"qi", member_kind::any}}};
    if (!read_json_object(json, members))
        return "The JWK cannot be read: it must be one JSON object without duplicate names.";
    if (members[set].present) return "This is a set of keys; add each of its keys by itself.";

    const jwk_kind& kind = kind_for(result.algorithm);
    if (members[type].text != kind.type) return disagreement("kty", kind.type);
    if (!kind.curve.empty() && members[curve].text != kind.curve) return disagreement("crv", kind.curve);
    // A private key that has been handed around is no longer private; whoever does it should learn of it.
    if (std::any_of(members.begin() + d, members.end(), [](const member& each) { return each.present; }))
        return "This is a private key; add its public part only.";
    if (members[named_algorithm].present && members[named_algorithm].text != to_string(result.algorithm))
        return disagreement("alg", to_string(result.algorithm));
    if (members[named_kid].present && members[named_kid].text != kid) return disagreement("kid", kid);
    if (members[use].present && members[use].text != "sig") return disagreement("use", "sig");
    const std::vector<std::string>& can = members[operations].texts;
    if (members[operations].present && std::find(can.begin(), can.end(), "verify") == can.end())
        return "The JWK's \"key_ops\" must contain \"verify\".";

    for (std::size_t i = 0; i < kind.count; i++) {
        const number_member& wanted = kind.numbers[i];
        const auto from = std::find_if(members.begin() + k, members.end(),
                                       [&](const member& each) { return each.name == wanted.name; });
        if (!read_number(*from, wanted.leading_zeros, result.*wanted.number))
            return "The JWK's \"" + std::string(wanted.name) + "\" must be base64url without padding.";
    }
    return {};
}

std::string write_jwk(const key& key) {
    const jwk_kind& kind = kind_for(key.algorithm);
    nlohmann::ordered_json json{{"kty", kind.type}};
    if (!kind.curve.empty()) json["crv"] = kind.curve;
    for (std::size_t i = 0; i < kind.count; i++)
        json[std::string(kind.numbers[i].name)] = base64url_encode(key.*kind.numbers[i].number);
    return json.dump();
}

} // namespace rowhouse::token
