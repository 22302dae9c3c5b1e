// The subcommand that runs the service.
#pragma once

#include <string>
#include <vector>

namespace rowhouse {

// Exit status: 0 after SIGTERM or SIGINT, 1 when the service could not run. Throws config_error.
int serve(const std::vector<std::string>& arguments);

} // namespace rowhouse
