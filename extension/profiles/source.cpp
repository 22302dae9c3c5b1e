#include "profiles/source.hpp"

#include "pg/lookup.hpp"

extern "C" {
#include "parser/parse_coerce.h"
}

namespace rowhouse::profiles {

namespace {

enum class kind : std::uint8_t { uuid, text, json, moment, boolean };

struct field_facts {
    const char* name;
    kind type;
    const char* must_be;
    std::array<const char*, 2> usual;
};

constexpr const char* texts = "text, varchar, char or citext";
constexpr const char* moments = "timestamptz, timestamp, date or boolean";

constexpr std::array<field_facts, field_count> fields{{
    {"id", kind::uuid, "uuid", {"id", nullptr}},
    {"email", kind::text, texts, {"email", nullptr}},
    {"phone", kind::text, texts, {"phone", nullptr}},
    {"name", kind::text, texts, {"full_name", "name"}},
    {"metadata", kind::json, "jsonb or json", {"raw_user_meta_data", nullptr}},
    {"confirmed", kind::moment, moments, {"email_confirmed_at", nullptr}},
    {"deleted", kind::moment, moments, {"deleted_at", nullptr}},
    {"anonymous", kind::boolean, "boolean", {"is_anonymous", nullptr}},
}};

const field_facts& facts(field which) {
    return fields[static_cast<std::size_t>(which)];
}

// Calls PostgreSQL.
bool fits(Oid type, kind wanted) {
    switch (wanted) {
    case kind::uuid:
        return type == UUIDOID;
    case kind::text:
        return type == BPCHAROID || IsBinaryCoercible(type, TEXTOID);
    case kind::json:
        return type == JSONBOID || type == JSONOID;
    case kind::moment:
        return type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == DATEOID || type == BOOLOID;
    case kind::boolean:
        return type == BOOLOID;
    }
    return false;
}

enum profile_source_column : int { source_relation = 1, source_columns, source_on_error, source_triggers };

// Trivially destructible: filled inside a look-up.
struct raw_source {
    bool found = false;
    Datum columns = 0;
    bool raise = false;
    bool triggers = false;
};

// Its number, once it was dropped.
std::string name_of_table(Oid relation) {
    const bool exists = pg::pg_try([&] { return get_rel_name(relation) != nullptr; });
    return exists ? pg::qualified_name(relation) : std::to_string(relation);
}

source make_source(Oid relation, std::string table, const std::string& columns, bool raise, bool triggers) {
    return {relation, std::move(table), pg::json::parse(columns), raise, triggers};
}

} // namespace

const char* name_of(field which) {
    return facts(which).name;
}

column require_column(Oid relation, field which, const std::string& name) {
    struct {
        bool exists, fits;
        Oid type;
    } const found = pg::pg_try([&] {
        const AttrNumber number = get_attnum(relation, name.c_str());
        const Oid type = number > 0 ? getBaseType(get_atttype(relation, number)) : InvalidOid;
        return decltype(found){number > 0, number > 0 && fits(type, facts(which).type), type};
    });
    if (!found.exists)
        throw pg::error(ERRCODE_UNDEFINED_COLUMN,
                        "column \"" + name + "\" of account table " + pg::qualified_name(relation) + " does not exist",
                        std::string("Name the column with option \"") + facts(which).name +
                            "\" of rowhouse.attach_profiles.");
    if (!found.fits)
        throw pg::error(ERRCODE_DATATYPE_MISMATCH, "column \"" + name + "\" of account table " +
                                                       pg::qualified_name(relation) + " must be of type " +
                                                       facts(which).must_be);
    return {pg::quote_identifier(name), found.type};
}

std::optional<std::string> usual_column(Oid relation, field which) {
    for (const char* name : facts(which).usual) {
        if (!name) break;
        const bool there = pg::pg_try([&] {
            const AttrNumber number = get_attnum(relation, name);
            return number > 0 && fits(getBaseType(get_atttype(relation, number)), facts(which).type);
        });
        if (there) return name;
    }
    return std::nullopt;
}

std::optional<column> source::find(field which) const {
    const auto entry = columns.find(name_of(which));
    if (entry == columns.end()) return std::nullopt;
    return require_column(relation, which, entry->get<std::string>());
}

column source::id() const {
    return require_column(relation, field::id, columns.at(name_of(field::id)).get<std::string>());
}

std::optional<source> find_source(Oid relation) {
    raw_source raw;
    pg::pg_try([&] {
        pg::lookup("profile_sources", "profile_sources_pkey", {{source_relation, F_OIDEQ, ObjectIdGetDatum(relation)}},
                   [&](HeapTuple row, TupleDesc descriptor) {
                       bool null = false;
                       const Datum columns = pg::column_of(row, descriptor, source_columns, null);
                       raw = {true, PointerGetDatum(PG_DETOAST_DATUM_COPY(columns)),
                              pg::text_of(row, descriptor, source_on_error) == "raise",
                              DatumGetBool(pg::column_of(row, descriptor, source_triggers, null))};
                       return false;
                   });
    });
    if (!raw.found) return std::nullopt;
    return make_source(relation, name_of_table(relation), pg::jsonb_text(raw.columns), raw.raise, raw.triggers);
}

std::vector<source> all_sources(pg::spi& sql) {
    const auto count = sql.run("SELECT source::oid::bigint, source::text, columns::text, on_error = 'raise', triggers "
                               "FROM rowhouse.profile_sources ORDER BY source::text COLLATE \"C\"");
    std::vector<source> sources;
    for (std::uint64_t row = 0; row < count; row++)
        sources.push_back(make_source(static_cast<Oid>(std::stoul(*sql.text(row, 1))), *sql.text(row, 2),
                                      *sql.text(row, 3), sql.text(row, 4) == "t", sql.text(row, 5) == "t"));
    return sources;
}

} // namespace rowhouse::profiles
