// Values in both directions. Reading: arg_* for SQL arguments (never called on a NULL). Writing: make_* returns a Datum
// in the current memory context. Every function that allocates or detoasts goes through pg_try.
#pragma once

#include "pg/guard.hpp"

#include <array>
#include <cstdint>

namespace rowhouse::pg {

using uuid = std::array<std::uint8_t, UUID_LEN>;

// The bytes stay valid as long as the memory context that is current now.
std::string_view view_of_varlena(Datum value);

inline std::string_view arg_text(FunctionCallInfo fcinfo, int index) {
    return view_of_varlena(PG_GETARG_DATUM(index));
}

uuid uuid_from(Datum value);
Datum make_uuid(const uuid& value);
// Refers to `value` itself: for keys of a look-up that ends before it does.
inline Datum borrow_uuid(const uuid& value) {
    return PointerGetDatum(value.data());
}
std::string to_string(const uuid& value);
// Canonical form, 8-4-4-4-12 in either case; nothing for any other text.
std::optional<uuid> parse_uuid(std::string_view text);
// Random, version 4.
uuid random_uuid();

Datum make_text(std::string_view value);
// At most that many bytes of it, cut between characters: for messages.
std::string clip(std::string_view text, int bytes);
Datum make_bytea(std::string_view value);
Datum make_text_array(const std::vector<std::string_view>& values);
// As make_text_array, with NULL where `nulls` says so.
Datum make_text_array(const std::vector<std::string_view>& values, const std::vector<bool>& nulls);
Datum make_uuid_array(const std::vector<uuid>& values);
Datum make_int8_array(const std::vector<std::int64_t>& values);

// jsonb as its text; the text must be valid JSON.
Datum make_jsonb(std::string_view text);
std::string jsonb_text(Datum value);

} // namespace rowhouse::pg
