#include "resources/cursor.hpp"

#include "core/base64url.hpp"
#include "pg/json.hpp"

extern "C" {
#include "common/hashfn.h"
}

namespace rowhouse::resources {

namespace {

constexpr std::size_t longest_cursor = 1 << 20;

// Against what gets lost or altered on the way. It keeps no secret: a cursor made by hand is a place like any other.
std::string check_of(const std::string& order, const pg::json& values) {
    const std::string all = order + "\n" + values.dump();
    return std::to_string(
        hash_bytes_extended(reinterpret_cast<const unsigned char*>(all.data()), static_cast<int>(all.size()), 0));
}

bool is_text_or_null(const pg::json& value) {
    return value.is_null() ||
           (value.is_string() && value.get_ref<const std::string&>().find('\0') == std::string::npos);
}

} // namespace

std::string make_cursor(const std::string& order, const cursor_values& values) {
    pg::json list = pg::json::array();
    for (const auto& each : values)
        list.push_back(each ? pg::json(*each) : pg::json(nullptr));
    const std::string check = check_of(order, list);
    return base64url_encode(pg::json{{"values", std::move(list)}, {"check", check}}.dump());
}

cursor_values read_cursor(const std::string& order, std::size_t count, std::string_view cursor) {
    const auto refuse = [] {
        return pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                         "parameter \"after\" is not a cursor of this resource and order",
                         "Give back \"next\" of the page before as it is, with the same order.");
    };
    const auto bytes = cursor.size() <= longest_cursor ? base64url_decode(cursor) : std::nullopt;
    if (!bytes) throw refuse();
    const pg::json parsed = pg::json::parse(*bytes, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("values")) throw refuse();
    const pg::json& list = parsed["values"];
    if (!list.is_array() || list.size() != count || !std::all_of(list.begin(), list.end(), is_text_or_null))
        throw refuse();
    cursor_values values;
    for (const pg::json& each : list)
        values.push_back(each.is_null() ? std::nullopt : std::optional(each.get<std::string>()));
    if (make_cursor(order, values) != cursor) throw refuse(); // the check, and nothing else besides
    return values;
}

} // namespace rowhouse::resources
