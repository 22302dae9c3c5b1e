#include "commands.hpp"

#include "command_line.hpp"
#include "session.hpp"
#include "verification.hpp"

#include <algorithm>
#include <cstdio>

namespace rowhouse {
namespace {

void print_checks(const std::vector<check>& checks) {
    std::size_t width = 0;
    for (const check& row : checks)
        width = std::max(width, row.name.size());
    for (const check& row : checks)
        std::printf("%-9s  %-*s  %s\n",
                    !row.passed   ? "not tried"
                    : *row.passed ? "passed"
                                  : "FAILED",
                    static_cast<int>(width), row.name.c_str(), row.detail.c_str());
}

} // namespace

int verify(const std::vector<std::string>& arguments) {
    const command_line line = parse_command_line(arguments, {.flags = {"--json"}});
    const std::string found = session(line.settings).call(verify_sql).value();
    const std::vector<check> checks = read_checks(found);
    if (line.has("--json"))
        std::puts(found.c_str());
    else
        print_checks(checks);
    return std::any_of(checks.begin(), checks.end(), [](const check& row) { return row.passed == false; }) ? wrong
                                                                                                           : well;
}

} // namespace rowhouse
