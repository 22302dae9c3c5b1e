// rowhouse.context(): the context as JSON. By index look-ups like everything in this room, since a front end asks for
// it with every page it opens.

#include "context/context.hpp"
#include "pg/json.hpp"
#include "pg/lookup.hpp"

#include <cstring>

namespace rowhouse::context {

namespace {

enum profile_column : int {
    profile_user_id = 1,
    profile_role = 2,
    profile_email = 6,
    profile_full_name = 9,
    profile_display_name = 16
};
enum organization_column : int { organization_id = 1, organization_slug, organization_name };

// Copies of column values that outlive the row they were read from. Trivially destructible: filled inside a look-up.
struct texts {
    Datum first = 0; // text in the caller's memory context, 0 for NULL
    Datum second = 0;
    bool super_admin = false;
};

Datum copy_text(HeapTuple row, TupleDesc descriptor, int column) {
    bool null = false;
    const Datum value = pg::column_of(row, descriptor, column, null);
    return null ? Datum{0} : PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
}

texts find_profile(const pg::uuid& user) {
    texts found;
    pg::lookup("user_profiles", "user_profiles_pkey", {{profile_user_id, F_UUID_EQ, pg::borrow_uuid(user)}},
               [&](HeapTuple row, TupleDesc descriptor) {
                   const Datum own = copy_text(row, descriptor, profile_display_name);
                   found = {copy_text(row, descriptor, profile_email),
                            own ? own : copy_text(row, descriptor, profile_full_name),
                            pg::text_of(row, descriptor, profile_role) == "super_admin"};
                   return false;
               });
    return found;
}

texts find_organization(const pg::uuid& organization) {
    texts found;
    pg::lookup(
        "organizations", "organizations_pkey", {{organization_id, F_UUID_EQ, pg::borrow_uuid(organization)}},
        [&](HeapTuple row, TupleDesc descriptor) {
            found = {copy_text(row, descriptor, organization_slug), copy_text(row, descriptor, organization_name)};
            return false;
        });
    return found;
}

pg::json json_of(Datum text) {
    return text ? pg::json(pg::view_of_varlena(text)) : pg::json(nullptr);
}

Datum describe(const identity& who) {
    pg::json answer{{"user", nullptr}, {"organization", nullptr}, {"role", nullptr}};
    if (who.known) {
        const texts profile = pg::pg_try([&] { return find_profile(who.user); });
        answer["user"] = {{"id", pg::to_string(who.user)},
                          {"email", json_of(profile.first)},
                          {"full_name", json_of(profile.second)},
                          {"super_admin", profile.super_admin}};
    }
    if (who.in_organization) {
        const texts organization = pg::pg_try([&] { return find_organization(who.organization); });
        answer["organization"] = {{"id", pg::to_string(who.organization)},
                                  {"slug", json_of(organization.first)},
                                  {"name", json_of(organization.second)}};
        answer["role"] = to_string(who.role);
    }
    return pg::make_jsonb(answer);
}

} // namespace

// rowhouse.context() jsonb
ROWHOUSE_FUNCTION(rowhouse_context) {
    return describe(pg::pg_try([] { return current(); }));
}

} // namespace rowhouse::context
