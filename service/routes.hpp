// The table of routes. A row says what a path and method mean in SQL; adding a route is adding a row in the file of its
// subject, routes_….cpp. The OpenAPI document is made from it (openapi.cpp).
#pragma once

#include "config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

// Where the value of an SQL parameter comes from.
enum class source {
    path,           // a {name} of the pattern
    constant,       // the name itself
    query,          // ?name=, NULL when absent
    whole_query,    // all of it as a JSON array of [name, value]
    json_text,      // a string field of the JSON body
    json_object,    // an object field, passed as its JSON text
    json_scalar,    // a boolean, number or string field, passed as text; the database says whether it fits
    body,           // the JSON body itself, which must be an object
    body_or_list,   // the same, or an array
    upload,         // the bytes of the uploaded file, binary
    upload_options, // the whitelisted options of an upload as one JSON object
};

struct parameter {
    source from;
    std::string_view name{};
    bool required = false;            // for JSON fields: absent or null is an error instead of NULL
    std::string_view type = "string"; // of a query parameter or scalar, as JSON Schema calls it
    std::string_view describe{};
};

// What becomes of the value that the SQL call returns.
enum class answer {
    value,        // the body, byte for byte; NULL is 204
    events,       // the state of a batch, again each time that it changes
    health,       // merged with the service's own state; a failure is an answer too
    users_health, // the same in the shape that monitors of user synchronization expect
    ready,        // whether there was a value
    metrics,      // together with the service's own figures
    openapi,      // no call: this table
};

// What an operator can switch off; a route may need several.
enum feature : unsigned { always = 0, registration = 1, user_management = 2, admin_panel = 4, csv_upload = 8 };
using features = unsigned;

struct route {
    std::string_view method;
    std::string path; // literals, {name}, {name:uuid}, {name:integer}; {org} also becomes rowhouse.organization
    std::string_view summary;
    const char* sql = nullptr; // one value; GET runs READ ONLY
    std::vector<parameter> parameters{};
    int status = 200;
    std::string_view content_type = "application/json";
    std::string_view file_name{}; // sent as an attachment; {name} stands for a path parameter
    std::string_view accept{};    // only for clients that ask for this type; stands before the row for the others
    std::string_view location{};  // of what was made; {name} stands for a path parameter, or a field of the value
    bool anonymous = false;       // the Authorization header is not looked at
    bool optional_body = false;   // no JSON body is the same as an empty object
    bool writes = false;          // a GET that does not run READ ONLY
    bool throttled = false;       // by account and address, see throttle.hpp
    answer shape = answer::value;
    features needs = always;
    std::string_view also{}; // the same under another path
};

using route_table = std::vector<route>;

const route_table& routes();

// By subject; each adds its rows.
void add_monitoring_routes(route_table& table);
void add_account_routes(route_table& table);
void add_organization_routes(route_table& table);
void add_import_routes(route_table& table);
void add_admin_routes(route_table& table);
void add_resource_routes(route_table& table); // last: /api/{resource} would match others

bool is_enabled(features wanted, const config& settings);

// Whether a route of this path and method takes an uploaded file.
bool takes_upload(const route& row);
// Whether it reads a JSON body.
bool takes_json(const route& row);
// Whether it is asked by machines, again and again, how the service is.
bool is_monitoring(const route& row);

} // namespace rowhouse
