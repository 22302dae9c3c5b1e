// multipart/form-data (RFC 7578) over a body that is whole in memory: no copy of the file, and every byte bounded
// before it comes here. The HTTP library's own parser refuses a body without a line break after the last boundary,
// which widely used clients send.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

struct form_part {
    std::string name;
    std::optional<std::string> file_name{};
    std::string_view content; // points into the body
};

// The parts in order; nothing when the body is not well formed.
std::optional<std::vector<form_part>> parse_multipart(std::string_view body, std::string_view content_type);

// The value of `name` in a header such as `form-data; name="file"; filename="a.csv"`; quotes are taken off.
std::optional<std::string> header_parameter(std::string_view header, std::string_view name);

// ASCII only.
std::string lower(std::string_view text);
std::string_view trim(std::string_view text);

} // namespace rowhouse
