// A table under the name that expose() gave it: what the functions of this room have to know of it.
#pragma once

#include "context/context.hpp"
#include "isolation/owners.hpp"

namespace rowhouse::resources {

struct column {
    std::string name;
    AttrNumber number = 0;
    Oid type = InvalidOid; // as declared
    std::int32_t typmod = -1;
    Oid base = InvalidOid; // domains resolved
    bool not_null = false;
    bool given = true; // whether a request may give it: not who owns the row, not what PostgreSQL computes
};

// A foreign key to an isolated table which does not see to it itself that rows of one owner refer to rows of the same:
// PostgreSQL's own check finds everybody's.
struct border_key {
    struct part {
        std::size_t column;
        std::string references, equals; // quoted, and as SQL has it
    };
    std::string name;
    std::string table, relation; // the other one: its bare name, and as SQL has it
    std::string condition;       // " AND …" over that table as r
    std::vector<part> parts;
};

struct resource {
    std::string name;
    Oid table = InvalidOid;
    std::string relation; // its name, quoted
    std::vector<column> columns;
    std::vector<isolation::owner_column> owners;
    std::vector<std::size_t> key;        // of the primary key
    std::vector<std::size_t> own_key;    // the same without owner columns
    std::vector<border_key> border_keys; // see find_border_keys(): for those who write
    bool may_wait = false;               // there may be constraints that are checked at the end of the transaction
};

// Locks the table against changes of its shape until the end of the transaction, so that what was looked at stays true.
// Raises 22004 for null, and P0002 for what is not exposed, or not isolated any more.
resource find_resource(FunctionCallInfo fcinfo);

enum class access { read, write };

// Raises 28000 for nobody: before anything is said about resources.
void require_login();
// Raises 42501 for members whose role does not reach.
void require_access(const resource& wanted, access how);

std::optional<std::size_t> find_column(const resource& in, std::string_view name);
// Raises 22023.
std::size_t require_column(const resource& in, std::string_view name);

// The second argument; raises 22004.
std::string id_argument(FunctionCallInfo fcinfo);
pg::error not_found(const resource& in, std::string_view id);

} // namespace rowhouse::resources
