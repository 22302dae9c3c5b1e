// The command line: one row per subcommand.
#include "config.hpp"
#include "serve.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int wrong_usage = 2;

struct subcommand {
    std::string_view name, help;
    int (*run)(const std::vector<std::string>& arguments);
};

constexpr std::array subcommands{
    subcommand{"serve", "answer HTTP requests until SIGTERM or SIGINT", rowhouse::serve},
};

void print_help() {
    std::string text = "rowhouse " ROWHOUSE_VERSION ": HTTP service for the rowhouse PostgreSQL extension\n\n"
                       "usage: rowhouse SUBCOMMAND [--flag VALUE ...]\n       rowhouse --help | --version\n\n";
    for (const subcommand& row : subcommands)
        text += "  " + std::string(row.name) + "    " + std::string(row.help) + "\n";
    text += "\nSettings: a flag wins over its environment variable, that over the configuration file, that over the "
            "default.\n\n" +
            rowhouse::describe_settings();
    std::fputs(text.c_str(), stdout);
}

int dispatch(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        if (word == "--help" || word == "-h") return print_help(), 0;
        if (word == "--version") return std::puts("rowhouse " ROWHOUSE_VERSION), 0;
    }
    if (words.empty()) throw rowhouse::config_error("a subcommand is needed, see rowhouse --help");
    for (const subcommand& row : subcommands)
        if (row.name == words.front()) return row.run({words.begin() + 1, words.end()});
    throw rowhouse::config_error("unknown subcommand \"" + words.front() + "\", see rowhouse --help");
}

} // namespace

int main(int count, char** values) {
    try {
        return dispatch({values + 1, values + count});
    } catch (const rowhouse::config_error& error) {
        std::fprintf(stderr, "rowhouse: %s\n", error.what());
        return wrong_usage;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rowhouse: %s\n", error.what());
        return 1;
    }
}
