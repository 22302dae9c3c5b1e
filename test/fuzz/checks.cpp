// Cell checks: a normal form is what it claims to be, and its own normal form.
#include "core/checks.hpp"
#include "check.hpp"
#include "core/unicode.hpp"

#include <algorithm>

namespace rowhouse::fuzz {

namespace {

bool is_ascii_digit(char c) {
    return c >= '0' && c <= '9';
}

void check_email(std::string_view text) {
    const auto normal = checks::email(text);
    if (!normal) return;
    CHECK(normal->size() == text.size() && normal->size() <= 254);
    const std::size_t at = normal->find('@');
    CHECK(at > 0 && at <= 64 && normal->find('@', at + 1) == std::string::npos);
    CHECK(normal->find('.', at) != std::string::npos && normal->find("..") == std::string::npos);
    CHECK(normal->substr(0, at) == text.substr(0, at));
    for (const char c : *normal)
        CHECK(c > ' ' && c < '\x7F');
    CHECK(checks::email(*normal) == normal);
    CHECK(checks::email_key(checks::email_key(*normal)) == checks::email_key(*normal));
}

void check_phone(std::string_view text) {
    const auto normal = checks::phone(text);
    if (!normal) return;
    CHECK(normal->size() >= 8 && normal->size() <= 16 && (*normal)[0] == '+' && (*normal)[1] != '0');
    CHECK(std::all_of(normal->begin() + 1, normal->end(), is_ascii_digit));
    CHECK(checks::phone(*normal) == normal);
    CHECK(!checks::is_excel_mangled_number(text));
}

void check_hidden(std::string_view text) {
    const auto hidden = checks::find_hidden_characters(text);
    bool control = false;
    for (const char c : text)
        control = control || (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7F';
    CHECK(!control || hidden.control);
}

} // namespace

} // namespace rowhouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = rowhouse::fuzz::view_of(data, size);
    rowhouse::fuzz::check_email(text);
    rowhouse::fuzz::check_phone(text);
    rowhouse::fuzz::check_hidden(text);
    return 0;
}
