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
    std::string type;
};
column_facts look_at_column(pg::spi& sql, Oid table, const std::string& column);

struct policy_facts {
    bool exists = false;
    bool permissive = false;
    bool for_everybody = false; // FOR ALL TO PUBLIC, with the same expression for USING and WITH CHECK
    std::string expression;     // as PostgreSQL prints it
};
policy_facts look_at_policy(pg::spi& sql, Oid table, const std::string& policy);

// Whether a complete, valid index begins with that column.
bool has_leading_index(pg::spi& sql, Oid table, const std::string& column);
Oid newest_leading_index(pg::spi& sql, Oid table, const std::string& column);

// The owner column, then the primary key: the column list of a tenant-leading index.
std::string index_columns(pg::spi& sql, Oid table, const std::string& column);

// The table itself, then its partitions and children at every level.
std::vector<Oid> with_descendants(pg::spi& sql, Oid table);

// Takes ACCESS EXCLUSIVE and makes sure that it is a table (ordinary or partitioned) and the caller's own: otherwise
// 42809 or 42501, or 42P01 when it went away meanwhile.
void lock_own_table(Oid table);

} // namespace rowhouse::isolation
