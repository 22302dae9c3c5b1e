#include "routes.hpp"

#include <algorithm>
#include <charconv>

namespace rowhouse {
namespace {

constexpr std::string_view csv = "text/csv; charset=utf-8";

constexpr const char* health = "SELECT rowhouse.health()";
constexpr const char* installed = "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'rowhouse'";
constexpr const char* register_account = "SELECT rowhouse.register($1, $2, $3)";
constexpr const char* login = "SELECT rowhouse.login($1, $2)";
constexpr const char* me = "SELECT rowhouse.me()"; // context(), with 28000 for nobody
constexpr const char* list_organizations = "SELECT rowhouse.list_organizations()";
constexpr const char* create_organization = "SELECT rowhouse.create_organization($1, $2, coalesce($3::jsonb, '{}'))";
constexpr const char* list_members = "SELECT rowhouse.list_members($1::int, $2::uuid)";
constexpr const char* add_member = "SELECT rowhouse.add_member(rowhouse.organization_id(), $1, coalesce($2, 'member'), "
                                   "coalesce($3, '{}')::jsonb)";
constexpr const char* update_member = "SELECT rowhouse.update_member($1::uuid, $2::jsonb)";
constexpr const char* delete_member = "SELECT rowhouse.delete_member($1::uuid)";
constexpr const char* users_template = "SELECT rowhouse.import_template('users')";
constexpr const char* users_preview = "SELECT rowhouse.import_preview('users', $1::bytea, $2::jsonb)";
constexpr const char* users_start = "SELECT jsonb_build_object('id', b, 'status', 'pending') "
                                    "FROM rowhouse.import_start('users', $1::bytea, $2::jsonb) b";
constexpr const char* import_history = "SELECT jsonb_build_object('batches', coalesce(jsonb_agg(h), '[]'::jsonb)) "
                                       "FROM rowhouse.import_history(coalesce($1::int, 50)) h";
constexpr const char* import_status = "SELECT rowhouse.import_status($1::uuid)";
constexpr const char* import_errors =
    "SELECT jsonb_build_object('errors', coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.seq), '[]'::jsonb)) "
    "FROM rowhouse.import_errors($1::uuid, coalesce($2::bigint, 0), coalesce($3::int, 100)) e";
constexpr const char* import_cancel = "SELECT rowhouse.import_cancel($1::uuid)";
constexpr const char* import_undo = "SELECT rowhouse.import_undo($1::uuid)";
constexpr const char* import_error_file = "SELECT rowhouse.import_error_file($1::uuid)";

// sync_status() itself answers every user, with counts; the service shows them in health() alone.
constexpr const char* sync_status = "SELECT rowhouse.sync_status() FROM rowhouse.require_operator()";
constexpr const char* sync_profiles = "SELECT rowhouse.sync_profiles(coalesce($1::boolean, false), $2::int, $3::uuid)";
constexpr const char* create_profile = "SELECT rowhouse.create_profile($1::uuid, $2)";

const std::vector<parameter> registration{
    {source::json_text, "email", true}, {source::json_text, "password", true}, {source::json_text, "full_name"}};
const std::vector<parameter> credentials{{source::json_text, "email", true}, {source::json_text, "password", true}};
const std::vector<parameter> file{{source::upload, "file"}, {source::upload_options}};

const std::vector<route> table{
    {.method = "GET", .path = "/health", .sql = health, .anonymous = true, .shape = answer::health},
    {.method = "GET",
     .path = "/admin/users/health-check",
     .sql = health,
     .anonymous = true,
     .shape = answer::users_health},
    {.method = "GET", .path = "/ready", .sql = installed, .anonymous = true, .shape = answer::ready},

    {.method = "POST",
     .path = "/api/v1/auth/register",
     .sql = register_account,
     .parameters = registration,
     .status = 201,
     .anonymous = true},
    {.method = "POST",
     .path = "/api/auth/register",
     .sql = register_account,
     .parameters = registration,
     .status = 201,
     .anonymous = true},
    {.method = "POST", .path = "/api/v1/auth/login", .sql = login, .parameters = credentials, .anonymous = true},
    {.method = "POST", .path = "/api/auth/login", .sql = login, .parameters = credentials, .anonymous = true},
    {.method = "GET", .path = "/api/v1/me", .sql = me},
    {.method = "GET", .path = "/api/user/profile", .sql = me},

    {.method = "GET", .path = "/api/v1/organizations", .sql = list_organizations},
    {.method = "POST",
     .path = "/api/v1/organizations",
     .sql = create_organization,
     .parameters = {{source::json_text, "slug", true},
                    {source::json_text, "name", true},
                    {source::json_object, "options"}},
     .status = 201},
    {.method = "GET", .path = "/api/clients", .sql = list_organizations},
    {.method = "POST",
     .path = "/api/clients",
     .sql = create_organization,
     .parameters = {{source::json_text, "client_id", true},
                    {source::json_text, "client_name", true},
                    {source::json_object, "options"}},
     .status = 201},

    {.method = "GET",
     .path = "/api/v1/organizations/{org}/members",
     .sql = list_members,
     .parameters = {{source::query, "limit"}, {source::query, "after"}}},
    {.method = "POST",
     .path = "/api/v1/organizations/{org}/members",
     .sql = add_member,
     .parameters = {{source::json_text, "email", true}, {source::json_text, "role"}, {source::json_object, "details"}},
     .status = 201},
    {.method = "PATCH",
     .path = "/api/v1/organizations/{org}/members/{id:uuid}",
     .sql = update_member,
     .parameters = {{source::path, "id"}, {source::body}}},
    {.method = "DELETE",
     .path = "/api/v1/organizations/{org}/members/{id:uuid}",
     .sql = delete_member,
     .parameters = {{source::path, "id"}},
     .status = 204},

    {.method = "GET",
     .path = "/api/v1/organizations/{org}/users/import/template",
     .sql = users_template,
     .content_type = csv,
     .file_name = "users-template.csv"},
    {.method = "POST",
     .path = "/api/v1/organizations/{org}/users/import/template",
     .sql = users_template,
     .content_type = csv,
     .file_name = "users-template.csv"},
    {.method = "POST",
     .path = "/api/v1/organizations/{org}/users/import/preview",
     .sql = users_preview,
     .parameters = file},
    {.method = "POST",
     .path = "/api/v1/organizations/{org}/users/import",
     .sql = users_start,
     .parameters = file,
     .status = 202,
     .shape = answer::created},
    {.method = "GET",
     .path = "/api/v1/organizations/{org}/users/import",
     .sql = import_history,
     .parameters = {{source::query, "limit"}}},
    {.method = "GET",
     .path = "/api/v1/organizations/{org}/users/import/{batch:uuid}",
     .sql = import_status,
     .parameters = {{source::path, "batch"}}},
    {.method = "GET",
     .path = "/api/v1/organizations/{org}/users/import/{batch:uuid}/errors",
     .sql = import_error_file,
     .parameters = {{source::path, "batch"}},
     .content_type = csv,
     .file_name = "{batch}-errors.csv",
     .accept = "text/csv"},
    {.method = "GET",
     .path = "/api/v1/organizations/{org}/users/import/{batch:uuid}/errors",
     .sql = import_errors,
     .parameters = {{source::path, "batch"}, {source::query, "after"}, {source::query, "limit"}}},
    {.method = "POST",
     .path = "/api/v1/organizations/{org}/users/import/{batch:uuid}/cancel",
     .sql = import_cancel,
     .parameters = {{source::path, "batch"}},
     .optional_body = true},
    {.method = "POST",
     .path = "/api/v1/organizations/{org}/users/import/{batch:uuid}/undo",
     .sql = import_undo,
     .parameters = {{source::path, "batch"}},
     .optional_body = true},

    {.method = "GET", .path = "/admin/users/sync", .sql = sync_status},
    {.method = "POST",
     .path = "/admin/users/sync",
     .sql = sync_profiles,
     .parameters = {{source::json_scalar, "dry_run"}, {source::json_scalar, "max_rows"}, {source::json_text, "after"}},
     .optional_body = true},
    {.method = "POST",
     .path = "/admin/users/{id:uuid}/profile",
     .sql = create_profile,
     .parameters = {{source::path, "id"}, {source::json_text, "role"}},
     .optional_body = true},
};

// The next piece up to `separator`, cut off `rest`; nothing once `rest` is used up.
std::optional<std::string_view> next(std::optional<std::string_view>& rest, char separator) {
    if (!rest) return std::nullopt;
    const auto end = rest->find(separator);
    const std::string_view piece = rest->substr(0, end);
    if (end == rest->npos)
        rest.reset();
    else
        rest->remove_prefix(end + 1);
    return piece;
}

// Nothing for a broken escape and for anything but printable ASCII, which no slug and no uuid contains.
std::optional<std::string> decode_segment(std::string_view raw) {
    std::string text;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        unsigned char byte = static_cast<unsigned char>(raw[i]);
        if (byte == '%') {
            if (raw.size() - i < 3) return std::nullopt;
            const auto [end, code] = std::from_chars(raw.data() + i + 1, raw.data() + i + 3, byte, 16);
            if (code != std::errc{} || end != raw.data() + i + 3) return std::nullopt;
            i += 2;
        }
        if (byte <= ' ' || byte > '~') return std::nullopt;
        text += static_cast<char>(byte);
    }
    return text;
}

std::optional<path_parameters> match_path(std::string_view pattern, std::string_view raw_path) {
    path_parameters found;
    std::optional<std::string_view> wanted_rest = pattern, given_rest = raw_path;
    while (wanted_rest && given_rest) {
        const std::string_view wanted = *next(wanted_rest, '/');
        const std::string_view given = *next(given_rest, '/');
        if (!wanted.starts_with('{')) {
            if (wanted != given) return std::nullopt;
            continue;
        }
        const std::string_view inside = wanted.substr(1, wanted.size() - 2);
        const auto colon = inside.find(':');
        const std::optional<std::string> value = decode_segment(given);
        if (!value || value->empty()) return std::nullopt;
        if (colon != inside.npos && !is_uuid(*value)) return std::nullopt;
        found.emplace(inside.substr(0, colon), *value);
    }
    if (wanted_rest || given_rest) return std::nullopt;
    return found;
}

// Whether an Accept header names `type` itself; "*/*" does not ask for a variant, and q=0 refuses it.
bool accepts(std::string_view header, std::string_view type) {
    std::optional<std::string_view> rest = header;
    while (const auto item = next(rest, ',')) {
        std::string compact;
        std::copy_if(item->begin(), item->end(), std::back_inserter(compact),
                     [](char c) { return c != ' ' && c != '\t'; });
        std::optional<std::string_view> parts = std::string_view(compact);
        if (*next(parts, ';') != type) continue;
        const bool refused = parts && (*parts == "q=0" ||
                                       (parts->starts_with("q=0.") && parts->find_first_not_of("q=0.") == parts->npos));
        if (!refused) return true;
    }
    return false;
}

bool has_source(const route& row, std::initializer_list<source> sources) {
    return std::any_of(row.parameters.begin(), row.parameters.end(), [&](const parameter& item) {
        return std::find(sources.begin(), sources.end(), item.from) != sources.end();
    });
}

} // namespace

const std::vector<route>& routes() {
    return table;
}

match find_route(std::string_view method, std::string_view raw_path, std::string_view accept) {
    match result;
    if (method == "HEAD") method = "GET";
    for (const route& row : table) {
        std::optional<path_parameters> parameters = match_path(row.path, raw_path);
        if (!parameters) continue;
        if (result.allow.find(row.method) == result.allow.npos) {
            result.allow += (result.allow.empty() ? "" : ", ") + std::string(row.method);
            if (row.method == "GET") result.allow += ", HEAD";
        }
        if (result.found || row.method != method || (!row.accept.empty() && !accepts(accept, row.accept))) continue;
        result.found = &row;
        result.parameters = *std::move(parameters);
    }
    return result;
}

bool takes_upload(const route& row) {
    return has_source(row, {source::upload});
}

bool takes_json(const route& row) {
    return has_source(row, {source::json_text, source::json_object, source::json_scalar, source::body});
}

bool is_monitoring(const route& row) {
    return row.shape == answer::health || row.shape == answer::users_health || row.shape == answer::ready;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f') ||
                         (text[i] >= 'A' && text[i] <= 'F');
        if (dash ? text[i] != '-' : !hex) return false;
    }
    return true;
}

} // namespace rowhouse
