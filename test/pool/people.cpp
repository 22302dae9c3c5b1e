#include "people.hpp"

namespace pool_test {

std::vector<member> load_members(session& admin) {
    const answer found = admin.run(R"(
        SELECT m.user_id, m.organization_id, o.slug, count(*) OVER (PARTITION BY m.user_id) = 1,
               rowhouse.issue_token(m.user_id, '1 hour'),
               rowhouse.issue_token(m.user_id, '1 hour', jsonb_build_object('org', o.id)),
               rowhouse.issue_token(m.user_id, '1 microsecond')
        FROM rowhouse.members m
        JOIN rowhouse.organizations o ON o.id = m.organization_id AND o.slug LIKE 'pool-%'
        ORDER BY o.slug, m.email)");
    if (!found.sqlstate().empty()) throw std::runtime_error(found.error());
    std::vector<member> members;
    for (int row = 0; row < found.rows(); row++) {
        const auto text = [&](int column) { return std::string(found.at(row, column)); };
        members.push_back({.user = text(0),
                           .organization = text(1),
                           .slug = text(2),
                           .token = text(4),
                           .scoped_token = text(5),
                           .expired_token = text(6),
                           .only_membership = text(3) == "t"});
    }
    if (members.size() < 2) throw std::runtime_error("there are no members: run setup.sql first");
    return members;
}

} // namespace pool_test
