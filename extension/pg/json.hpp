// jsonb arguments as nlohmann objects, and back.
#pragma once

#include "pg/datum.hpp"

#include <nlohmann/json.hpp>

namespace rowhouse::pg {

using json = nlohmann::ordered_json;

// Raises 22023 where `what` (as in "options") is no JSON object, or holds a number no double can hold.
inline json arg_json_object(FunctionCallInfo fcinfo, int index, const char* what) {
    json value;
    try {
        value = json::parse(jsonb_text(PG_GETARG_DATUM(index)));
    } catch (const json::exception&) {
        throw error(ERRCODE_INVALID_PARAMETER_VALUE, std::string(what) + " cannot be read as JSON");
    }
    if (!value.is_object()) throw error(ERRCODE_INVALID_PARAMETER_VALUE, std::string(what) + " must be a JSON object");
    return value;
}

inline Datum make_jsonb(const json& value) {
    return make_jsonb(std::string_view(value.dump(-1, ' ', false, json::error_handler_t::replace)));
}

} // namespace rowhouse::pg
