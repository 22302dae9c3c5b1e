// The words after a subcommand: its own options and operands, and the settings that every subcommand shares.
#pragma once

#include "config.hpp"

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

// What a subcommand takes beside settings.
struct expected_words {
    std::initializer_list<std::string_view> flags{};    // --json
    std::initializer_list<std::string_view> values{};   // --role VALUE
    std::initializer_list<std::string_view> lists{};    // --option VALUE, as often as one likes
    std::initializer_list<std::string_view> operands{}; // names for messages
    std::size_t required = operands.size();             // how many of the operands
};

struct command_line {
    std::set<std::string, std::less<>> flags{};
    std::map<std::string, std::string, std::less<>> values{};
    std::map<std::string, std::vector<std::string>, std::less<>> lists{};
    std::vector<std::string> operands{};
    config settings{};

    bool has(std::string_view flag) const { return flags.contains(flag); }
    std::optional<std::string> value(std::string_view name) const;
    std::string required(std::string_view name) const; // throws config_error without one
};

// Throws config_error for whatever is not expected.
command_line parse_command_line(const std::vector<std::string>& arguments, const expected_words& expected);

} // namespace rowhouse
