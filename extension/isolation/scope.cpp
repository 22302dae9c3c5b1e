#include "isolation/scope.hpp"

namespace rowhouse::isolation {

namespace {

constexpr scope scopes[] = {
    {"organization", "organization_id", "rowhouse_organization", "rowhouse.organization"},
    {"user", "user_id", "rowhouse_user", "rowhouse.user"},
};

bool starts_with(const std::string& text, const char* prefix) {
    return text.rfind(prefix, 0) == 0;
}

} // namespace

const scope& find_scope(std::string_view name) {
    for (const scope& each : scopes)
        if (name == each.name) return each;
    throw pg::error(ERRCODE_UNDEFINED_OBJECT, "scope \"" + std::string(name) + "\" does not exist",
                    "Scopes are organization and user.");
}

std::string accessor_for(const scope& scope, const std::string& column_type, const std::string& column) {
    const std::string prefix = scope.accessor;
    if (column_type == "uuid") return prefix + "_id";
    if (column_type == "text" || starts_with(column_type, "character varying")) return prefix + "_key";
    if (column_type == "bigint" || column_type == "integer") return prefix + "_number";
    throw pg::error(ERRCODE_DATATYPE_MISMATCH, "column \"" + column + "\" is of type " + column_type,
                    "An owner column is of type uuid, text, character varying, bigint or integer.");
}

} // namespace rowhouse::isolation
