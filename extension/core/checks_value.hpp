// Values with a form of their own: UUID and JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::checks {

// 32 hexadecimal digits, with hyphens as 8-4-4-4-12 or without any, in braces or not. Normal form: lower case with
// hyphens; the text itself, or in `buffer`.
std::optional<std::string_view> uuid_form(std::string_view text, std::string& buffer);

// Whether jsonb will take it: one JSON value (RFC 8259), no \u0000, and not deeper than PostgreSQL reads with ease.
bool is_json(std::string_view text);

} // namespace rowhouse::checks
