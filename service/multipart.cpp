#include "multipart.hpp"

#include <algorithm>
#include <functional>

namespace rowhouse {
namespace {

constexpr std::size_t max_parts = 32;
constexpr std::size_t max_part_headers = 8192;

// A quoted string ends at the first quote that no backslash precedes. Browsers write a quote inside a file name as
// %22 and leave backslashes alone, so a backslash counts only before a quote.
std::string unquote(std::string_view text, std::size_t& position) {
    std::string value;
    for (++position; position < text.size() && text[position] != '"'; ++position) {
        if (text[position] == '\\' && position + 1 < text.size() && text[position + 1] == '"') ++position;
        value += text[position];
    }
    if (position < text.size()) ++position;
    return value;
}

std::optional<form_part> parse_part(std::string_view part) {
    const auto blank = part.find("\r\n\r\n");
    if (blank == part.npos || blank > max_part_headers) return std::nullopt;
    std::string_view headers = part.substr(0, blank);
    while (!headers.empty()) {
        const std::string_view line = headers.substr(0, headers.find("\r\n"));
        headers.remove_prefix(std::min(headers.size(), line.size() + 2));
        const auto colon = line.find(':');
        if (colon == line.npos || lower(trim(line.substr(0, colon))) != "content-disposition") continue;
        const std::string_view value = trim(line.substr(colon + 1));
        const std::optional<std::string> name = header_parameter(value, "name");
        if (lower(trim(value.substr(0, value.find(';')))) != "form-data" || !name) return std::nullopt;
        return form_part{*name, header_parameter(value, "filename"), part.substr(blank + 4)};
    }
    return std::nullopt;
}

} // namespace

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
    std::size_t position = header.find(';');
    while (position < header.size()) {
        const std::size_t equals = header.find_first_of("=;", ++position);
        if (equals == header.npos) return std::nullopt;
        const std::string key = lower(trim(header.substr(position, equals - position)));
        position = equals;
        if (header[equals] == ';') continue; // a word without a value
        position = header.find_first_not_of(" \t", equals + 1);
        if (position == header.npos) return std::nullopt;
        std::string value;
        if (header[position] == '"') {
            value = unquote(header, position);
            position = header.find(';', position);
        } else {
            const std::size_t end = header.find(';', position);
            value = trim(header.substr(position, end == header.npos ? end : end - position));
            position = end;
        }
        if (key == name) return value;
    }
    return std::nullopt;
}

std::optional<std::vector<form_part>> parse_multipart(std::string_view body, std::string_view content_type) {
    const std::optional<std::string> boundary = header_parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70) return std::nullopt; // 70: RFC 2046
    // Every boundary but the first follows a line break that belongs to it; text before the first is allowed.
    const std::string first = "--" + *boundary;
    const std::string delimiter = "\r\n" + first;
    const std::boyer_moore_horspool_searcher searcher(delimiter.begin(), delimiter.end());
    const auto find_delimiter = [&](std::string_view text) {
        return static_cast<std::size_t>(std::search(text.begin(), text.end(), searcher) - text.begin());
    };
    if (body.starts_with(first)) {
        body.remove_prefix(first.size());
    } else {
        const std::size_t at = find_delimiter(body);
        if (at == body.size()) return std::nullopt;
        body.remove_prefix(at + delimiter.size());
    }
    std::vector<form_part> parts;
    while (!body.starts_with("--")) {
        // White space may follow a boundary on its line.
        const std::size_t line_break = body.find_first_not_of(" \t");
        if (line_break == body.npos || body.substr(line_break, 2) != "\r\n" || parts.size() == max_parts)
            return std::nullopt;
        body.remove_prefix(line_break + 2);
        const std::size_t end = find_delimiter(body);
        if (end == body.size()) return std::nullopt;
        const std::optional<form_part> part = parse_part(body.substr(0, end));
        if (!part) return std::nullopt;
        parts.push_back(*part);
        body.remove_prefix(end + delimiter.size());
    }
    return parts;
}

} // namespace rowhouse
