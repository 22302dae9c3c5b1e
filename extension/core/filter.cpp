#include "core/filter.hpp"

namespace rowhouse::filter {

namespace {

struct named_comparison {
    std::string_view name;
    comparison how;
};

constexpr named_comparison comparisons[] = {
    {"eq", comparison::eq},       {"neq", comparison::neq}, {"gt", comparison::gt}, {"gte", comparison::gte},
    {"lt", comparison::lt},       {"lte", comparison::lte}, {"in", comparison::in}, {"like", comparison::like},
    {"ilike", comparison::ilike}, {"is", comparison::is},
};

bool take(std::string_view& text, std::string_view beginning) {
    if (!text.starts_with(beginning)) return false;
    text.remove_prefix(beginning.size());
    return true;
}

// `at` is behind the opening quote, and comes to stand behind the closing one.
bool read_quoted(std::string_view list, std::size_t& at, std::string& text) {
    for (; at < list.size(); at++) {
        if (list[at] == '"') {
            at++;
            return true;
        }
        if (list[at] == '\\' && at + 1 < list.size()) at++;
        text += list[at];
    }
    return false;
}

bool read_values(std::string_view text, std::vector<std::string>& values) {
    if (!take(text, "(") || !text.ends_with(')')) return false;
    text.remove_suffix(1);
    if (text.empty()) return true;
    const auto items = split_list(text);
    if (!items) return false;
    for (const list_item& each : *items) {
        if (!each.rest.empty()) return false;
        values.push_back(each.text);
    }
    return true;
}

} // namespace

std::optional<std::vector<list_item>> split_list(std::string_view list) {
    std::vector<list_item> items;
    std::size_t at = 0;
    while (true) {
        list_item item;
        if (at < list.size() && list[at] == '"') {
            item.quoted = true;
            at++;
            if (!read_quoted(list, at, item.text)) return std::nullopt;
        }
        const std::size_t end = list.find(',', at);
        const std::string_view plain = list.substr(at, end == list.npos ? list.npos : end - at);
        (item.quoted ? item.rest : item.text) = plain;
        items.push_back(std::move(item));
        if (end == list.npos) return items;
        at = end + 1;
    }
}

std::optional<condition> parse_condition(std::string_view text) {
    condition parsed;
    parsed.negated = take(text, "not.");
    const std::size_t dot = text.find('.');
    if (dot == text.npos) return std::nullopt;
    const std::string_view name = text.substr(0, dot);
    const std::string_view value = text.substr(dot + 1);
    for (const named_comparison& each : comparisons) {
        if (each.name != name) continue;
        parsed.how = each.how;
        if (each.how == comparison::in) return read_values(value, parsed.values) ? std::optional(parsed) : std::nullopt;
        if (each.how == comparison::is && value != "null" && value != "true" && value != "false") return std::nullopt;
        parsed.value = value;
        return parsed;
    }
    return std::nullopt;
}

} // namespace rowhouse::filter
