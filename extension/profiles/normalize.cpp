// Addresses, numbers and names as rowhouse stores them.

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

constexpr int max_name_characters = 200;

// The text under that key without the blanks around it, where it is a string and not blank. A view into the metadata.
std::string_view string_in(JsonbContainer* metadata, std::string_view key) {
    JsonbValue found;
    if (!getKeyJsonValueFromContainer(metadata, key.data(), static_cast<int>(key.size()), &found)) return {};
    if (found.type != jbvString) return {}; // whatever else a person has put there is no name
    const std::string_view text(found.val.string.val, static_cast<std::size_t>(found.val.string.len));
    const auto begin = text.find_first_not_of(' ');
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

} // namespace

// rowhouse.name_in_metadata(metadata jsonb) text
ROWHOUSE_FUNCTION(rowhouse_name_in_metadata) {
    const Datum name = pg::pg_try([&] {
        Jsonb* metadata = PG_GETARG_JSONB_P(0);
        if (!JB_ROOT_IS_OBJECT(metadata)) return Datum{0};
        std::string_view text = string_in(&metadata->root, "full_name");
        if (text.empty()) text = string_in(&metadata->root, "name");
        if (text.empty()) return Datum{0};
        const int length = pg_mbcharcliplen(text.data(), static_cast<int>(text.size()), max_name_characters);
        return PointerGetDatum(cstring_to_text_with_len(text.data(), length));
    });
    if (!name) PG_RETURN_NULL();
    return name;
}

// rowhouse.normalize_email(email text) text
ROWHOUSE_FUNCTION(rowhouse_normalize_email) {
    return normalize(pg::arg_text(fcinfo, 0), checks::email, "e-mail address");
}

// rowhouse.normalize_phone(phone text) text
ROWHOUSE_FUNCTION(rowhouse_normalize_phone) {
    return normalize(pg::arg_text(fcinfo, 0), checks::phone, "phone number");
}

} // namespace rowhouse::profiles
