// Who takes part: the members that setup.sql made, with tokens of every kind.
#pragma once

#include "session.hpp"

#include <string>
#include <vector>

namespace pool_test {

// One person in one organization.
struct member {
    std::string user;
    std::string organization;
    std::string slug;
    std::string token;        // says who
    std::string scoped_token; // and, in the claim "org", where
    std::string expired_token;
    bool only_membership = false;
};

std::vector<member> load_members(session& admin);

} // namespace pool_test
