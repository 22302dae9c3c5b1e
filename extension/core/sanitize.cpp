#include "core/sanitize.hpp"

#include "core/checks_phone.hpp"
#include "core/checks_text.hpp"
#include "core/formula.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <array>

namespace rowhouse::csv {

namespace {

// What a reader might split a cell at, whatever separator the file itself has. CR ends a line for some readers.
constexpr std::array<bool, 256> splitters = [] {
    std::array<bool, 256> table = {};
    for (const char c : std::string_view(",;\t|\n\r"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

std::size_t find_splitter(std::string_view text, std::size_t at) {
    while (at < text.size() && !splitters[static_cast<unsigned char>(text[at])])
        ++at;
    return at;
}

constexpr bool is_line_break(char c) {
    return c == '\n' || c == '\r';
}

cell_class classify_head(std::string_view text, cell_type type) {
    const cell_class found = formula::classify_start(text);
    if (type != cell_type::phone || found == cell_class::safe) return found;
    // A spreadsheet would subtract the parts of +1-555-123-4567, but it is nothing worse than a phone number.
    const auto normal = checks::phone(text);
    if (!normal) return found;
    return *normal == text ? cell_class::safe : cell_class::quote;
}

// Walks over the places where a reader with another separator would start a new cell.
class part_walk {
public:
    explicit part_walk(std::string_view text) : text_(text) {}

    // Moves to the next place that needs neutralising; false when there is none.
    bool next() {
        while ((at_ = find_splitter(text_, at_)) < text_.size()) {
            const char separator = text_[at_++];
            class_ = classify_part(separator);
            if (class_ != cell_class::safe) return true;
        }
        return false;
    }

    std::size_t at() const { return at_; } // where the part begins
    cell_class part_class() const { return class_; }

private:
    // The part ends where the same reader would split again. Behind spaces or quotes only a formula counts, or what the
    // next cell of the line could make one; another harmless trigger must stand right behind the separator, or prose
    // such as "thanks, @bob" would be changed on export.
    cell_class classify_part(char separator) const {
        const char next = at_ < text_.size() ? text_[at_] : 'a';
        if (checks::is_letter(next) || checks::is_digit(next)) return cell_class::safe;

        const std::string_view rest = text_.substr(at_);
        const std::size_t end =
            is_line_break(separator) ? rest.find_first_of("\n\r") : rest.find_first_of(ends_of(separator));
        const std::string_view part = rest.substr(0, end);
        const cell_class found = formula::classify_start(part, true);
        if (found != cell_class::quote) return found;
        const bool right_behind = starts_with_soft_trigger(part);
        const bool goes_on = end == std::string_view::npos &&
                             starts_with_soft_trigger(part.substr(formula::skip_hidden(part, true))) &&
                             formula::is_unfinished(part);
        return right_behind || goes_on ? cell_class::quote : cell_class::safe;
    }

    static std::string_view ends_of(char separator) {
        switch (separator) {
        case ',':
            return ",\n\r";
        case ';':
            return ";\n\r";
        case '\t':
            return "\t\n\r";
        default:
            return "|\n\r";
        }
    }

    static bool starts_with_soft_trigger(std::string_view text) {
        if (text.empty()) return false;
        std::size_t at = 0;
        const char32_t first = unicode::fold(unicode::decode(text, at));
        return first == '+' || first == '-' || first == '@';
    }

    std::string_view text_;
    std::size_t at_ = 0;
    cell_class class_ = cell_class::safe;
};

bool needs_apostrophe(cell_class head) {
    return head == cell_class::danger || head == cell_class::quote;
}

// The value of an enumeration whose names stand in the order of its values.
template <typename Value, std::size_t count>
std::optional<Value> from_name(const std::array<std::string_view, count>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Value>(found - names.begin());
}

} // namespace

std::optional<cell_type> cell_type_from_name(std::string_view name) {
    constexpr std::array<std::string_view, 5> names = {"text", "number", "email", "phone", "header"};
    return from_name<cell_type>(names, name);
}

std::string_view to_string(cell_class value) {
    constexpr std::array<std::string_view, 4> names = {"safe", "quote", "split", "danger"};
    return names[static_cast<std::size_t>(value)];
}

cell_class classify(std::string_view text, cell_type type) {
    if (is_plainly_safe(text) || formula::is_number(text)) return cell_class::safe;
    cell_class found = classify_head(text, type);
    if (found == cell_class::danger) return found;

    // ";=1+1" is neutralised by its own first character, so the part behind it is no news.
    const std::size_t head = formula::skip_hidden(text, false);
    const bool starts_with_splitter = head < text.size() && (text[head] == ';' || text[head] == '|');
    part_walk parts(text);
    while (parts.next()) {
        if (starts_with_splitter && parts.at() == head + 1) continue;
        if (parts.part_class() == cell_class::danger) return cell_class::split;
        found = cell_class::quote;
    }
    return found;
}

bool is_plainly_safe(std::string_view text) {
    if (text.empty()) return true;
    const char first = text.front();
    return (checks::is_letter(first) || checks::is_digit(first)) && find_splitter(text, 0) == text.size();
}

std::string sanitize(std::string_view text, cell_type type) {
    if (is_plainly_safe(text) || formula::is_number(text)) return std::string(text);
    std::string out;
    out.reserve(text.size() + 1);
    if (needs_apostrophe(classify_head(text, type))) out.push_back('\'');
    part_walk parts(text);
    std::size_t copied = 0;
    while (parts.next()) {
        out.append(text.substr(copied, parts.at() - copied));
        out.push_back('\'');
        copied = parts.at();
    }
    out.append(text.substr(copied));
    return out;
}

std::string_view unsanitize(std::string_view text) {
    if (text.empty() || text.front() != '\'') return text;
    return needs_apostrophe(formula::classify_start(text.substr(1))) ? text.substr(1) : text;
}

} // namespace rowhouse::csv
