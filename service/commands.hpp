// The subcommands that call one SQL function each. Arguments are those after the subcommand's name; the exit status is
// `well` or `wrong`. They throw config_error for wrong usage, and anything else for what the database refused.
#pragma once

#include <string>
#include <vector>

namespace rowhouse {

inline constexpr int well = 0, wrong = 1, wrong_usage = 2;

int sync_status(const std::vector<std::string>& arguments);
int sync_run(const std::vector<std::string>& arguments);
int sync_create_profile(const std::vector<std::string>& arguments);
int verify(const std::vector<std::string>& arguments);

} // namespace rowhouse
