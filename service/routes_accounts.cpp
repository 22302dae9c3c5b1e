// Who somebody is.
#include "routes.hpp"

namespace rowhouse {

void add_account_routes(route_table& table) {
    table.push_back({.method = "POST",
                     .path = "/api/v1/auth/register",
                     .summary = "Make an account",
                     .sql = "SELECT rowhouse.register($1, $2, $3)",
                     .parameters = {{source::json_text, "email", true},
                                    {source::json_text, "password", true},
                                    {source::json_text, "full_name"}},
                     .status = 201,
                     .anonymous = true,
                     .throttled = true,
                     .needs = registration,
                     .also = "/api/auth/register"});
    table.push_back({.method = "POST",
                     .path = "/api/v1/auth/login",
                     .summary = "A token for an e-mail address and password",
                     .sql = "SELECT rowhouse.login($1, $2)",
                     .parameters = {{source::json_text, "email", true}, {source::json_text, "password", true}},
                     .anonymous = true,
                     .throttled = true,
                     .also = "/api/auth/login"});
    table.push_back({.method = "GET",
                     .path = "/api/v1/me",
                     .summary = "Who the token stands for, in which organization, with which role",
                     .sql = "SELECT rowhouse.me()", // context(), with 28000 for nobody
                     .also = "/api/user/profile"});
}

} // namespace rowhouse
