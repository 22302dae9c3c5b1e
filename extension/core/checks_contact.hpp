// E-mail addresses and web addresses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::checks {

// WHATWG HTML address with the limits of RFC 5321 (local part 64, whole 254 octets), no leading, trailing or double dot
// in the local part, and a dot in the domain. Normal form: domain in lower case, local part as sent.
std::optional<std::string> email(std::string_view text);

// The same without a copy: the normal form is the text itself, or stands in `buffer`.
std::optional<std::string_view> email_form(std::string_view text, std::string& buffer);

// Whether it is one in its normal form, and nothing that a spreadsheet would compute, whole or in part.
bool is_plain_email(std::string_view text);

// The key under which two addresses count as the same: the normal form, case-folded as a whole.
std::string email_key(std::string_view normal_email);

// An absolute http or https address (RFC 3986) with a host; letters outside ASCII may stand behind the host. Normal
// form: scheme and host in lower case.
std::optional<std::string_view> url_form(std::string_view text, std::string& buffer);

} // namespace rowhouse::checks
