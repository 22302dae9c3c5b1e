#include "core/checks_value.hpp"

#include "core/checks_text.hpp"

#include <nlohmann/json.hpp>

namespace rowhouse::checks {

namespace {

using json = nlohmann::json;

constexpr std::size_t deepest_json = 500; // PostgreSQL parses by recursion, in a stack of 2 MB

bool is_hyphen_place(std::size_t at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
}

bool is_hex_digit(char c) {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

// Looks at the events of the parser; an answer of false ends the parsing.
struct json_walk : nlohmann::json_sax<json> {
    std::size_t depth = 0;

    static bool has_no_nul(const std::string& text) { return text.find('\0') == std::string::npos; }
    bool enter() { return ++depth <= deepest_json; }
    bool leave() {
        depth--;
        return true;
    }

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t& text) override { return has_no_nul(text); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return enter(); }
    bool key(string_t& text) override { return has_no_nul(text); }
    bool end_object() override { return leave(); }
    bool start_array(std::size_t) override { return enter(); }
    bool end_array() override { return leave(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }
};

} // namespace

std::optional<std::string_view> uuid_form(std::string_view text, std::string& buffer) {
    if (text.size() >= 2 && text.front() == '{' && text.back() == '}') text = text.substr(1, text.size() - 2);
    const bool hyphens = text.size() == 36;
    if (!hyphens && text.size() != 32) return std::nullopt;
    bool upper = false;
    for (std::size_t at = 0; at < text.size(); at++) {
        if (hyphens && is_hyphen_place(at) ? text[at] != '-' : !is_hex_digit(text[at])) return std::nullopt;
        upper |= text[at] >= 'A' && text[at] <= 'F';
    }
    if (hyphens && !upper) return text;
    buffer.clear();
    for (const char c : text) {
        if (!hyphens && is_hyphen_place(buffer.size())) buffer.push_back('-');
        buffer.push_back(to_lower(c));
    }
    return buffer;
}

bool is_json(std::string_view text) {
    // The byte order mark that the parser would skip is none of jsonb's.
    if (text.substr(0, 3) == "\xEF\xBB\xBF") return false;
    json_walk walk;
    return json::sax_parse(text, &walk);
}

} // namespace rowhouse::checks
