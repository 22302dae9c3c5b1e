#include "core/checks_phone.hpp"

#include "core/checks_text.hpp"
#include "core/unicode.hpp"

#include <algorithm>

namespace rowhouse::checks {

namespace {

// A number of 15 digits takes far less, even in full-width characters; a long cell is not worth the copy.
constexpr std::size_t longest_text = 256;
constexpr std::size_t fewest_digits = 7;
constexpr std::size_t most_digits = 15;

bool has_tel_prefix(std::string_view text) {
    return text.size() >= 4 && equals_ignoring_case(text.substr(0, 4), "tel:");
}

std::string_view without_spaces_around(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

// "+44 (0)20": the trunk zero, which is not dialled from abroad, behind one to three digits of country code.
std::size_t find_trunk_zero(std::string_view number) {
    const std::size_t zero = number.find("(0)");
    if (zero == std::string_view::npos) return zero;
    const auto digits = std::count_if(number.begin(), number.begin() + static_cast<std::ptrdiff_t>(zero), is_digit);
    return digits >= 1 && digits <= 3 ? zero : std::string_view::npos;
}

// `number` is what follows the plus sign, folded to ASCII.
std::optional<std::string_view> collect_digits(std::string_view number, std::string& buffer) {
    const std::size_t trunk_zero = find_trunk_zero(number);
    char form[most_digits + 1] = {'+'};
    std::size_t size = 1;
    for (std::size_t at = 0; at < number.size(); at++) {
        constexpr std::string_view ignored = " .-()/";
        if (at == trunk_zero) {
            at += 2;
        } else if (is_digit(number[at])) {
            if (size == sizeof form) return std::nullopt;
            form[size++] = number[at];
        } else if (ignored.find(number[at]) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    if (!is_e164({form, size})) return std::nullopt;
    buffer.assign(form, size);
    return buffer;
}

} // namespace

bool is_e164(std::string_view text) {
    return text.size() >= fewest_digits + 1 && text.size() <= most_digits + 1 && text[0] == '+' && text[1] != '0' &&
           std::all_of(text.begin() + 1, text.end(), is_digit);
}

std::optional<std::string_view> phone_form(std::string_view text, std::string& buffer) {
    if (is_e164(text)) return text;
    if (text.size() > longest_text) return std::nullopt;

    char folded[longest_text];
    std::string_view rest = text;
    if (!std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        std::size_t size = 0;
        for (std::size_t at = 0; at < text.size();) {
            const char32_t c = unicode::fold(unicode::decode(text, at));
            if (c >= 0x80) return std::nullopt;
            folded[size++] = static_cast<char>(c);
        }
        rest = {folded, size};
    }
    rest = without_spaces_around(rest);
    if (has_tel_prefix(rest)) rest = without_spaces_around(rest.substr(4));
    if (rest.empty() || rest.front() != '+') return std::nullopt;
    return collect_digits(rest.substr(1), buffer);
}

std::optional<std::string> phone(std::string_view text) {
    std::string buffer;
    if (const auto normal = phone_form(text, buffer)) return std::string(*normal);
    return std::nullopt;
}

} // namespace rowhouse::checks
