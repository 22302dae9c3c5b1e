// Counting for quotas, by what is committed now (pg/latest.hpp).

#include "pg/latest.hpp"

namespace rowhouse::context {

// rowhouse.organizations_now() bigint
ROWHOUSE_FUNCTION(rowhouse_organizations_now) {
    return *pg::latest_value("SELECT count(*) FROM rowhouse.organizations", {});
}

// rowhouse.members_now(organization uuid) bigint
ROWHOUSE_FUNCTION(rowhouse_members_now) {
    return *pg::latest_value("SELECT count(*) FROM rowhouse.members m WHERE m.organization_id = $1",
                             {{UUIDOID, PG_GETARG_DATUM(0)}});
}

} // namespace rowhouse::context
