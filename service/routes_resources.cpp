// Isolated tables that were exposed.
#include "routes.hpp"

namespace rowhouse {
namespace {

constexpr std::string_view csv = "text/csv; charset=utf-8";

void add_under(route_table& table, const std::string& base) {
    const std::string all = base + "/{resource}";
    const std::string one = all + "/{id}";
    const parameter resource{source::path, "resource"};
    const parameter id{source::path, "id"};

    table.push_back({.method = "GET",
                     .path = all,
                     .summary = "The rows of a table as a CSV file",
                     .sql = "SELECT rowhouse.resource_export($1, $2::jsonb)",
                     .parameters = {resource, {source::whole_query}},
                     .content_type = csv,
                     .file_name = "{resource}.csv",
                     .accept = "text/csv"});
    table.push_back({.method = "GET",
                     .path = all,
                     .summary = "A page of the rows of a table: select, order, limit, after, and column=operator.value",
                     .sql = "SELECT rowhouse.resource_list($1, $2::jsonb)",
                     .parameters = {resource, {source::whole_query}}});
    table.push_back({.method = "POST",
                     .path = all,
                     .summary = "Insert a row, or many as an array",
                     .sql = "SELECT rowhouse.resource_insert($1, $2::jsonb)",
                     .parameters = {resource, {source::body_or_list}},
                     .status = 201});
    table.push_back({.method = "GET",
                     .path = one,
                     .summary = "A row by its primary key",
                     .sql = "SELECT rowhouse.resource_get($1, $2)",
                     .parameters = {resource, id}});
    table.push_back({.method = "PATCH",
                     .path = one,
                     .summary = "Change the given columns of a row",
                     .sql = "SELECT rowhouse.resource_update($1, $2, $3::jsonb)",
                     .parameters = {resource, id, {source::body}}});
    table.push_back({.method = "DELETE",
                     .path = one,
                     .summary = "Remove a row",
                     .sql = "SELECT rowhouse.resource_delete($1, $2)",
                     .parameters = {resource, id},
                     .status = 204});
}

} // namespace

void add_resource_routes(route_table& table) {
    add_under(table, "/api/v1/resources");
    add_under(table, "/api");
}

} // namespace rowhouse
