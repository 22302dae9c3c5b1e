// From the text of a token to a verified subject.
#pragma once

#include "core/token.hpp"
#include "pg/datum.hpp"

namespace rowhouse::context {

// What of a token the transaction needs. Trivially destructible.
struct verified_token {
    pg::uuid user{};
    char organization[64] = {}; // the "org" claim: uuid or slug, empty when absent
    double expires_at = 0;
    double not_before = 0;
    double issued_at = 0;
};

// Checks signature, key, issuer, audience and times. Every fault but expiry gives the same 28000 "token is not valid".
// Errors leave by longjmp. The check of a token seen before is remembered by the backend, for the same bytes of the
// token and the same key.
void verify(const char* token, verified_token& result);

// Raises 28000 unless the token holds by the wall clock now.
void require_valid_now(const verified_token& token);

} // namespace rowhouse::context
