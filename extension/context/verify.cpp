#include "context/verify.hpp"

#include "context/keys.hpp"
#include "core/signature.hpp"
#include "pg/clock.hpp"

#include <cstring>
#include <openssl/crypto.h>

extern "C" {
#include "common/hashfn.h"
}

namespace rowhouse::context {

namespace {

// Those of an outside provider, with a profile in them and the signature of an RSA key, take more than a kilobyte.
constexpr std::size_t max_remembered_bytes = 2048;

// A token that this backend has checked, with the key that it was checked with. The key itself is read from the table
// again in every transaction; only when all of it is the same is the work of the check saved.
struct remembered {
    plain_text<max_remembered_bytes> token;
    signing_key key;
    verified_token result;
};

constexpr std::size_t memory_size = 32;
remembered memory[memory_size]; // plain memory, no constructor work at load

remembered& slot_of(std::string_view token) {
    const std::uint64_t hash =
        hash_bytes_extended(reinterpret_cast<const unsigned char*>(token.data()), static_cast<int>(token.size()), 0);
    return memory[hash % memory_size];
}

bool same(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool same_record(const signing_key& left, const signing_key& right) {
    return left.algorithm == right.algorithm && same(left.key.view(), right.key.view()) &&
           left.issuer.view() == right.issuer.view() && left.audience.view() == right.audience.view();
}

bool recall(std::string_view token, verified_token& result) {
    const remembered& slot = slot_of(token);
    if (!same(slot.token.view(), token)) return false;
    signing_key key;
    if (!find_live_key(slot.key.kid.view(), key) || !same_record(key, slot.key)) return false;
    result = slot.result;
    return true;
}

void remember(std::string_view token, const signing_key& key, const verified_token& result) {
    if (token.size() > max_remembered_bytes) return;
    remembered& slot = slot_of(token);
    slot.token.assign(token);
    slot.key = key;
    slot.result = result;
}

// A token without kid is tried with every live key, up to this many.
constexpr int most_candidates = 8;

bool accepts(const signing_key& candidate, const token::parsed& token) {
    token::key key;
    return candidate.algorithm == token.algorithm &&
           token::read_key(candidate.algorithm, candidate.kid.view(), candidate.key.view(), key).empty() &&
           token::signed_with(token, key) &&
           token::meant_for(token.claim_set, candidate.issuer.view(), candidate.audience.view());
}

// C++ with objects: called under the guard in verify(). True when some live key has signed the token.
bool check(std::string_view text, verified_token& result) {
    const auto parsed = token::parse(text);
    if (!parsed || parsed->claim_set.organization.size() >= sizeof result.organization) return false;

    static signing_key candidates[most_candidates];
    int count = 0;
    pg::pg_try([&] {
        if (parsed->kid.empty())
            count = find_live_keys(parsed->algorithm, candidates, most_candidates);
        else
            count = find_live_key(parsed->kid, candidates[0]) ? 1 : 0;
    });
    const signing_key* signer = nullptr;
    for (int i = 0; i < count && !signer; i++)
        if (accepts(candidates[i], *parsed)) signer = &candidates[i];
    // An unknown kid costs the same as a bad signature, where the key is a secret. Those of public keys are public.
    if (count == 0 || candidates[0].algorithm != parsed->algorithm)
        token::hmac_sha256(parsed->signing_input, std::string(token::min_secret_bytes, 'x'));
    if (!signer) return false;

    const token::claims& claims = parsed->claim_set;
    result = {};
    result.user = claims.subject;
    std::memcpy(result.organization, claims.organization.data(), claims.organization.size());
    result.expires_at = claims.expires_at;
    result.not_before = claims.not_before;
    result.issued_at = claims.issued_at;
    remember(text, *signer, result);
    return true;
}

} // namespace

void verify(const char* token, verified_token& result) {
    const std::string_view text(token);
    if (!recall(text, result) && !check(text, result))
        ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION), errmsg("token is not valid"),
                        errhint("Log in again.")));
}

void require_valid_now(const verified_token& token) {
    const double now = pg::unix_now();
    if (token.expires_at <= now)
        ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION), errmsg("token has expired"),
                        errhint("Log in again.")));
    if (token.not_before > now + token::clock_leeway_seconds || token.issued_at > now + token::clock_leeway_seconds)
        ereport(ERROR, (errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION), errmsg("token is not valid yet")));
}

} // namespace rowhouse::context
