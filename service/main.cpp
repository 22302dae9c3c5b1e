// The command line.
#include "commands.hpp"
#include "config.hpp"
#include "session.hpp"
#include "subcommands.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

using words = std::vector<std::string>;
using rowhouse::subcommand;
using rowhouse::subcommands;

constexpr std::string_view precedence = "\nSettings: a flag wins over its environment variable, that over the "
                                        "configuration file, that over the default.\n\n";

// How many of the words name this subcommand: all of its own, or none.
std::size_t match(const subcommand& row, const words& given) {
    const auto space = row.name.find(' ');
    if (given.empty() || given[0] != row.name.substr(0, space)) return 0;
    if (space == row.name.npos) return 1;
    return given.size() > 1 && given[1] == row.name.substr(space + 1) ? 2 : 0;
}

std::string usage(const subcommand& row) {
    return std::string(row.name) + (row.takes.empty() ? "" : " ") + std::string(row.takes);
}

void print_help() {
    std::string text = "rowhouse " ROWHOUSE_VERSION ": HTTP service for the rowhouse PostgreSQL extension\n\n"
                       "usage: rowhouse SUBCOMMAND [--flag VALUE ...]\n       rowhouse --version\n"
                       "       rowhouse [SUBCOMMAND] --help\n\n";
    for (const subcommand& row : subcommands())
        text += "  " + usage(row) + "\n      " + std::string(row.help) + "\n";
    text += std::string(precedence) + rowhouse::describe_settings();
    std::fputs(text.c_str(), stdout);
}

void print_help(const subcommand& row) {
    const std::string text = "usage: rowhouse " + usage(row) + " [--flag VALUE ...]\n\n" + std::string(row.details) +
                             std::string(precedence) + row.settings();
    std::fputs(text.c_str(), stdout);
}

int dispatch(const words& given) {
    const bool help = std::any_of(given.begin(), given.end(),
                                  [](const std::string& word) { return word == "--help" || word == "-h"; });
    for (const subcommand& row : subcommands()) {
        const std::size_t used = match(row, given);
        if (used && help) return print_help(row), rowhouse::well;
        if (used) return row.run({given.begin() + static_cast<words::difference_type>(used), given.end()});
    }
    if (help) return print_help(), rowhouse::well;
    if (given.empty()) throw rowhouse::config_error("a subcommand is needed, see rowhouse --help");
    if (given[0] == "--version") return std::puts("rowhouse " ROWHOUSE_VERSION), rowhouse::well;
    std::string others;
    for (const subcommand& row : subcommands())
        if (row.name.starts_with(given[0] + " ")) others += (others.empty() ? "" : ", ") + std::string(row.name);
    if (!others.empty()) throw rowhouse::config_error("\"" + given[0] + "\" needs a second word: " + others);
    throw rowhouse::config_error("unknown subcommand \"" + given[0] + "\", see rowhouse --help");
}

} // namespace

int main(int count, char** values) {
    try {
        const int status = dispatch({values + 1, values + count});
        if (std::fflush(stdout) == 0) return status;
        std::fprintf(stderr, "rowhouse: cannot write: %s\n", std::strerror(errno));
    } catch (const rowhouse::config_error& error) {
        std::fprintf(stderr, "rowhouse: %s\n", error.what());
        return rowhouse::wrong_usage;
    } catch (const rowhouse::interrupted& error) {
        std::fprintf(stderr, "rowhouse: %s\n", error.what());
        return 128 + error.signal; // as a shell calls it
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rowhouse: %s\n", error.what());
    }
    return rowhouse::wrong;
}
