// Attached account tables, and which of their columns make a profile.
//
// Their columns are read with the rights of rowhouse_system, so a column counts only while its type is one of
// PostgreSQL's own (or citext, or a domain of these): casting any other type would run code of the table's owner.
#pragma once

#include "pg/json.hpp"
#include "pg/spi.hpp"

namespace rowhouse::profiles {

enum class field : std::size_t { id, email, phone, name, metadata, confirmed, deleted, anonymous };
inline constexpr std::size_t field_count = 8;

struct column {
    std::string name; // quoted
    Oid type;         // without the domain around it
};

struct source {
    Oid relation = InvalidOid;
    std::string table; // schema.name, quoted
    pg::json columns;  // names as they were given at attach, by name of the field
    bool raise = false;
    bool triggers = true;

    // Nothing where the source has none of the kind. Raises 42703 and 42804 for what became of a column since.
    std::optional<column> find(field which) const;
    // The same for the id, which every source has.
    column id() const;
};

// The name of a field in options and in rowhouse.profile_sources.
const char* name_of(field which);

// Raises 42703 no such column, 42804 a type that the field cannot have.
column require_column(Oid relation, field which, const std::string& name);

// What the field is usually called in that table, where it has such a column of a fitting type.
std::optional<std::string> usual_column(Oid relation, field which);

// By index look-up, so that a sign-up pays next to nothing for it. Nothing when the table is not attached.
std::optional<source> find_source(Oid relation);

// All of them, in the order of their names.
std::vector<source> all_sources(pg::spi& sql);

} // namespace rowhouse::profiles
