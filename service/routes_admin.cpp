// For super admins.
#include "routes.hpp"

namespace rowhouse {

void add_admin_routes(route_table& table) {
    table.push_back({.method = "GET",
                     .path = "/admin/users/sync",
                     .summary = "How complete the mirror of accounts is",
                     // sync_status() itself answers every user, with counts; the service shows them in health() alone.
                     .sql = "SELECT rowhouse.sync_status() FROM rowhouse.require_operator()",
                     .needs = admin_panel});
    table.push_back({.method = "POST",
                     .path = "/admin/users/sync",
                     .summary = "Repair missing, stale and orphaned profiles",
                     .sql = "SELECT rowhouse.sync_profiles(coalesce($1::boolean, false), $2::int, $3::uuid)",
                     .parameters = {{source::json_scalar, "dry_run", false, "boolean"},
                                    {source::json_scalar, "max_rows", false, "integer"},
                                    {source::json_text, "after"}},
                     .optional_body = true,
                     .needs = admin_panel});
    table.push_back({.method = "POST",
                     .path = "/admin/users/{id:uuid}/profile",
                     .summary = "Make the profile of one account",
                     .sql = "SELECT rowhouse.create_profile($1::uuid, $2)",
                     .parameters = {{source::path, "id"}, {source::json_text, "role"}},
                     .optional_body = true,
                     .needs = admin_panel});
    table.push_back({.method = "GET",
                     .path = "/admin/system/{resource}",
                     .summary = "A page of the rows of all organizations; recorded in the audit trail",
                     .sql = "SELECT rowhouse.system_list($1, $2::jsonb)",
                     .parameters = {{source::path, "resource"}, {source::whole_query}},
                     .writes = true,
                     .needs = admin_panel});
}

} // namespace rowhouse
