#include "parameters.hpp"

#include "errors.hpp"
#include "multipart.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace rowhouse {
namespace {

using json = nlohmann::json;

// The database validates their values.
constexpr std::array upload_options{
    upload_option{"delimiter", "string"}, upload_option{"encoding", "string"},
    upload_option{"quote", "string"},     upload_option{"line_break", "string"},
    upload_option{"header", "boolean"},   upload_option{"header_line", "integer"},
    upload_option{"strict", "boolean"},   upload_option{"pad_short_rows", "boolean"},
    upload_option{"mode", "string"},      upload_option{"all_or_nothing", "boolean"},
    upload_option{"mapping", "object"},
};

// Deeper, a document is not data but an attempt at somebody's stack.
constexpr int deepest_json = 64;

struct upload {
    std::string_view content{};
    json options = json::object();
};

std::string media_type(std::string_view content_type) {
    return lower(trim(content_type.substr(0, content_type.find(';'))));
}

// PostgreSQL's text has no NUL, and libpq would cut the value there without a word.
std::string checked(std::string value, std::string_view name) {
    if (value.find('\0') == value.npos) return value;
    throw problem(422, "invalid_text", "\"" + std::string(name) + "\" must not contain a NUL character");
}

std::optional<std::string> query_value(const request_input& input, std::string_view name) {
    const auto found =
        std::find_if(input.query.begin(), input.query.end(), [name](const auto& each) { return each.first == name; });
    if (found == input.query.end()) return std::nullopt;
    return checked(found->second, name);
}

json parse_json(std::string_view text) {
    bool too_deep = false;
    json document = json::parse(
        text,
        [&](int depth, json::parse_event_t, json&) {
            too_deep = too_deep || depth > deepest_json;
            return !too_deep;
        },
        false);
    if (too_deep)
        throw problem(422, "invalid_body",
                      "the JSON is nested deeper than " + std::to_string(deepest_json) + " levels");
    return document;
}

// What does not look like its type goes on as text, so that it is the database that refuses it.
void add_option(json& options, std::string_view name, std::string_view value) {
    const auto known = std::find_if(upload_options.begin(), upload_options.end(),
                                    [name](const upload_option& each) { return each.name == name; });
    if (known == upload_options.end()) return;
    json meant = value;
    if (known->type != "string")
        if (const json parsed = parse_json(value); !parsed.is_discarded() && !parsed.is_array()) meant = parsed;
    options[std::string(name)] = meant;
}

// Some clients send a whole path; only its last part is a name.
std::string base_name(std::string_view path) {
    const auto slash = path.find_last_of("/\\");
    return std::string(slash == path.npos ? path : path.substr(slash + 1));
}

upload read_upload(const request_input& input, const config& settings) {
    upload result;
    for (const auto& [name, value] : input.query)
        add_option(result.options, name, value);
    if (media_type(input.content_type) != "multipart/form-data") {
        result.content = input.body;
    } else {
        const auto parts = parse_multipart(input.body, input.content_type);
        if (!parts) throw problem(400, "malformed_multipart", "the multipart body is not well formed");
        const form_part* file = nullptr;
        for (const form_part& part : *parts) {
            if (part.name != "file")
                add_option(result.options, part.name, part.content);
            else if (file)
                throw problem(422, "too_many_files", "one upload holds one part named \"file\"");
            else
                file = &part;
        }
        if (!file) throw problem(422, "missing_file", "the form has no part named \"file\"");
        result.content = file->content;
        if (file->file_name) result.options["file_name"] = base_name(*file->file_name);
    }
    if (result.content.size() > settings.max_upload_size)
        throw problem(413, "file_too_large",
                      "the file is larger than " + std::to_string(settings.max_upload_size) + " bytes");
    return result;
}

json read_json(std::string_view body, bool or_list) {
    json document = parse_json(body);
    if (document.is_discarded()) throw problem(400, "malformed_json", "the body is not valid JSON");
    if (!document.is_object() && !(or_list && document.is_array()))
        throw problem(422, "invalid_body",
                      or_list ? "the body must be a JSON object or an array of them"
                              : "the body must be a JSON object");
    return document;
}

json read_body(const route& row, std::string_view body) {
    const bool or_list = std::any_of(row.parameters.begin(), row.parameters.end(),
                                     [](const parameter& each) { return each.from == source::body_or_list; });
    return row.optional_body && body.empty() ? json::object() : read_json(body, or_list);
}

// A name may come more than once.
std::string whole_query(const query_parameters& query) {
    json pairs = json::array();
    for (const auto& [name, value] : query)
        pairs.push_back(json::array({checked(name, "query"), checked(value, "query")}));
    try {
        return pairs.dump();
    } catch (const json::type_error&) {
        throw problem(422, "invalid_text", "the query is not UTF-8");
    }
}

argument json_field(const json& document, const parameter& wanted) {
    const auto found = document.find(wanted.name);
    const std::string quoted = "\"" + std::string(wanted.name) + "\"";
    if (found == document.end() || found->is_null()) {
        if (wanted.required) throw problem(422, "missing_field", "the field " + quoted + " is required");
        return {};
    }
    if (wanted.from == source::json_object) {
        if (!found->is_object()) throw problem(422, "invalid_field", "the field " + quoted + " must be an object");
        return {found->dump()};
    }
    if (wanted.from == source::json_scalar && (found->is_boolean() || found->is_number())) return {found->dump()};
    if (!found->is_string())
        throw problem(422, "invalid_field",
                      "the field " + quoted + " must be a " +
                          (wanted.from == source::json_scalar ? "boolean, number or string" : "string"));
    return {checked(found->get<std::string>(), wanted.name)};
}

} // namespace

std::span<const upload_option> upload_option_list() {
    return upload_options;
}

void check_content_type(const route& row, std::string_view content_type) {
    // JSON is taken under any type: curl -d says application/x-www-form-urlencoded, and there are no cookies that a
    // foreign form could ride on.
    if (!takes_upload(row)) return;
    const std::string type = media_type(content_type);
    if (type != "multipart/form-data" && type != "text/csv" && type != "application/octet-stream")
        throw problem(415, "unsupported_media_type",
                      "the file must come as multipart/form-data, text/csv or application/octet-stream");
}

std::vector<argument> collect(const route& row, const request_input& input, const config& settings) {
    std::optional<json> document;
    std::optional<upload> file;
    if (takes_json(row)) document = read_body(row, input.body);
    if (takes_upload(row)) file = read_upload(input, settings);
    std::vector<argument> values;
    for (const parameter& wanted : row.parameters) {
        switch (wanted.from) {
        case source::path:
            values.push_back({input.path.find(wanted.name)->second});
            break;
        case source::query:
            values.push_back({query_value(input, wanted.name)});
            break;
        case source::constant:
            values.push_back({std::string(wanted.name)});
            break;
        case source::whole_query:
            values.push_back({whole_query(input.query)});
            break;
        case source::json_text:
        case source::json_object:
        case source::json_scalar:
            values.push_back(json_field(*document, wanted));
            break;
        case source::body:
        case source::body_or_list:
            values.push_back({std::string(input.body)});
            break;
        case source::upload:
            values.push_back({std::nullopt, file->content, true});
            break;
        case source::upload_options:
            values.push_back({file->options.dump(-1, ' ', false, json::error_handler_t::replace)});
            break;
        }
    }
    return values;
}

} // namespace rowhouse
