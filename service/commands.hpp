// The subcommands that call one SQL function each. Arguments are those after the subcommand's name; the exit status is
// `well` or `wrong`. They throw config_error for wrong usage, and anything else for what the database refused.
#pragma once

#include <string>
#include <vector>

namespace rowhouse {

inline constexpr int well = 0, wrong = 1, wrong_usage = 2;

// What is added when the database says that rights are missing.
inline constexpr const char* sync_rights =
    "The database login must be a member of rowhouse_admin; to look and to verify, of rowhouse_user.";
inline constexpr const char* admin_rights = "The database login must be a member of rowhouse_admin.";
inline constexpr const char* import_rights = "The database login must be a member of rowhouse_user, for --as also of "
                                             "rowhouse_admin; the member who imports needs "
                                             "the role that the target asks for.";

int migrate(const std::vector<std::string>& arguments);
int isolation_verify(const std::vector<std::string>& arguments);
int isolation_lint(const std::vector<std::string>& arguments);
int token(const std::vector<std::string>& arguments);
int import_file(const std::vector<std::string>& arguments);
int import_status(const std::vector<std::string>& arguments);
int import_undo(const std::vector<std::string>& arguments);
int sync_status(const std::vector<std::string>& arguments);
int sync_run(const std::vector<std::string>& arguments);
int sync_create_profile(const std::vector<std::string>& arguments);
int verify(const std::vector<std::string>& arguments);

} // namespace rowhouse
