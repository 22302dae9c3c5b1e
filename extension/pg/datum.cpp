#include "pg/datum.hpp"

#include <cstring>

namespace rowhouse::pg {

std::string_view view_of_varlena(Datum value) {
    struct bytes {
        const char* data;
        std::size_t size;
    };
    const auto view = pg_try([&] {
        varlena* plain = pg_detoast_datum_packed(reinterpret_cast<varlena*>(DatumGetPointer(value)));
        return bytes{VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain)};
    });
    return {view.data, view.size};
}

uuid uuid_from(Datum value) {
    uuid result;
    std::memcpy(result.data(), DatumGetUUIDP(value)->data, result.size());
    return result;
}

Datum make_uuid(const uuid& value) {
    return pg_try([&] {
        auto* copy = static_cast<pg_uuid_t*>(palloc(sizeof(pg_uuid_t)));
        std::memcpy(copy->data, value.data(), value.size());
        return UUIDPGetDatum(copy);
    });
}

std::string to_string(const uuid& value) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < value.size(); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += digits[value[i] >> 4];
        text += digits[value[i] & 15];
    }
    return text;
}

std::optional<uuid> parse_uuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    uuid value;
    std::size_t at = 0;
    for (std::size_t i = 0; i < value.size(); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            if (text[at++] != '-') return std::nullopt;
        int byte = 0;
        for (int half = 0; half < 2; half++) {
            const char c = text[at++];
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0) return std::nullopt;
            byte = byte * 16 + digit;
        }
        value[i] = static_cast<std::uint8_t>(byte);
    }
    return value;
}

uuid random_uuid() {
    uuid value;
    pg_try([&] {
        if (!pg_strong_random(value.data(), value.size()))
            ereport(ERROR, (errcode(ERRCODE_SYSTEM_ERROR), errmsg("could not generate random values")));
    });
    value[6] = static_cast<std::uint8_t>((value[6] & 0x0f) | 0x40);
    value[8] = static_cast<std::uint8_t>((value[8] & 0x3f) | 0x80);
    return value;
}

Datum make_text(std::string_view value) {
    return pg_try(
        [&] { return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size()))); });
}

std::string clip(std::string_view text, int bytes) {
    if (static_cast<int>(text.size()) <= bytes) return std::string(text);
    const int length = pg_try([&] { return pg_mbcliplen(text.data(), static_cast<int>(text.size()), bytes); });
    return std::string(text.substr(0, static_cast<std::size_t>(length)));
}

Datum make_bytea(std::string_view value) {
    return make_text(value); // the same varlena layout
}

Datum make_text_array(const std::vector<std::string_view>& values) {
    return make_text_array(values, {});
}

Datum make_text_array(const std::vector<std::string_view>& values, const std::vector<bool>& nulls) {
    const auto count = static_cast<int>(values.size());
    return pg_try([&] {
        auto* elements = static_cast<Datum*>(palloc(sizeof(Datum) * (count + 1)));
        auto* is_null = static_cast<bool*>(palloc0(count + 1));
        for (int i = 0; i < count; i++) {
            is_null[i] = !nulls.empty() && nulls[i];
            elements[i] =
                is_null[i]
                    ? Datum{0}
                    : PointerGetDatum(cstring_to_text_with_len(values[i].data(), static_cast<int>(values[i].size())));
        }
        int dimensions[1] = {count};
        int lower_bounds[1] = {1};
        if (count == 0) return PointerGetDatum(construct_empty_array(TEXTOID));
        return PointerGetDatum(
            construct_md_array(elements, is_null, 1, dimensions, lower_bounds, TEXTOID, -1, false, TYPALIGN_INT));
    });
}

Datum make_int8_array(const std::vector<std::int64_t>& values) {
    return pg_try([&] {
        auto* elements = static_cast<Datum*>(palloc(sizeof(Datum) * (values.size() + 1)));
        for (std::size_t i = 0; i < values.size(); i++)
            elements[i] = Int64GetDatum(values[i]);
        return PointerGetDatum(construct_array(elements, static_cast<int>(values.size()), INT8OID, sizeof(int64),
                                               FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
    });
}

Datum make_uuid_array(const std::vector<uuid>& values) {
    return pg_try([&] {
        auto* elements = static_cast<Datum*>(palloc(sizeof(Datum) * (values.size() + 1)));
        for (std::size_t i = 0; i < values.size(); i++)
            elements[i] = borrow_uuid(values[i]);
        return PointerGetDatum(
            construct_array(elements, static_cast<int>(values.size()), UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
    });
}

Datum make_jsonb(std::string_view text) {
    return pg_try([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(pnstrdup(text.data(), text.size()))); });
}

std::string jsonb_text(Datum value) {
    const char* text = pg_try([&]() -> const char* { return DatumGetCString(DirectFunctionCall1(jsonb_out, value)); });
    return text;
}

} // namespace rowhouse::pg
