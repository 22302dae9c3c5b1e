#include "identity.hpp"

#include "match.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

namespace rowhouse {
namespace {

constexpr const char* begin_sql = "SELECT rowhouse.begin_system($1)";
constexpr const char* by_email_sql = "SELECT jsonb_agg(p.user_id) FROM rowhouse.user_profiles p"
                                     " WHERE p.email_key = lower($1 COLLATE \"C\") AND p.deleted_at IS NULL";
constexpr const char* by_id_sql =
    "SELECT jsonb_agg(p.user_id) FROM rowhouse.user_profiles p WHERE p.user_id = $1::uuid AND p.deleted_at IS NULL";

// A token that is issued here is used in the same transaction and never leaves the database. It is good for as long as
// a large file may take to arrive.
constexpr const char* take_on_sql =
    "SELECT set_config('rowhouse.token', rowhouse.issue_token($1::uuid, '1 hour'), true) IS NOT NULL";
constexpr const char* token_sql = "SELECT set_config('rowhouse.token', $1, true) IS NOT NULL";
constexpr const char* organization_sql = "SELECT set_config('rowhouse.organization', $1, true)";

} // namespace

std::string find_account(session& database, const std::string& name, const std::string& reason) {
    session::transaction looking(database);
    database.call(begin_sql, {reason});
    const auto found = database.call(is_uuid(name) ? by_id_sql : by_email_sql, {name});
    looking.commit();
    if (!found) throw std::runtime_error("account \"" + name + "\" not found");
    const auto ids = nlohmann::json::parse(*found);
    if (ids.size() > 1)
        throw std::runtime_error("several accounts have the address \"" + name +
                                 "\"; name one of them by its id: " + ids.dump());
    return ids.at(0).get<std::string>();
}

identity::identity(const command_line& line) : organization_(line.value(organization_option)) {
    if (auto named = line.value(as_option)) {
        account_ = *std::move(named);
        return;
    }
    if (const char* const given = std::getenv("ROWHOUSE_TOKEN")) token_ = given;
    if (token_.empty())
        throw config_error("who is asking? Give --as EMAIL, or a token in the environment as ROWHOUSE_TOKEN");
}

void identity::establish(session& database) {
    if (token_.empty()) account_ = find_account(database, account_, "rowhouse import --as " + account_);
}

std::optional<std::string> identity::call(session& database, const char* sql,
                                          const std::vector<session::value>& values) const {
    session::transaction work(database);
    if (token_.empty())
        database.call(take_on_sql, {account_});
    else
        database.call(token_sql, {token_});
    if (organization_) database.call(organization_sql, {*organization_});
    const auto result = database.call(sql, values);
    work.commit();
    return result;
}

} // namespace rowhouse
