#include "context/verify.hpp"

#include "context/keys.hpp"
#include "pg/clock.hpp"

#include <cstring>
#include <openssl/crypto.h>

extern "C" {
#include "common/hashfn.h"
}

namespace rowhouse::context {

namespace {

// A token whose signature this backend has checked, with the key that it was checked with. The key itself is read from
// the table again in every transaction; only when its bytes are the same is the work of the check saved.
struct remembered {
    std::size_t size = 0;
    char token[1024] = {};
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

bool recall(std::string_view token, verified_token& result) {
    const remembered& slot = slot_of(token);
    if (!same({slot.token, slot.size}, token)) return false;
    signing_key key;
    if (!find_live_key(slot.key.kid_view(), key) || !same(key.key(), slot.key.key())) return false;
    result = slot.result;
    return true;
}

void remember(std::string_view token, const signing_key& key, const verified_token& result) {
    if (token.size() > sizeof remembered::token) return;
    remembered& slot = slot_of(token);
    std::memcpy(slot.token, token.data(), token.size());
    slot.size = token.size();
    slot.key = key;
    slot.result = result;
}

// A token without kid is tried with every live key, up to this many.
constexpr int most_candidates = 8;

// C++ with objects: called under the guard in verify(). True when some live key has signed the token.
bool check(std::string_view text, verified_token& result) {
    const auto parsed = token::parse(text);
    if (!parsed || parsed->claim_set.organization.size() >= sizeof result.organization) return false;

    static signing_key candidates[most_candidates];
    int count = 0;
    pg::pg_try([&] {
        if (parsed->kid.empty())
            count = find_live_keys(candidates, most_candidates);
        else
            count = find_live_key(parsed->kid, candidates[0]) ? 1 : 0;
    });
    const signing_key* signer = nullptr;
    for (int i = 0; i < count && !signer; i++)
        if (token::verify_hs256(*parsed, candidates[i].key())) signer = &candidates[i];
    if (count == 0)
        token::verify_hs256(*parsed, std::string(token::min_secret_bytes, 'x')); // an unknown kid costs the same
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
