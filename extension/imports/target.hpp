// What can be imported: the columns that a file may fill, what they may hold, and the names under which they are
// recognised. No PostgreSQL here.
#pragma once

#include "core/sanitize.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::imports {

enum class column_type : std::uint8_t { text, email, phone, choice };

struct target_column {
    std::string name = {};
    column_type type = column_type::text;
    bool required = false;
    std::size_t max_length = 0;              // in characters; 0: no limit
    std::string default_value = {};          // where the file has none; empty: NULL
    std::string example = {};                // for the template
    std::vector<std::string> synonyms = {};  // canonical names (see below), the best first
    std::vector<std::string> choices = {};   // of a choice, in rising order of authority
    std::vector<std::string> forbidden = {}; // choices that this importer may not give
};

struct target {
    std::string name;
    std::vector<target_column> columns;
    std::size_t key = 0; // the column whose values are unique in an organization
};

std::optional<target> find_target(std::string_view name);

std::optional<std::size_t> find_column(const target& target, std::string_view name);

// The form in which names of columns are compared: without case, spaces, punctuation, anything in brackets, and a
// closing "required". "First Name [Required]" and firstName are both "firstname".
std::string canonical_name(std::string_view label);

// What stands in the square brackets of a label, as a canonical name: "userprincipalname" for "User name
// [userPrincipalName] Required". Empty where there are none.
std::string bracketed_name(std::string_view label);

csv::cell_type cell_type_of(column_type type);

} // namespace rowhouse::imports
