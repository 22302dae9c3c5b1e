// The table of subcommands. Adding one is adding a row in subcommands.cpp and a function in a command_….cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

struct subcommand {
    std::string_view name; // one word or two
    std::string_view takes, help;
    std::string_view details; // shown by its own --help
    int (*run)(const std::vector<std::string>& arguments);
    std::string (*settings)();
};

// A name of two words comes before the one that is its first word.
std::span<const subcommand> subcommands();

} // namespace rowhouse
