// Imports: the same routes for users, as those of an organization, and for every other target by its name.
#include "routes.hpp"

namespace rowhouse {
namespace {

constexpr std::string_view csv = "text/csv; charset=utf-8";

// The id is all that import_start() returns.
constexpr const char* start = "SELECT jsonb_build_object('id', b, 'status', 'pending', 'target', $1::text, "
                              "'organization', rowhouse.organization_id()) "
                              "FROM rowhouse.import_start($1, $2::bytea, $3::jsonb) b";

// `base` is where batches are, `target` what names the target in SQL.
void add_target(route_table& table, const std::string& base, const parameter& target, std::string_view file_name,
                std::string_view location, features needs) {
    const std::string batch = base + "/{batch:uuid}";
    const auto add = [&](route row) {
        row.needs = needs;
        table.push_back(std::move(row));
    };
    const std::vector<parameter> file{target, {source::upload, "file"}, {source::upload_options}};
    const parameter id{source::path, "batch"};

    for (const std::string_view method : {"GET", "POST"})
        add({.method = method,
             .path = base + "/template",
             .summary = "A CSV file to start from",
             .sql = "SELECT rowhouse.import_template($1)",
             .parameters = {target},
             .content_type = csv,
             .file_name = file_name,
             .optional_body = true});
    add({.method = "POST",
         .path = base + "/preview",
         .summary = "What an import of this file would do",
         .sql = "SELECT rowhouse.import_preview($1, $2::bytea, $3::jsonb)",
         .parameters = file});
    add({.method = "POST",
         .path = base + "/stage",
         .summary = "The same, kept as a batch that is held and can be corrected",
         .sql = "SELECT rowhouse.import_stage($1, $2::bytea, $3::jsonb)",
         .parameters = file,
         .status = 201});
    add({.method = "POST",
         .path = base,
         .summary = "Import a file in the background",
         .sql = start,
         .parameters = file,
         .status = 202,
         .location = location});
    add({.method = "GET",
         .path = base,
         .summary = "The batches of the organization, the newest first",
         .sql = "SELECT jsonb_build_object('batches', coalesce(jsonb_agg(h), '[]'::jsonb)) "
                "FROM rowhouse.import_history(coalesce($1::int, 50), $2) h",
         .parameters = {{source::query, "limit", false, "integer", "50 without it"}, target}});
    add({.method = "GET",
         .path = batch,
         .summary = "Where a batch is",
         .sql = "SELECT rowhouse.import_status($1::uuid)",
         .parameters = {id}});
    add({.method = "GET",
         .path = batch + "/events",
         .summary = "The same as server-sent events, one for each change, until the batch is at its end",
         .sql = "SELECT rowhouse.import_status($1::uuid)",
         .parameters = {id},
         .content_type = "text/event-stream",
         .shape = answer::events});
    add({.method = "GET",
         .path = batch + "/errors",
         .summary = "The rows that failed, as a CSV file to correct and upload again",
         .sql = "SELECT rowhouse.import_error_file($1::uuid)",
         .parameters = {id},
         .content_type = csv,
         .file_name = "{batch}-errors.csv",
         .accept = "text/csv"});
    add({.method = "GET",
         .path = batch + "/errors",
         .summary = "A page of the findings of a batch",
         .sql = "SELECT jsonb_build_object('errors', coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.seq), '[]'::jsonb)) "
                "FROM rowhouse.import_errors($1::uuid, coalesce($2::bigint, 0), coalesce($3::int, 100), $4) e",
         .parameters = {id,
                        {source::query, "after", false, "integer", "seq of the last one of the page before"},
                        {source::query, "limit", false, "integer", "100 without it"},
                        {source::query, "code", false, "string", "of these findings alone"}}});
    add({.method = "POST",
         .path = batch + "/start",
         .summary = "Import a batch that is held",
         .sql = "SELECT rowhouse.import_status(rowhouse.import_start($1::uuid))",
         .parameters = {id},
         .status = 202,
         .optional_body = true});
    add({.method = "PATCH",
         .path = batch + "/records/{record:integer}",
         .summary = "Correct a cell of a batch that is held",
         .sql = "SELECT rowhouse.import_edit($1::uuid, $2::bigint, $3, $4)",
         .parameters = {
             id, {source::path, "record"}, {source::json_text, "column", true}, {source::json_text, "value"}}});
    add({.method = "POST",
         .path = batch + "/cancel",
         .summary = "Stop a batch; what was written stays",
         .sql = "SELECT rowhouse.import_cancel($1::uuid)",
         .parameters = {id},
         .optional_body = true});
    add({.method = "POST",
         .path = batch + "/undo",
         .summary = "Take back what a batch has written",
         .sql = "SELECT rowhouse.import_undo($1::uuid)",
         .parameters = {id},
         .optional_body = true});
}

} // namespace

void add_import_routes(route_table& table) {
    const std::string organization = "/api/v1/organizations/{org}";
    add_target(table, organization + "/users/import", {source::constant, "users"}, "users-template.csv",
               "/api/v1/organizations/{org}/users/import/{id}", user_management | csv_upload);
    add_target(table, organization + "/imports/{target}", {source::path, "target"}, "{target}-template.csv",
               "/api/v1/organizations/{org}/imports/{target}/{id}", csv_upload);
    table.push_back(
        {.method = "POST",
         .path = "/api/production/csv-upload",
         .summary = "Import a file into the target production_entries of the token's organization",
         .sql = start,
         .parameters = {{source::constant, "production_entries"}, {source::upload, "file"}, {source::upload_options}},
         .status = 202,
         .location = "/api/v1/organizations/{organization}/imports/{target}/{id}",
         .needs = csv_upload});
}

} // namespace rowhouse
