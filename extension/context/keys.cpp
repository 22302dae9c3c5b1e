#include "context/keys.hpp"

#include "core/token.hpp"
#include "pg/clock.hpp"
#include "pg/json.hpp"
#include "pg/lookup.hpp"

#include <cstring>

namespace rowhouse::context {

namespace {

// Columns of rowhouse.signing_keys, in the order of context.sql.
enum column : int { kid = 1, algorithm, key, not_before, not_after, created_at };

bool is_live(HeapTuple row, TupleDesc descriptor, TimestampTz now) {
    bool null = false;
    const Datum from = pg::column_of(row, descriptor, column::not_before, null);
    if (!null && DatumGetTimestampTz(from) > now) return false;
    const Datum until = pg::column_of(row, descriptor, column::not_after, null);
    return null || DatumGetTimestampTz(until) > now;
}

void copy(HeapTuple row, TupleDesc descriptor, signing_key& result) {
    const std::string_view row_kid = pg::text_of(row, descriptor, column::kid);
    const std::string_view row_key = pg::text_of(row, descriptor, column::key);
    const std::size_t kid_size = std::min(row_kid.size(), sizeof result.kid - 1);
    std::memcpy(result.kid, row_kid.data(), kid_size);
    result.kid[kid_size] = '\0';
    bool null = false;
    result.created_at = DatumGetTimestampTz(pg::column_of(row, descriptor, column::created_at, null));
    result.size = std::min(row_key.size(), sizeof result.bytes);
    std::memcpy(result.bytes, row_key.data(), result.size);
}

// Calls visit(row, descriptor) for the live keys among those that `keys` select, until it returns false.
template <typename Visit>
void for_each_live_key(std::initializer_list<pg::lookup_key> keys, Visit&& visit) {
    const TimestampTz now = GetCurrentTimestamp();
    pg::lookup("signing_keys", "signing_keys_pkey", keys, [&](HeapTuple row, TupleDesc descriptor) {
        return !is_live(row, descriptor, now) || visit(row, descriptor);
    });
}

} // namespace

bool find_live_key(std::string_view wanted, signing_key& result) {
    bool found = false;
    const Datum wanted_text = PointerGetDatum(cstring_to_text_with_len(wanted.data(), static_cast<int>(wanted.size())));
    for_each_live_key({{column::kid, F_TEXTEQ, wanted_text}}, [&](HeapTuple row, TupleDesc descriptor) {
        found = true;
        copy(row, descriptor, result);
        return false;
    });
    return found;
}

int find_live_keys(signing_key* results, int most) {
    int count = 0;
    for_each_live_key({}, [&](HeapTuple row, TupleDesc descriptor) {
        copy(row, descriptor, results[count++]);
        return count < most;
    });
    return count;
}

bool find_newest_live_key(signing_key& result) {
    bool found = false;
    signing_key candidate;
    for_each_live_key({}, [&](HeapTuple row, TupleDesc descriptor) {
        copy(row, descriptor, candidate);
        if (!found || candidate.created_at > result.created_at) result = candidate;
        found = true;
        return true;
    });
    return found;
}

// rowhouse.issue_token(user_id uuid, ttl interval, claims jsonb) text; strict.
ROWHOUSE_FUNCTION(rowhouse_issue_token) {
    const TimestampTz issued = GetCurrentTimestamp();
    const TimestampTz expires = pg::pg_try([&] {
        return DatumGetTimestampTz(
            DirectFunctionCall2(timestamptz_pl_interval, TimestampTzGetDatum(issued), PG_GETARG_DATUM(1)));
    });
    if (expires <= issued) throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "time to live of a token must be positive");

    pg::json claims = pg::arg_json_object(fcinfo, 2, "claims");
    for (const char* reserved : {"sub", "exp", "nbf", "iat"})
        if (claims.contains(reserved))
            throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                            "claim \"" + std::string(reserved) + "\" is set by rowhouse");
    claims["sub"] = pg::to_string(pg::uuid_from(PG_GETARG_DATUM(0)));
    // With their fractions, so that "log out everywhere" followed by a log-in within the same second works.
    claims["iat"] = pg::unix_time(issued);
    claims["exp"] = pg::unix_time(expires);

    signing_key signer;
    if (!pg::pg_try([&] { return find_newest_live_key(signer); }))
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "no signing key is live",
                        "Add one with rowhouse.add_signing_key(kid, 'HS256', key).");
    const std::string token = token::sign_hs256(signer.kid_view(), claims.dump(), signer.key());
    if (token.size() > token::max_token_bytes)
        throw pg::error(ERRCODE_PROGRAM_LIMIT_EXCEEDED,
                        "token would be longer than " + std::to_string(token::max_token_bytes) + " bytes",
                        "Put fewer claims into it.");
    if (!token::parse(token))
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                        "a token with this time to live and these claims would not be valid",
                        "Claim \"org\" is the id or slug of an organization, and tokens end before the year 10000.");
    return pg::make_text(token);
}

} // namespace rowhouse::context
