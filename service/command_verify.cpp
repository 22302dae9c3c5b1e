#include "commands.hpp"

#include "command_line.hpp"
#include "session.hpp"
#include "terminal.hpp"
#include "verification.hpp"

#include <algorithm>
#include <cstdio>

namespace rowhouse {

int verify(const std::vector<std::string>& arguments) {
    const command_line line = parse_command_line(arguments, {.flags = {"--json"}});
    const std::string found = session(line.settings, sync_rights).call(verify_sql).value();
    const std::vector<check> checks = read_checks(found);
    if (line.has("--json"))
        std::puts(found.c_str());
    else
        print_checks(checks);
    return std::any_of(checks.begin(), checks.end(), [](const check& row) { return row.passed == false; }) ? wrong
                                                                                                           : well;
}

} // namespace rowhouse
