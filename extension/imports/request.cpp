#include "imports/request.hpp"

namespace rowhouse::imports {

namespace {

std::string_view required_argument(FunctionCallInfo fcinfo, int index, const char* name) {
    if (PG_ARGISNULL(index)) throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, std::string(name) + " must not be null");
    return pg::view_of_varlena(PG_GETARG_DATUM(index));
}

} // namespace

target target_for(std::string_view name, context::member_role importer) {
    auto found = find_target(name);
    if (!found) throw pg::not_found("import target \"" + std::string(name) + "\" not found");
    if (const auto role = find_column(*found, "role"))
        for (const context::member_role each : {context::member_role::viewer, context::member_role::member,
                                                context::member_role::admin, context::member_role::owner})
            if (each > importer) found->columns[*role].forbidden.emplace_back(context::to_string(each));
    return std::move(*found);
}

import_request read_request(FunctionCallInfo fcinfo) {
    import_request request;
    request.importer = context::require_role(context::member_role::admin);
    request.wanted = target_for(required_argument(fcinfo, 0, "target"), request.importer.role);
    request.content = required_argument(fcinfo, 1, "content");
    request.content_value = PG_GETARG_DATUM(1);
    request.options_json = PG_ARGISNULL(2) ? pg::json::object() : pg::arg_json_object(fcinfo, 2, "options");
    request.options = import_options_from(request.options_json, request.wanted);
    return request;
}

} // namespace rowhouse::imports
