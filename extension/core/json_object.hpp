// Strict reading of one JSON object (the header and the claims of a token, a JWK): distinct names, valid UTF-8, no BOM,
// nothing behind it, bounded depth and number of names.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::token {

// What one top-level member may look like. Anything the object carries beyond the wanted members is read past, but
// still has to be well-formed JSON with distinct names.
enum class member_kind {
    text,     // a string, not empty and without NUL, else the object is refused
    number,   // finite, not negative, a time before the year 10000, else the object is refused
    any,      // every value passes; a string is kept in `text`, an array of nothing but strings in `texts`
    forbidden // the object is refused
};

struct member {
    std::string_view name;
    member_kind kind;
    std::string text;
    std::vector<std::string> texts;
    double number = 0;
    bool present = false;

    member(std::string_view member_name, member_kind member_is) : name(member_name), kind(member_is) {}
};

// False when the text breaks any rule.
bool read_json_object(std::string_view json, std::span<member> wanted);

} // namespace rowhouse::token
