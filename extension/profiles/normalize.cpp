// Addresses and numbers as rowhouse stores them.

#include "core/checks.hpp"
#include "pg/datum.hpp"

namespace rowhouse::profiles {

namespace {

Datum normalize(std::string_view text, std::optional<std::string> (*check)(std::string_view), const char* what) {
    const auto normal = check(text);
    if (!normal)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                        std::string(what) + " \"" + pg::clip(text, 254) + "\" is not valid");
    return pg::make_text(*normal);
}

} // namespace

// rowhouse.normalize_email(email text) text
ROWHOUSE_FUNCTION(rowhouse_normalize_email) {
    return normalize(pg::arg_text(fcinfo, 0), checks::email, "e-mail address");
}

// rowhouse.normalize_phone(phone text) text
ROWHOUSE_FUNCTION(rowhouse_normalize_phone) {
    return normalize(pg::arg_text(fcinfo, 0), checks::phone, "phone number");
}

} // namespace rowhouse::profiles
