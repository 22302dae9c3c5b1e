#include "match.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rowhouse {
namespace {

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

// How many bytes the character that begins here has in UTF-8 (RFC 3629); 0 where none does.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xc2 ? 0 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
    if (length == 0 || byte(0) > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
    if (length > 2) {
        const int two = byte(0) << 8 | byte(1); // too long a form, a surrogate, beyond the last character
        if (two < 0xe0a0 || (two >= 0xeda0 && two < 0xee80) || (two > 0xefbf && two < 0xf090) || two > 0xf48f) return 0;
    }
    return length;
}

bool is_plain_text(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length == 0 || static_cast<unsigned char>(text[0]) < ' ') return false;
        text.remove_prefix(length);
    }
    return true;
}

// Nothing for a broken escape and for what is no text.
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
        text += static_cast<char>(byte);
    }
    if (!is_plain_text(text)) return std::nullopt;
    return text;
}

bool is_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc{} && end == text.data() + text.size();
}

bool fits(std::string_view value, std::string_view type) {
    if (type == "uuid") return is_uuid(value);
    if (type == "integer") return is_integer(value);
    return !value.empty();
}

bool matches(std::string_view pattern, std::string_view raw_path, path_parameters* found) {
    std::optional<std::string_view> wanted_rest = pattern, given_rest = raw_path;
    while (wanted_rest && given_rest) {
        const std::string_view wanted = *next(wanted_rest, '/');
        const std::string_view given = *next(given_rest, '/');
        if (!wanted.starts_with('{')) {
            if (wanted != given) return false;
            continue;
        }
        const placeholder place = read_placeholder(wanted);
        std::optional<std::string> value = decode_segment(given);
        if (!value || !fits(*value, place.type)) return false;
        if (found) found->insert_or_assign(std::string(place.name), *std::move(value));
    }
    return !wanted_rest && !given_rest;
}

// These rows stand last.
bool is_any_table(const route& row) {
    return row.path.starts_with("/api/{");
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

} // namespace

placeholder read_placeholder(std::string_view segment) {
    const std::string_view inside = segment.substr(1, segment.size() - 2);
    const auto colon = inside.find(':');
    return {inside.substr(0, colon), colon == inside.npos ? std::string_view() : inside.substr(colon + 1)};
}

std::string allowed_methods(std::string_view raw_path, const config& settings) {
    std::string allowed;
    bool path_is_known = false;
    for (const route& row : routes()) {
        if (path_is_known && is_any_table(row)) break;
        if (!matches(row.path, raw_path, nullptr)) continue;
        path_is_known = !is_any_table(row);
        if (allowed.find(row.method) != allowed.npos || !is_enabled(row.needs, settings)) continue;
        allowed += (allowed.empty() ? "" : ", ") + std::string(row.method);
        if (row.method == "GET") allowed += ", HEAD";
    }
    return allowed;
}

match find_route(std::string_view method, std::string_view raw_path, std::string_view accept, const config& settings) {
    match result;
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    bool path_is_known = false;
    for (const route& row : routes()) {
        if (path_is_known && is_any_table(row)) break; // /api/clients is no table, also where it is switched off
        path_parameters parameters;
        if (!matches(row.path, raw_path, &parameters)) continue;
        path_is_known = !is_any_table(row);
        if (!is_enabled(row.needs, settings)) continue;
        if (row.method != wanted || (!row.accept.empty() && !accepts(accept, row.accept))) continue;
        result.found = &row;
        result.parameters = std::move(parameters);
        return result;
    }
    result.allow = allowed_methods(raw_path, settings);
    return result;
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
