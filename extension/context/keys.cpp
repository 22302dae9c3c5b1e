#include "context/keys.hpp"

#include "pg/clock.hpp"
#include "pg/lookup.hpp"

namespace rowhouse::context {

namespace {

// Columns of rowhouse.signing_keys, in the order of context.sql.
enum column : int { kid = 1, algorithm, key, not_before, not_after, created_at, issuer, audience };

constexpr std::size_t max_given_bytes = 8192; // a PEM or JWK as it comes, with whatever else a provider puts into it

std::optional<token::algorithm> algorithm_of(HeapTuple row, TupleDesc descriptor) {
    return token::algorithm_named(pg::text_of(row, descriptor, column::algorithm));
}

bool is_live(HeapTuple row, TupleDesc descriptor, TimestampTz now) {
    bool null = false;
    const Datum from = pg::column_of(row, descriptor, column::not_before, null);
    if (!null && DatumGetTimestampTz(from) > now) return false;
    const Datum until = pg::column_of(row, descriptor, column::not_after, null);
    return null || DatumGetTimestampTz(until) > now;
}

void copy(HeapTuple row, TupleDesc descriptor, token::algorithm algorithm, signing_key& result) {
    bool null = false;
    result.algorithm = algorithm;
    result.created_at = DatumGetTimestampTz(pg::column_of(row, descriptor, column::created_at, null));
    result.kid.assign(pg::text_of(row, descriptor, column::kid));
    result.key.assign(pg::text_of(row, descriptor, column::key));
    result.issuer.assign(pg::text_of(row, descriptor, column::issuer));
    result.audience.assign(pg::text_of(row, descriptor, column::audience));
}

// Copies into `current` and calls visit() for the live keys among those that `keys` select, of that algorithm or of
// any, until it returns false.
template <typename Visit>
void for_each_live_key(std::initializer_list<pg::lookup_key> keys, std::optional<token::algorithm> wanted,
                       signing_key& current, Visit&& visit) {
    const TimestampTz now = GetCurrentTimestamp();
    pg::lookup("signing_keys", "signing_keys_pkey", keys, [&](HeapTuple row, TupleDesc descriptor) {
        const auto algorithm = algorithm_of(row, descriptor);
        if (!algorithm || (wanted && *algorithm != *wanted) || !is_live(row, descriptor, now)) return true;
        copy(row, descriptor, *algorithm, current);
        return visit();
    });
}

} // namespace

bool find_live_key(std::string_view wanted, signing_key& result) {
    bool found = false;
    const Datum wanted_text = PointerGetDatum(cstring_to_text_with_len(wanted.data(), static_cast<int>(wanted.size())));
    for_each_live_key({{column::kid, F_TEXTEQ, wanted_text}}, std::nullopt, result, [&] {
        found = true;
        return false;
    });
    return found;
}

int find_live_keys(token::algorithm algorithm, signing_key* results, int most) {
    int count = 0;
    signing_key current;
    for_each_live_key({}, algorithm, current, [&] {
        results[count++] = current;
        return count < most;
    });
    return count;
}

bool find_newest_live_secret(signing_key& result) {
    bool found = false;
    signing_key current;
    for_each_live_key({}, token::algorithm::hs256, current, [&] {
        if (!found || current.created_at > result.created_at) result = current;
        found = true;
        return true;
    });
    return found;
}

// rowhouse.checked_key(kid text, algorithm text, key text) text; strict.
ROWHOUSE_FUNCTION(rowhouse_checked_key) {
    const std::string_view name = pg::arg_text(fcinfo, 1);
    const std::string_view given = pg::arg_text(fcinfo, 2);
    const auto algorithm = token::algorithm_named(name);
    if (!algorithm)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "algorithm \"" + std::string(name) + "\" is not supported",
                        "Use HS256, RS256, ES256 or EdDSA.");
    token::key key;
    std::string fault = given.size() > max_given_bytes
                            ? "The key has more than " + std::to_string(max_given_bytes) + " bytes."
                            : token::read_key(*algorithm, pg::arg_text(fcinfo, 0), given, key);
    if (fault.empty()) fault = token::deep_fault(key);
    const std::string kept = fault.empty() ? token::text_to_keep(key, given) : std::string();
    if (kept.size() > max_key_bytes)
        fault = "The key would be kept in more than " + std::to_string(max_key_bytes) + " bytes.";
    if (!fault.empty())
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "key is not valid for " + std::string(name), std::move(fault));
    return pg::make_text(kept);
}

} // namespace rowhouse::context
