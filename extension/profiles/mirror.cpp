#include "profiles/mirror.hpp"

namespace rowhouse::profiles {

namespace {

// An account column as the text of a profile: nothing rather than blanks.
std::string text_of(const std::optional<column>& from) {
    return from ? "nullif(btrim(c." + from->name + "::text), '')" : "NULL::text";
}

std::string full_name(const source& from) {
    std::string candidates = "left(" + text_of(from.find(field::name)) + ", 200)";
    if (const auto metadata = from.find(field::metadata))
        candidates += ", rowhouse.name_in_metadata(c." + metadata->name + "::jsonb)";
    return "coalesce(" + candidates + ")";
}

// A point in time, whatever the time zone of the session: a value must not look stale to somebody elsewhere. Where the
// account only says yes, it is the time at which that was first seen, `seen_before` being what the profile has.
std::string moment(const std::optional<column>& from, const char* seen_before) {
    if (!from) return "NULL::timestamptz";
    const std::string value = "c." + from->name;
    if (from->type == TIMESTAMPTZOID) return value + "::timestamptz";
    if (from->type == BOOLOID) return "CASE WHEN " + value + " THEN coalesce(" + seen_before + ", now()) END";
    return "(" + value + "::timestamp AT TIME ZONE 'UTC')";
}

struct mirrored_column {
    const char* name;
    std::string value;
};

// Of an account, "c", without a profile or with one, "old".
std::array<mirrored_column, 6> mirrored_columns(const source& from, bool has_profile = true) {
    const char* confirmed_before = has_profile ? "old.email_confirmed_at" : "NULL";
    const char* deleted_before = has_profile ? "old.deleted_at" : "NULL";
    const auto anonymous = from.find(field::anonymous);
    return {{{"email", text_of(from.find(field::email))},
             {"email_confirmed_at", moment(from.find(field::confirmed), confirmed_before)},
             {"phone", text_of(from.find(field::phone))},
             {"full_name", full_name(from)},
             {"is_anonymous", anonymous ? "coalesce(c." + anonymous->name + ", false)" : "false"},
             {"deleted_at", moment(from.find(field::deleted), deleted_before)}}};
}

// The tokens of an account that is first seen deleted are as dead as those of one that is deleted now.
constexpr const char* deleted_now = "CASE WHEN deleted_at IS NOT NULL THEN now() END";

// Of an account, "c", and a profile, "old": that they do not say the same. $1 is the source.
std::string differs(const source& from) {
    std::string values, old;
    for (const mirrored_column& each : mirrored_columns(from)) {
        values += ", " + each.value;
        old += std::string(", old.") + each.name;
    }
    return "(old.source" + old + ") IS DISTINCT FROM ($1" + values + ")";
}

} // namespace

ids ids_of(pg::spi& sql, const account_rows& accounts) {
    const std::string id = accounts.from.id().name;
    sql.run("SELECT " + id + " FROM " + accounts.relation + " ORDER BY " + id);
    return sql.uuids();
}

std::string wanted_profiles(const account_rows& accounts) {
    const std::string id = accounts.from.id().name;
    std::string named;
    for (const mirrored_column& each : mirrored_columns(accounts.from))
        named += ", " + each.value + " AS " + each.name;
    return "SELECT c." + id + " AS user_id" + named + " FROM " + accounts.relation +
           " c LEFT JOIN rowhouse.user_profiles old ON old.user_id = c." + id + " WHERE " + differs(accounts.from);
}

// A full join, which PostgreSQL never does by nested loops: of a range of ids it does not know how many there are.
std::string faults_among(const account_rows& accounts) {
    const std::string id = accounts.from.id().name;
    const auto in_range = [](const std::string& column) {
        return "($2 IS NULL OR " + column + " > $2) AND ($3 IS NULL OR " + column + " <= $3)";
    };
    return "SELECT coalesce(c." + id + ", old.user_id), CASE WHEN c." + id +
           " IS NULL THEN 'orphaned' WHEN old.source IS DISTINCT FROM $1 THEN 'missing' ELSE 'stale' END FROM "
           "(SELECT * FROM " +
           accounts.relation + " c WHERE " + in_range("c." + id) +
           ") c FULL JOIN (SELECT * FROM rowhouse.user_profiles p WHERE " + in_range("p.user_id") +
           ") old ON old.user_id = c." + id + " WHERE CASE WHEN c." + id +
           " IS NULL THEN old.source = $1 AND old.deleted_at IS NULL ELSE " + differs(accounts.from) + " END";
}

std::string without_account(const account_rows& accounts) {
    return "p.source = $1 AND p.deleted_at IS NULL AND NOT EXISTS (SELECT FROM " + accounts.relation + " c WHERE c." +
           accounts.from.id().name + " = p.user_id)";
}

std::string is_alive(const source& from) {
    const auto deleted = from.find(field::deleted);
    if (!deleted) return "true";
    return "c." + deleted->name + (deleted->type == BOOLOID ? " IS NOT TRUE" : " IS NULL");
}

std::uint64_t mirror_new_accounts(pg::spi& sql, const account_rows& accounts) {
    std::string names, values;
    for (const mirrored_column& each : mirrored_columns(accounts.from, false)) {
        names += std::string(", ") + each.name;
        values += ", " + each.value + " AS " + each.name;
    }
    const std::string fresh =
        "SELECT c." + accounts.from.id().name + " AS user_id" + values + " FROM " + accounts.relation + " c";
    return sql.run("INSERT INTO rowhouse.user_profiles (user_id, source, tokens_not_before" + names +
                       ") SELECT user_id, $1, " + deleted_now + names + " FROM (" + fresh + ") fresh",
                   {pg::param_oid(accounts.from.relation)}, accounts.how);
}

std::uint64_t mirror_accounts(pg::spi& sql, const account_rows& accounts, const mirror_options& options) {
    std::string names, changes;
    for (const mirrored_column& each : mirrored_columns(accounts.from)) {
        names += std::string(", ") + each.name;
        changes += std::string(", ") + each.name + " = excluded." + each.name;
    }
    const std::string only = options.only ? " AND c." + accounts.from.id().name + " = ANY ($2)" : " AND $2 IS NULL";
    // In the order of their ids, so that two who write the same profiles wait for one another and do not deadlock.
    return sql.run("INSERT INTO rowhouse.user_profiles AS p (user_id, source, tokens_not_before" + names +
                       ") SELECT user_id, $1, " + deleted_now + names + " FROM (" + wanted_profiles(accounts) + only +
                       ") wanted ORDER BY user_id ON CONFLICT (user_id) DO UPDATE SET "
                       "source = rowhouse.keep_source(p.user_id, p.source, excluded.source, $3)" +
                       changes +
                       ", tokens_not_before = CASE WHEN p.deleted_at IS NULL AND excluded.deleted_at IS NOT NULL "
                       "THEN now() ELSE p.tokens_not_before END, updated_at = now()",
                   {pg::param_oid(accounts.from.relation),
                    options.only ? pg::param(*options.only) : pg::null_of(UUIDARRAYOID), pg::param_bool(options.adopt)},
                   accounts.how);
}

void mark_deleted(pg::spi& sql, const source& from, const ids& gone) {
    sql.run("UPDATE rowhouse.user_profiles SET deleted_at = now(), tokens_not_before = now(), updated_at = now() "
            "WHERE user_id = ANY ($2) AND source = $1 AND deleted_at IS NULL",
            {pg::param_oid(from.relation), pg::param(gone)});
}

std::uint64_t follow_accounts(pg::spi& sql, const ids& accounts) {
    sql.run("SELECT rowhouse.follow_accounts($1)", {pg::param(accounts)});
    return std::stoull(*sql.text(0, 1));
}

} // namespace rowhouse::profiles
