// What the catalog says of a table that is to be isolated or released.
#pragma once

#include "pg/spi.hpp"

namespace rowhouse::isolation {

struct table_facts {
    bool security_enabled = false;
    bool security_forced = false;
};
table_facts look_at_table(pg::spi& sql, Oid table);

struct column_facts {
    bool exists = false;
    bool has_default = false;
    bool not_null = false;
    std::string type;
};
column_facts look_at_column(pg::spi& sql, Oid table, const std::string& column);

struct policy_facts {
    bool exists = false;
    bool permissive = false;
    bool for_everybody = false; // FOR ALL TO PUBLIC
    std::string visible;        // USING, as PostgreSQL prints it
    std::string writable;       // WITH CHECK
};
policy_facts look_at_policy(pg::spi& sql, Oid table, const std::string& policy);

// Whether a complete, valid index begins with that column.
bool has_leading_index(pg::spi& sql, Oid table, const std::string& column);

// The columns of the primary key, quoted, in its order; empty without one.
std::string key_columns(pg::spi& sql, Oid table);

// The owner column, then the primary key: the column list of a tenant-leading index.
std::string index_columns(pg::spi& sql, Oid table, const std::string& column);

// A name for that index which nothing in the schema has.
std::string free_index_name(Oid table, const std::string& column);

// schema.name, quoted, in the schema of the table.
std::string qualified_beside(Oid table, const std::string& name);

// As the planner knows it, for people: "0" for a table that was never analyzed.
std::string estimated_rows(pg::spi& sql, Oid table);

// Whether rowhouse_oversight may read and write it.
bool has_oversight(pg::spi& sql, Oid table);

// Quoted name of its schema where rowhouse_oversight may not use that, else empty.
std::string schema_without_oversight(pg::spi& sql, Oid table);

// The table itself, then its partitions and children at every level.
std::vector<Oid> with_descendants(pg::spi& sql, Oid table);

// Raises 42501, with that message, for a table of rowhouse's own, but while the extension is being made.
void require_not_ours(Oid table, const char* reason);

// Makes sure that it is an ordinary or partitioned table, not temporary, and the caller's own: otherwise 42809 or
// 42501, or 42P01 when it does not exist.
void require_own_table(Oid table);

// Locks the table and its descendants. Raises 42P01 when it went away meanwhile, 42809 when a foreign table is among
// them: row level security does not reach its rows.
void lock_tree(pg::spi& sql, Oid table, LOCKMODE mode);

// Whether somebody's permissive policy decides already who sees what; ours, which lets everybody, would widen it.
bool has_other_permissive_policy(pg::spi& sql, Oid table, const std::string& ours);

} // namespace rowhouse::isolation
