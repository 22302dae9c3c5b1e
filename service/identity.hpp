// In whose name the command line works: an operator's login takes on a member's identity, or the member's own token
// comes from the environment. Never from an argument: every local user can read those.
#pragma once

#include "command_line.hpp"
#include "session.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rowhouse {

// The id of the account that is named by e-mail address or id. The look-up is done in system context, and `reason` is
// on record with it. Throws std::runtime_error when there is none, or several with this address.
std::string find_account(session& database, const std::string& name, const std::string& reason);

class identity {
public:
    // --as, else ROWHOUSE_TOKEN, and --org. Throws config_error when there is neither.
    explicit identity(const command_line& line);

    // Looks the account up, where there is one to look up.
    void establish(session& database);

    // One call in a transaction of its own, as the member.
    std::optional<std::string> call(session& database, const char* sql,
                                    const std::vector<session::value>& values) const;

private:
    std::string account_{}; // as it was named, and then its id
    std::string token_{};
    std::optional<std::string> organization_{};
};

// For expected_words of what takes an identity.
inline constexpr std::string_view as_option = "--as", organization_option = "--org";

} // namespace rowhouse
