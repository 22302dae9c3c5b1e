#include "imports/target.hpp"

#include "isolation/owners.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

// Letters and digits alone, what is in brackets left out.
std::string name_letters(std::string_view text) {
    std::string letters;
    int depth = 0;
    for (const char c : text) {
        if (c == '[' || c == '(') depth++;
        if (depth == 0 && is_name_byte(lower(c))) letters += lower(c);
        if ((c == ']' || c == ')') && depth > 0) depth--;
    }
    return letters;
}

// "Email Required" and "Email*" ask for an e-mail; a column called "Required" stays one.
std::string_view without_required(std::string_view label) {
    constexpr std::string_view word = "required";
    while (!label.empty() && label.back() == ' ')
        label.remove_suffix(1);
    if (label.size() <= word.size()) return label;
    const std::string_view tail = label.substr(label.size() - word.size());
    const bool matches =
        std::equal(tail.begin(), tail.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
    if (!matches || is_name_byte(lower(label[label.size() - word.size() - 1]))) return label;
    return label.substr(0, label.size() - word.size());
}

} // namespace

std::string owner_condition(const std::vector<given_column>& owners, const std::string& alias) {
    std::string condition;
    for (const given_column& each : owners)
        condition += isolation::owner_condition(alias, each.name, each.expression);
    return condition;
}

std::optional<std::size_t> find_column(const target& target, std::string_view name) {
    for (std::size_t i = 0; i < target.columns.size(); i++)
        if (target.columns[i].name == name) return i;
    return std::nullopt;
}

std::string canonical_name(std::string_view label) {
    return name_letters(without_required(label));
}

std::string bracketed_name(std::string_view label) {
    const std::size_t open = label.find('[');
    if (open == std::string_view::npos) return {};
    const std::size_t close = label.find(']', open);
    if (close == std::string_view::npos) return {};
    return name_letters(label.substr(open + 1, close - open - 1));
}

csv::cell_type cell_type_of(const target_column& column) {
    switch (column.rule.options().type) {
    case checks::value_type::email:
        return csv::cell_type::email;
    case checks::value_type::phone:
        return csv::cell_type::phone;
    case checks::value_type::integer:
    case checks::value_type::numeric:
        return csv::cell_type::number;
    default:
        return csv::cell_type::text;
    }
}

} // namespace rowhouse::imports
