// The table of routes. A row says what a path and method mean in SQL; adding a route is adding a row in routes.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

// Where the value of an SQL parameter comes from.
enum class source {
    path,           // a {name} of the pattern
    query,          // ?name=, NULL when absent
    json_text,      // a string field of the JSON body
    json_object,    // an object field, passed as its JSON text
    json_scalar,    // a boolean, number or string field, passed as text; the database says whether it fits
    body,           // the JSON body itself, which must be an object
    upload,         // the bytes of the uploaded file, binary
    upload_options, // the whitelisted options of an upload as one JSON object
};

struct parameter {
    source from;
    std::string_view name{};
    bool required = false; // for JSON fields: absent or null is an error instead of NULL
};

// What becomes of the value that the SQL call returns.
enum class answer {
    value,        // the body, byte for byte; NULL is 204
    created,      // the same, with Location: <request path>/<its "id">
    health,       // merged with the service's own state; a failure is an answer too
    users_health, // the same in the shape that monitors of user synchronization expect
    ready,        // whether there was a value
};

struct route {
    std::string_view method;
    std::string_view path; // literals, {name}, {name:uuid}; {org} also becomes rowhouse.organization
    const char* sql;       // one value; GET runs READ ONLY
    std::vector<parameter> parameters{};
    int status = 200;
    std::string_view content_type = "application/json";
    std::string_view file_name{}; // sent as an attachment; {name} stands for a path parameter
    std::string_view accept{};    // only for clients that ask for this type; stands before the row for the others
    bool anonymous = false;       // the Authorization header is not looked at
    bool optional_body = false;   // no JSON body is the same as an empty object
    answer shape = answer::value;
};

const std::vector<route>& routes();

using path_parameters = std::map<std::string, std::string, std::less<>>;

struct match {
    const route* found = nullptr; // none: unknown path, or known with other methods
    path_parameters parameters{};
    std::string allow{}; // the methods of a known path, as in the Allow header; empty for an unknown one
};

// `raw_path` is not percent-decoded: an encoded slash belongs to its segment. HEAD is answered as GET.
match find_route(std::string_view method, std::string_view raw_path, std::string_view accept);

// Whether a route of this path and method takes an uploaded file.
bool takes_upload(const route& row);
// Whether it reads a JSON body.
bool takes_json(const route& row);

// Whether it is asked by machines, again and again, how the service is.
bool is_monitoring(const route& row);

bool is_uuid(std::string_view text);

} // namespace rowhouse
