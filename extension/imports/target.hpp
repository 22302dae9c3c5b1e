// What can be imported: a table, the columns of it that a file may fill, what they may hold, the names under which they
// are recognised, and the constraints that its rows have to meet. Read from the catalog and from what define_import()
// was told (see define.cpp); SQL in here is as PostgreSQL prints it.
#pragma once

#include "context/context.hpp"
#include "core/checks.hpp"
#include "core/sanitize.hpp"

namespace rowhouse::imports {

// Which row of another table a cell names, by a column that people know.
struct label_look_up {
    std::string relation;
    std::string label;     // the column with what the cell holds, quoted
    std::string column;    // the column with what is stored, quoted
    std::string condition; // see foreign_key
};

struct target_column {
    std::string name;
    std::string label; // what a file calls it, in the template
    std::string type;  // as SQL has it
    int position = 0;  // in the table
    checks::column_rule rule;
    bool insert_only = false; // an update leaves it alone
    bool not_null = false;
    bool steady = true;                        // its default says the same for every row
    std::string default_expression = {};       // SQL of what PostgreSQL puts in
    std::string default_value = {};            // for an empty cell; empty: NULL, or the above where it is not_null
    std::string example = {};                  // for the template
    std::vector<std::string> synonyms = {};    // canonical names (see below), the best first
    std::vector<std::string> forbidden = {};   // choices that this importer may not give
    std::optional<label_look_up> look_up = {}; // the cell is a label
};

struct key_part {
    std::string expression; // over the columns of the table
    std::string collation;  // empty: none
    std::string equals;     // the operator
};

// A unique index.
struct unique_key {
    std::string name;
    bool primary = false;
    bool nulls_equal = false;
    std::string predicate; // of a partial index, else empty
    std::vector<key_part> parts;
    std::vector<std::string> columns; // that its parts are made of
};

struct foreign_key {
    struct part {
        std::string column, references, equals;
    };
    std::string name;
    std::string relation;
    std::string condition; // SQL over the table r that leaves out rows of other organizations or users
    bool full = false;     // MATCH FULL
    std::vector<part> parts;
};

struct check_constraint {
    std::string name;
    std::string expression;
    std::vector<std::string> columns;
};

// A column that says whose a row is, or one that no file fills and whose default can be told in advance.
struct given_column {
    std::string name;
    std::string expression;
};

struct target {
    std::string name;
    Oid table = InvalidOid;
    std::string relation; // its name, quoted
    context::member_role least_role = context::member_role::admin;
    std::vector<target_column> columns;
    std::vector<given_column> owners; // none: the rows are nobody's, and super admins alone may import
    std::vector<given_column> defaults;
    std::vector<unique_key> keys;
    std::vector<foreign_key> foreign_keys;
    std::vector<check_constraint> checks;
    std::optional<std::size_t> key; // of `keys`: tells which row of the table a row of the file is
    std::string row_name;           // SQL of the primary key as text, over the table t; empty without one
    // Names of constraints that can be deferred, for SET CONSTRAINTS: those of the table, and with those that refer to
    // it.
    std::string deferrable, all_deferrable;
    // Of the staged columns that are not the table's; no column of the table is called so.
    std::string record_name = "rowhouse_record", line_name = "rowhouse_line";
};

std::optional<std::size_t> find_column(const target& target, std::string_view name);

// SQL, " AND …" for each of them, that leaves out what is not of the context; also where row level security does not,
// because the table's owner is a superuser.
std::string owner_condition(const std::vector<given_column>& owners, const std::string& alias);

// Whether the rows of this table can be told apart by organization or user.
inline bool is_isolated(const target& target) {
    return !target.owners.empty();
}

// The form in which names of columns are compared: without case, spaces, punctuation, anything in brackets, and a
// closing "required". "First Name [Required]" and firstName are both "firstname".
std::string canonical_name(std::string_view label);

// What stands in the square brackets of a label, as a canonical name: "userprincipalname" for "User name
// [userPrincipalName] Required". Empty where there are none.
std::string bracketed_name(std::string_view label);

// As what csv::sanitize() takes a cell of the column.
csv::cell_type cell_type_of(const target_column& column);

} // namespace rowhouse::imports
