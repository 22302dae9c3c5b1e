#include "core/checks.hpp"

#include "core/unicode.hpp"

#include <algorithm>

namespace rowhouse::checks {

namespace {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_local_part(std::string_view local) {
    constexpr std::string_view specials = ".!#$%&'*+/=?^_`{|}~-";
    if (local.empty() || local.size() > 64 || local.front() == '.' || local.back() == '.') return false;
    if (local.find("..") != std::string_view::npos) return false;
    return std::all_of(local.begin(), local.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || specials.find(c) != std::string_view::npos;
    });
}

bool is_domain_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
    if (domain.find('.') == std::string_view::npos) return false;
    while (true) {
        const std::size_t dot = domain.find('.');
        if (!is_domain_label(domain.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        domain.remove_prefix(dot + 1);
    }
}

bool has_tel_prefix(std::string_view text) {
    constexpr std::string_view prefix = "tel:";
    return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                      [](char wanted, char c) { return wanted == to_lower(c); });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

// "+44 (0)20": the trunk zero, which is not dialled from abroad, behind one to three digits of country code.
void remove_trunk_zero(std::string& number) {
    const std::size_t zero = number.find("(0)");
    if (zero == std::string::npos) return;
    const auto digits = std::count_if(number.begin(), number.begin() + static_cast<std::ptrdiff_t>(zero), is_digit);
    if (digits >= 1 && digits <= 3) number.erase(zero, 3);
}

} // namespace

std::optional<std::string> email(std::string_view text) {
    if (text.size() > 254) return std::nullopt;
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos) return std::nullopt;
    if (!is_local_part(text.substr(0, at)) || !is_domain(text.substr(at + 1))) return std::nullopt;

    std::string normal(text);
    std::transform(normal.begin() + static_cast<std::ptrdiff_t>(at), normal.end(),
                   normal.begin() + static_cast<std::ptrdiff_t>(at), to_lower);
    return normal;
}

std::string email_key(std::string_view normal_email) {
    std::string key(normal_email);
    std::transform(key.begin(), key.end(), key.begin(), to_lower);
    return key;
}

std::optional<std::string> phone(std::string_view text) {
    // A number of 15 digits takes far less, even in full-width characters; a long cell is not worth the copy.
    constexpr std::size_t longest = 256;
    if (text.size() > longest) return std::nullopt;

    std::string folded;
    for (std::size_t at = 0; at < text.size();)
        unicode::append_utf8(folded, unicode::fold(unicode::decode(text, at)));
    std::string_view rest = trimmed(folded);
    if (has_tel_prefix(rest)) rest = trimmed(rest.substr(4));
    if (rest.empty() || rest.front() != '+') return std::nullopt;

    std::string number(rest);
    remove_trunk_zero(number);
    std::string normal = "+";
    for (const char c : std::string_view(number).substr(1)) {
        constexpr std::string_view ignored = " .-()/";
        if (is_digit(c)) {
            normal.push_back(c);
        } else if (ignored.find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    if (normal.size() < 8 || normal.size() > 16 || normal[1] == '0') return std::nullopt;
    return normal;
}

bool is_excel_mangled_number(std::string_view text) {
    const auto take_digits = [&] {
        std::size_t count = 0;
        while (count < text.size() && is_digit(text[count]))
            ++count;
        text.remove_prefix(count);
        return count;
    };
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    if (take_digits() != 1) return false;
    if (!text.empty() && (text.front() == '.' || text.front() == ',')) {
        text.remove_prefix(1);
        if (take_digits() == 0) return false;
    }
    if (text.size() < 2 || to_lower(text[0]) != 'e' || (text[1] != '+' && text[1] != '-')) return false;
    text.remove_prefix(2);
    const std::size_t exponent = take_digits();
    return exponent >= 2 && exponent <= 3 && text.empty();
}

hidden_characters find_hidden_characters(std::string_view text) {
    hidden_characters found;
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0x20 && byte < 0x7F) {
            ++at;
            continue;
        }
        const char32_t code_point = unicode::decode(text, at);
        if (code_point == '\t' || code_point == '\n' || code_point == '\r') continue;
        if (unicode::is_control(code_point)) {
            found.control = true;
        } else if (unicode::is_format(code_point) && !unicode::is_visible_format(code_point)) {
            found.invisible = true;
        }
    }
    return found;
}

} // namespace rowhouse::checks
