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

// Options of an upload that a client may name; the database validates their values.
constexpr std::array text_options{"delimiter", "encoding", "quote"};
constexpr std::array flag_options{"header", "strict", "pad_short_rows"};

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
    const auto found = input.query.find(std::string(name));
    if (found == input.query.end()) return std::nullopt;
    return checked(found->second, name);
}

// Words other than true and false go on as text, so that it is the database that refuses them.
void add_option(json& options, std::string_view name, std::string_view value) {
    if (std::find(text_options.begin(), text_options.end(), name) != text_options.end()) options[name] = value;
    if (std::find(flag_options.begin(), flag_options.end(), name) == flag_options.end()) return;
    if (value == "true" || value == "false")
        options[name] = value == "true";
    else
        options[name] = value;
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

json read_json(std::string_view body) {
    json document = json::parse(body, nullptr, false);
    if (document.is_discarded()) throw problem(400, "malformed_json", "the body is not valid JSON");
    if (!document.is_object()) throw problem(422, "invalid_body", "the body must be a JSON object");
    return document;
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
    if (takes_json(row)) document = row.optional_body && input.body.empty() ? json::object() : read_json(input.body);
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
        case source::json_text:
        case source::json_object:
        case source::json_scalar:
            values.push_back(json_field(*document, wanted));
            break;
        case source::body:
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
