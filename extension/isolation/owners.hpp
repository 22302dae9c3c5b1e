// Whose the rows of an isolated table are, for statements that say so themselves: row level security does not bind the
// owner of a table who is a superuser.
#pragma once

#include "pg/spi.hpp"

namespace rowhouse::isolation {

struct owner_column {
    std::string name;
    std::string scope;      // "organization" or "user"
    std::string expression; // SQL of what the context has for it
};

struct table_owners {
    bool isolated = false;             // by a call of isolate() for this table, and its owner columns are all there
    std::vector<owner_column> columns; // those of the tables above it as well
};

// By index look-ups that see what is committed now.
table_owners owners_of(Oid table);

// SQL, " AND …", that leaves out the rows of the table `alias` which are not of the context.
std::string owner_condition(const std::string& alias, const std::string& column, const std::string& expression);

// An organization or user may have no text or number to own rows by. Then what it wrote would be nobody's, and where
// the owner of the table is a superuser no policy would say so: raises 42501. `expressions` are those of the owner
// columns, `relation` the quoted name of the table.
void require_owner_keys(pg::spi& sql, const std::vector<std::string>& expressions, const std::string& relation);

} // namespace rowhouse::isolation
