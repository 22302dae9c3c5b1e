#include "core/checks_contact.hpp"

#include "core/checks_text.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <array>

namespace rowhouse::checks {

namespace {

constexpr std::uint8_t in_local_part = 1;
constexpr std::uint8_t in_label = 2;
constexpr std::uint8_t upper_case = 4;
constexpr std::uint8_t full_stop = 8;
constexpr std::uint8_t in_url = 16;   // RFC 3986: unreserved, reserved and the percent sign
constexpr std::uint8_t opener = 32;   // of those in a local part: what a formula may begin with, for some reader
constexpr std::uint8_t splitter = 64; // where a reader with another separator would split

constexpr std::array<std::uint8_t, 256> byte_classes = [] {
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t byte = 0; byte < 128; byte++) {
        const char c = static_cast<char>(byte);
        if (is_letter(c) || is_digit(c)) classes[byte] = in_local_part | in_label | in_url;
        if (c >= 'A' && c <= 'Z') classes[byte] |= upper_case;
    }
    for (const char c : std::string_view(".!#$%&'*+/=?^_`{|}~-"))
        classes[static_cast<std::size_t>(c)] |= in_local_part;
    for (const char c : std::string_view("-._~:/?#[]@!$&'()*+,;=%"))
        classes[static_cast<std::size_t>(c)] |= in_url;
    for (const char c : {'=', '+', '-', '%', '\'', '|'})
        classes[static_cast<std::size_t>(c)] |= opener;
    classes['|'] |= splitter;
    classes['-'] |= in_label;
    classes['.'] |= full_stop;
    return classes;
}();

std::uint8_t class_of(char c) {
    return byte_classes[static_cast<unsigned char>(c)];
}

struct local_part {
    std::size_t end = 0;   // behind its last byte; 0 when it is none
    std::uint8_t seen = 0; // the classes of its bytes
};

local_part read_local_part(std::string_view text) {
    local_part found;
    std::size_t at = 0;
    std::uint8_t previous = full_stop; // so that none may come first
    std::uint8_t doubled = 0;
    for (; at < text.size(); at++) {
        const std::uint8_t byte_class = class_of(text[at]);
        if (!(byte_class & in_local_part)) break;
        doubled |= byte_class & previous;
        found.seen |= byte_class;
        previous = byte_class;
    }
    if (at <= 64 && !((doubled | previous) & full_stop)) found.end = at;
    return found;
}

struct domain_form {
    bool valid = false;
    bool upper = false; // has capital letters
};

domain_form read_domain(std::string_view domain, std::size_t min_labels) {
    std::size_t labels = 1;
    std::size_t start = 0;
    std::uint8_t seen = 0;
    for (std::size_t at = 0; at <= domain.size(); at++) {
        const bool end = at == domain.size();
        const std::uint8_t byte_class = end ? 0 : class_of(domain[at]);
        seen |= byte_class;
        if (byte_class & in_label) continue;
        if (at == start || at - start > 63 || domain[start] == '-' || domain[at - 1] == '-') return {};
        if (end) break;
        if (domain[at] != '.') return {};
        start = at + 1;
        labels++;
    }
    return {labels >= min_labels, (seen & upper_case) != 0};
}

struct email_parts {
    local_part local;
    domain_form domain;
};

email_parts read_email(std::string_view text) {
    if (text.size() > 254) return {};
    const local_part local = read_local_part(text);
    if (local.end == 0 || local.end == text.size() || text[local.end] != '@') return {};
    return {local, read_domain(text.substr(local.end + 1), 2)};
}

// `text` with the part from `begin` to `end` in lower case.
std::string_view lowered(std::string_view text, std::size_t begin, std::size_t end, std::string& buffer) {
    buffer.assign(text);
    for (std::size_t at = begin; at < end; at++)
        buffer[at] = to_lower(buffer[at]);
    return buffer;
}

bool is_port(std::string_view port) {
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return false;
    int number = 0;
    for (const char c : port)
        number = number * 10 + (c - '0');
    return number > 0 && number <= 65535;
}

// [2001:db8::1]: the letters of one, in brackets.
bool is_ip6_literal(std::string_view host) {
    if (host.size() < 4 || host.front() != '[' || host.back() != ']') return false;
    host = host.substr(1, host.size() - 2);
    return host.find(':') != std::string_view::npos && host.find_first_not_of("0123456789abcdefABCDEF:.") == host.npos;
}

// A percent sign stands before two hexadecimal digits. What is not ASCII must be letters or signs that can be seen.
bool is_url_tail(std::string_view tail) {
    for (std::size_t at = 0; at < tail.size();) {
        if (static_cast<unsigned char>(tail[at]) >= 0x80) {
            const char32_t c = unicode::decode(tail, at);
            if (unicode::is_control(c) || unicode::is_format(c) || unicode::is_separator(c)) return false;
            continue;
        }
        if (!(class_of(tail[at]) & in_url)) return false;
        constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";
        if (tail[at] == '%' && (tail.size() - at < 3 || hexadecimal.find(tail[at + 1]) == hexadecimal.npos ||
                                hexadecimal.find(tail[at + 2]) == hexadecimal.npos))
            return false;
        at++;
    }
    return true;
}

} // namespace

std::optional<std::string_view> email_form(std::string_view text, std::string& buffer) {
    const email_parts parts = read_email(text);
    if (!parts.domain.valid) return std::nullopt;
    return parts.domain.upper ? lowered(text, parts.local.end + 1, text.size(), buffer) : text;
}

bool is_plain_email(std::string_view text) {
    const email_parts parts = read_email(text);
    return parts.domain.valid && !parts.domain.upper && !(parts.local.seen & splitter) &&
           !(class_of(text.front()) & opener);
}

std::optional<std::string> email(std::string_view text) {
    std::string buffer;
    const auto normal = email_form(text, buffer);
    if (!normal) return std::nullopt;
    return buffer.empty() ? std::string(*normal) : std::move(buffer);
}

std::string email_key(std::string_view normal_email) {
    std::string key(normal_email);
    std::transform(key.begin(), key.end(), key.begin(), to_lower);
    return key;
}

std::optional<std::string_view> url_form(std::string_view text, std::string& buffer) {
    const std::size_t colon = text.substr(0, 6).find(':');
    if (colon == std::string_view::npos || text.substr(colon, 3) != "://") return std::nullopt;
    const std::string_view scheme = text.substr(0, colon);
    if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) return std::nullopt;

    const std::size_t begin = colon + 3;
    const std::size_t authority_end = std::min(text.find_first_of("/?#", begin), text.size());
    std::string_view host = text.substr(begin, authority_end - begin);
    const std::size_t port = host.rfind(':');
    if (port != std::string_view::npos && host.find(']', port) == std::string_view::npos) {
        if (!is_port(host.substr(port + 1))) return std::nullopt;
        host = host.substr(0, port);
    }
    // No names and passwords before an @: they are there to deceive, or should not be in a table.
    if (host.size() > 253 || (!is_ip6_literal(host) && !read_domain(host, 1).valid)) return std::nullopt;
    if (!is_url_tail(text.substr(authority_end))) return std::nullopt;
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const bool lower = std::none_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(authority_end), is_upper);
    return lower ? text : lowered(text, 0, authority_end, buffer);
}

} // namespace rowhouse::checks
