// Making tokens.
#include "context/keys.hpp"
#include "pg/clock.hpp"
#include "pg/json.hpp"

namespace rowhouse::context {

namespace {

void refuse_claim(const pg::json& claims, const char* name) {
    if (claims.contains(name))
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "claim \"" + std::string(name) + "\" is set by rowhouse");
}

} // namespace

// rowhouse.issue_token(user_id uuid, ttl interval, claims jsonb) text; strict.
ROWHOUSE_FUNCTION(rowhouse_issue_token) {
    const TimestampTz issued = GetCurrentTimestamp();
    const TimestampTz expires = pg::pg_try([&] {
        return DatumGetTimestampTz(
            DirectFunctionCall2(timestamptz_pl_interval, TimestampTzGetDatum(issued), PG_GETARG_DATUM(1)));
    });
    if (expires <= issued) throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "time to live of a token must be positive");

    signing_key signer;
    if (!pg::pg_try([&] { return find_newest_live_secret(signer); }))
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "no signing key of HS256 is live",
                        "Add one with rowhouse.add_signing_key(kid, 'HS256', key).");
    token::key secret;
    if (std::string fault = token::read_key(signer.algorithm, signer.kid.view(), signer.key.view(), secret);
        !fault.empty())
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "signing key \"" + std::string(signer.kid.view()) + "\" cannot be read", std::move(fault));

    // A key that is bound to an issuer or an audience signs tokens that meet its own condition.
    const std::pair<const char*, std::string_view> of_the_key[] = {{"iss", signer.issuer.view()},
                                                                   {"aud", signer.audience.view()}};
    pg::json claims = pg::arg_json_object(fcinfo, 2, "claims");
    for (const char* name : {"sub", "exp", "nbf", "iat"})
        refuse_claim(claims, name);
    for (const auto& [name, value] : of_the_key)
        if (!value.empty()) {
            refuse_claim(claims, name);
            claims[name] = value;
        }
    claims["sub"] = pg::to_string(pg::uuid_from(PG_GETARG_DATUM(0)));
    // With their fractions, so that "log out everywhere" followed by a log-in within the same second works.
    claims["iat"] = pg::unix_time(issued);
    claims["exp"] = pg::unix_time(expires);

    const std::string token = token::sign_hs256(signer.kid.view(), claims.dump(), secret.k);
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
