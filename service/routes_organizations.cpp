// Organizations and their members.
#include "routes.hpp"

namespace rowhouse {

void add_organization_routes(route_table& table) {
    constexpr const char* create = "SELECT rowhouse.create_organization($1, $2, coalesce($3::jsonb, '{}'))";
    constexpr const char* list = "SELECT rowhouse.list_organizations()";

    table.push_back({.method = "GET",
                     .path = "/api/v1/organizations",
                     .summary = "The organizations that the user is a member of",
                     .sql = list,
                     .also = "/api/clients"});
    table.push_back({.method = "POST",
                     .path = "/api/v1/organizations",
                     .summary = "Make an organization, of which the user becomes the owner",
                     .sql = create,
                     .parameters = {{source::json_text, "slug", true},
                                    {source::json_text, "name", true},
                                    {source::json_object, "options"}},
                     .status = 201});
    table.push_back({.method = "POST",
                     .path = "/api/clients",
                     .summary = "The same under the names of clients",
                     .sql = create,
                     .parameters = {{source::json_text, "client_id", true},
                                    {source::json_text, "client_name", true},
                                    {source::json_object, "options"}},
                     .status = 201});

    table.push_back({.method = "GET",
                     .path = "/api/v1/organizations/{org}/members",
                     .summary = "A page of the organization's members",
                     .sql = "SELECT rowhouse.list_members($1::int, $2::uuid)",
                     .parameters = {{source::query, "limit", false, "integer", "1 to 1000, 100 without it"},
                                    {source::query, "after", false, "string", "next of the page before"}},
                     .needs = user_management});
    table.push_back({.method = "POST",
                     .path = "/api/v1/organizations/{org}/members",
                     .summary = "Add or invite a member",
                     .sql = "SELECT rowhouse.add_member(rowhouse.organization_id(), $1, coalesce($2, 'member'), "
                            "coalesce($3, '{}')::jsonb)",
                     .parameters = {{source::json_text, "email", true},
                                    {source::json_text, "role"},
                                    {source::json_object, "details"}},
                     .status = 201,
                     .needs = user_management});
    table.push_back({.method = "PATCH",
                     .path = "/api/v1/organizations/{org}/members/{id:uuid}",
                     .summary = "Change a member",
                     .sql = "SELECT rowhouse.update_member($1::uuid, $2::jsonb)",
                     .parameters = {{source::path, "id"}, {source::body}},
                     .needs = user_management});
    table.push_back({.method = "DELETE",
                     .path = "/api/v1/organizations/{org}/members/{id:uuid}",
                     .summary = "Remove a member",
                     .sql = "SELECT rowhouse.delete_member($1::uuid)",
                     .parameters = {{source::path, "id"}},
                     .status = 204,
                     .needs = user_management});
}

} // namespace rowhouse
