// Owner columns that hold no uuid: the key that operators gave an organization or a user of an older system.

#include "context/context.hpp"
#include "pg/lookup.hpp"

#include <charconv>

namespace rowhouse::context {

namespace {

enum key_column : int { id = 1, organization_key = 6, user_key = 12 };

// Text in the caller's memory context, 0 where no key was given.
Datum find_key(const char* table, const char* index, int column, const pg::uuid& wanted) {
    Datum found = 0;
    pg::lookup(table, index, {{id, F_UUID_EQ, pg::borrow_uuid(wanted)}}, [&](HeapTuple row, TupleDesc descriptor) {
        bool null = false;
        const Datum value = pg::column_of(row, descriptor, column, null);
        if (!null) found = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
        return false;
    });
    return found;
}

Datum organization_key_of(const pg::uuid& organization) {
    return find_key("organizations", "organizations_pkey", organization_key, organization);
}

Datum user_key_of(const pg::uuid& user) {
    return find_key("user_profiles", "user_profiles_pkey", user_key, user);
}

Datum key_or_id(Datum key, const pg::uuid& id) {
    return key ? key : pg::make_text(pg::to_string(id));
}

// Made-up owners have no key: a number of their own serves them, which no counter ever gives.
std::optional<std::int64_t> made_up_number(const pg::uuid& id) {
    if (!is_pretending()) return std::nullopt;
    return -1 - (std::int64_t{id[0]} << 16 | std::int64_t{id[1]} << 8 | id[2]);
}

// NULL for a key that is no number: such an owner has no rows in a table whose owners are numbers.
Datum number_of(FunctionCallInfo fcinfo, Datum key) {
    if (!key) PG_RETURN_NULL();
    const std::string_view text = pg::view_of_varlena(key);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) PG_RETURN_NULL();
    PG_RETURN_INT64(number);
}

} // namespace

ROWHOUSE_FUNCTION(rowhouse_organization_key) {
    const identity who = current();
    if (!who.in_organization) PG_RETURN_NULL();
    return key_or_id(organization_key_of(who.organization), who.organization);
}

ROWHOUSE_FUNCTION(rowhouse_organization_number) {
    const identity who = current();
    if (!who.in_organization) PG_RETURN_NULL();
    if (const auto number = made_up_number(who.organization)) PG_RETURN_INT64(*number);
    return number_of(fcinfo, organization_key_of(who.organization));
}

ROWHOUSE_FUNCTION(rowhouse_user_key) {
    const identity who = current_user();
    if (!who.known) PG_RETURN_NULL();
    return key_or_id(user_key_of(who.user), who.user);
}

ROWHOUSE_FUNCTION(rowhouse_user_number) {
    const identity who = current_user();
    if (!who.known) PG_RETURN_NULL();
    if (const auto number = made_up_number(who.user)) PG_RETURN_INT64(*number);
    return number_of(fcinfo, user_key_of(who.user));
}

} // namespace rowhouse::context
