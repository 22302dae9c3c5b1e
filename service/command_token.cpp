#include "commands.hpp"

#include "command_line.hpp"
#include "identity.hpp"
#include "session.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace rowhouse {
namespace {

constexpr const char* issue_sql =
    "SELECT rowhouse.issue_token($1::uuid, coalesce($2::interval, '24 hours'), $3::jsonb)";
// The database says whether the token is good: the account may be suspended, or no member of that organization.
constexpr const char* try_sql = "SELECT set_config('rowhouse.token', $1, true) IS NOT NULL";
constexpr const char* context_sql = "SELECT rowhouse.context()";

} // namespace

int token(const std::vector<std::string>& arguments) {
    const command_line line =
        parse_command_line(arguments, {.values = {"--ttl", organization_option}, .operands = {"the account"}});
    const std::string& name = line.operands.front();
    nlohmann::json claims = nlohmann::json::object();
    if (const auto organization = line.value(organization_option)) claims["org"] = *organization;
    session database(line.settings, admin_rights);
    const std::string account = find_account(database, name, "rowhouse token " + name);
    session::transaction work(database);
    const std::string issued = database.call(issue_sql, {account, line.value("--ttl"), claims.dump()}).value();
    database.call(try_sql, {issued});
    database.call(context_sql);
    work.commit();
    std::puts(issued.c_str());
    return well;
}

} // namespace rowhouse
