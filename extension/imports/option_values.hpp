// Values of options that more than one function has, and what is said about wrong ones.
#pragma once

#include "pg/json.hpp"

namespace rowhouse::imports {

inline pg::error wrong_value(const std::string& option, const std::string& what, std::string hint) {
    return pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + option + "\" must be " + what, std::move(hint));
}

inline pg::error unknown_option(const std::string& name, const char* hint) {
    return pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + name + "\" does not exist", hint);
}

inline std::string string_value(const std::string& option, const pg::json& value, const char* hint) {
    if (!value.is_string()) throw wrong_value(option, "a string", hint);
    return value.get<std::string>();
}

inline bool boolean_value(const std::string& option, const pg::json& value) {
    if (!value.is_boolean()) throw wrong_value(option, "true or false", "Give a JSON boolean, without quotes.");
    return value.get<bool>();
}

} // namespace rowhouse::imports
