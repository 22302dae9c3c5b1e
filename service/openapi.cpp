#include "openapi.hpp"

#include "match.hpp"
#include "multipart.hpp"
#include "parameters.hpp"
#include "routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;

// "/a/{id:uuid}" as "/a/{id}", and its parameters.
std::string plain_path(const std::string& path, json& parameters) {
    std::string plain;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t open = std::min(path.find('{', at), path.size());
        plain += path.substr(at, open - at);
        if (open == path.size()) break;
        const std::size_t close = path.find('}', open);
        const placeholder place = read_placeholder(std::string_view(path).substr(open, close - open + 1));
        json schema{{"type", place.type == "integer" ? "integer" : "string"}};
        if (place.type == "uuid") schema["format"] = "uuid";
        if (place.type.empty()) schema["minLength"] = 1;
        parameters.push_back({{"name", place.name}, {"in", "path"}, {"required", true}, {"schema", schema}});
        plain += "{" + std::string(place.name) + "}";
        at = close + 1;
    }
    return plain;
}

json query_parameter(std::string_view name, std::string_view type, std::string_view describe) {
    json described{{"name", name}, {"in", "query"}, {"schema", {{"type", type}}}};
    if (!describe.empty()) described["description"] = describe;
    return described;
}

void add_query(const route& row, json& parameters) {
    for (const parameter& each : row.parameters) {
        if (each.from == source::query) parameters.push_back(query_parameter(each.name, each.type, each.describe));
        if (each.from == source::whole_query)
            parameters.push_back({{"name", "query"},
                                  {"in", "query"},
                                  {"style", "form"},
                                  {"explode", true},
                                  {"schema", {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}},
                                  {"description", "select, order, limit, after, and column=operator.value"}});
        if (each.from == source::upload_options)
            for (const upload_option& option : upload_option_list())
                parameters.push_back(query_parameter(option.name, option.type, ""));
    }
}

json field_schema(const parameter& field) {
    if (field.from == source::json_object) return {{"type", "object"}};
    if (field.from == source::json_scalar) return {{"type", json::array({field.type, "string"})}};
    return {{"type", field.required ? json("string") : json::array({"string", "null"})}};
}

json body_content(const route& row) {
    const auto with = [&](source wanted) {
        return std::any_of(row.parameters.begin(), row.parameters.end(),
                           [wanted](const parameter& each) { return each.from == wanted; });
    };
    if (takes_upload(row)) {
        const json file{{"type", "string"}, {"contentMediaType", "text/csv"}};
        const json binary{{"schema", {{"type", "string"}}}};
        const json form{{"type", "object"}, {"required", {"file"}}, {"properties", {{"file", file}}}};
        return {
            {"multipart/form-data", {{"schema", form}}}, {"text/csv", binary}, {"application/octet-stream", binary}};
    }
    json schema{{"type", "object"}};
    if (with(source::body_or_list)) {
        schema = {{"oneOf", {schema, {{"type", "array"}, {"items", schema}}}}};
    } else if (!with(source::body)) {
        json required = json::array();
        for (const parameter& field : row.parameters) {
            if (field.from != source::json_text && field.from != source::json_object &&
                field.from != source::json_scalar)
                continue;
            schema["properties"][std::string(field.name)] = field_schema(field);
            if (field.required) required.push_back(field.name);
        }
        if (!required.empty()) schema["required"] = required;
    }
    return {{"application/json", {{"schema", schema}}}};
}

std::string operation_id(const route& row, const std::string& path) {
    std::string id = lower(row.method);
    for (const char c : path) {
        const bool word = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (word)
            id += c;
        else if (id.back() != '_')
            id += '_';
    }
    while (id.back() == '_')
        id.pop_back();
    return id;
}

json success(const route& row) {
    json described{{"description", row.status == 204 ? "Done" : "Success"}};
    if (row.status == 204) return described;
    const std::string type(row.content_type.substr(0, row.content_type.find(';')));
    described["content"][type]["schema"] =
        type == "application/json" ? json{{"type", "object"}} : json{{"type", "string"}};
    if (!row.location.empty())
        described["headers"]["Location"] = {{"schema", {{"type", "string"}, {"format", "uri-reference"}}}};
    return described;
}

json operation(const route& row, const std::string& path, const json& in_path) {
    json described{{"operationId", operation_id(row, path)}, {"summary", row.summary}};
    json parameters = in_path;
    add_query(row, parameters);
    if (!parameters.empty()) described["parameters"] = parameters;
    if (takes_json(row) || takes_upload(row))
        described["requestBody"] = {{"required", !row.optional_body}, {"content", body_content(row)}};
    described["responses"] = {{std::to_string(row.status), success(row)},
                              {"default", {{"$ref", "#/components/responses/Problem"}}}};
    if (row.anonymous) described["security"] = json::array();
    return described;
}

json components() {
    const json text{{"type", "string"}};
    const json problem{{"type", "object"},
                       {"required", {"type", "title", "status", "detail", "code", "instance"}},
                       {"properties",
                        {{"type", text},
                         {"title", text},
                         {"status", {{"type", "integer"}}},
                         {"detail", text},
                         {"code", {{"type", "string"}, {"description", "SQLSTATE, or a word of the service"}}},
                         {"hint", text},
                         {"instance", text}}}};
    return {
        {"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}},
        {"schemas", {{"Problem", problem}}},
        {"responses",
         {{"Problem",
           {{"description", "RFC 9457"},
            {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}}}}}};
}

} // namespace

std::string openapi_document(const config& settings) {
    json paths = json::object();
    for (const route& row : routes()) {
        if (!is_enabled(row.needs, settings)) continue;
        json in_path = json::array();
        const std::string path = plain_path(row.path, in_path);
        json& here = paths[path][lower(row.method)];
        json described = operation(row, path, in_path);
        if (!here.is_null()) // the same operation, answered in another form by Accept
            described["responses"][std::to_string(row.status)]["content"].update(
                here["responses"][std::to_string(row.status)]["content"]);
        here = std::move(described);
    }
    return json{{"openapi", "3.1.0"},
                {"info",
                 {{"title", "rowhouse"},
                  {"version", ROWHOUSE_VERSION},
                  {"description", "Tenant isolation, profiles and imports of PostgreSQL over HTTP."}}},
                {"security", {{{"token", json::array()}}}},
                {"paths", paths},
                {"components", components()}}
        .dump();
}

} // namespace rowhouse
