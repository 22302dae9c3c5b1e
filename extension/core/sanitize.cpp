#include "core/sanitize.hpp"

#include "core/checks.hpp"
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

constexpr bool is_digit(char32_t c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_line_break(char c) {
    return c == '\n' || c == '\r';
}

// Characters that a spreadsheet drops or ignores in front of a formula.
bool is_hidden(char32_t c) {
    return unicode::is_control(c) || unicode::is_format(c) || unicode::is_separator(c);
}

std::size_t skip_hidden(std::string_view text, bool quotes_too) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t next = at;
        const char32_t c = unicode::decode(text, next);
        if (!is_hidden(c) && !(quotes_too && c == '"')) break;
        at = next;
    }
    return at;
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(static_cast<unsigned char>(text[at])))
        ++at;
    return at;
}

// -5, +1,234.56, -12,5, -1.5E-3, -50%, +15551234567: the whole of the text is one number.
bool is_number(std::string_view text) {
    std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const std::size_t whole = skip_digits(text, at);
    std::size_t groups = whole;
    const std::size_t leading = whole - at;
    if (leading >= 1 && leading <= 3 && whole < text.size() && (text[whole] == ',' || text[whole] == '.')) {
        const char separator = text[whole];
        while (groups < text.size() && text[groups] == separator && skip_digits(text, groups + 1) == groups + 4)
            groups += 4;
    }
    at = groups;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
        const std::size_t fraction = skip_digits(text, at + 1);
        if (fraction == at + 1) return false;
        at = fraction;
    } else if (leading == 0) {
        return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        const std::size_t exponent = skip_digits(text, at);
        if (exponent == at) return false;
        at = exponent;
    }
    if (at < text.size() && text[at] == '%') ++at;
    return at == text.size();
}

// Whether what follows a sign or an "at" is an expression and not a word, a list mark or a handle: a function call, a
// reference to another program or sheet, or an operator between operands. Linear: it never looks back further than the
// last word.
bool computes(std::string_view text) {
    char32_t previous = 0; // the last character that is not hidden
    bool in_word = false;  // nothing hidden stands between `previous` and here
    bool word_has_letter = false;
    bool after_operator = false; // the last thing seen is an operator with an operand on its left
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = unicode::fold(unicode::decode(text, at));
        if (is_hidden(c)) {
            in_word = false;
            continue;
        }
        if (c == '\'')
            continue; // a quoted name gives itself away by its "!"; and sanitize() may have put this one here
        const bool name_character = is_letter(c) || c == '_' || c >= 0x80;
        const bool word_character = name_character || is_digit(c) || c == '.';
        const bool operand_start = word_character || c == '$' || c == '(' || c == '"';
        if (c == '|' || (previous == '!' && operand_start) || (after_operator && operand_start)) return true;
        if (c == '(' && word_has_letter) return true;

        if (!word_character || !in_word) word_has_letter = false;
        if (name_character) word_has_letter = true;
        in_word = word_character;

        constexpr std::string_view operators = "+-*/^&<>=";
        const bool is_operator = c < 0x80 && operators.find(static_cast<char>(c)) != std::string_view::npos;
        const bool operand_before = is_digit(previous) || previous == ')' || previous == '"' || previous == '%';
        after_operator = is_operator && (operand_before || after_operator);
        previous = c;
    }
    return false;
}

// Whether more text would continue this as an expression: it ends where an operand is missing, or inside a string or a
// quoted name. A cell that ends so must not rely on its own end, because a reader with another separator goes on to the
// next cell. An apostrophe counts behind an operator alone: there sanitize() puts none.
bool is_unfinished(std::string_view text) {
    constexpr std::string_view operators = "+-*/^&<>=@(";
    constexpr std::string_view expecting = "+-*/^&<>=@({,;:!|";
    const auto is_one_of = [](std::string_view set, char32_t c) {
        return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    char32_t previous = 0; // spaces aside
    char32_t last_visible = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = unicode::fold(unicode::decode(text, at));
        if (c == '"' || (c == '\'' && is_one_of(operators, previous))) return true;
        if (c != ' ') previous = c;
        if (!is_hidden(c)) last_visible = c;
    }
    return is_one_of(expecting, last_visible);
}

// The class of a text by how it begins; what stands behind separators is not looked at.
cell_class classify_head(std::string_view text, bool quotes_too = false) {
    if (text.empty() || is_number(text)) return cell_class::safe;

    const std::size_t start = skip_hidden(text, quotes_too);
    const bool leading_control = unicode::is_control(static_cast<unsigned char>(text[0]));
    const cell_class harmless = leading_control ? cell_class::quote : cell_class::safe;
    if (start == text.size()) return harmless;

    std::size_t at = start;
    switch (unicode::fold(unicode::decode(text, at))) {
    case '=':
        return cell_class::danger;
    case '|':
    case '%':
    case ';':
        return cell_class::quote;
    case '+':
    case '-':
    case '@':
        break;
    default:
        return harmless;
    }
    // Signs may be stacked; an equals sign among them makes a formula of it.
    std::size_t operand = at;
    while (operand < text.size()) {
        std::size_t next = operand;
        const char32_t c = unicode::fold(unicode::decode(text, next));
        if (c == '=') return cell_class::danger;
        if (c != '+' && c != '-' && c != '@' && !is_hidden(c)) break;
        operand = next;
    }
    return computes(text.substr(operand)) ? cell_class::danger : cell_class::quote;
}

cell_class classify_head(std::string_view text, cell_type type) {
    const cell_class found = classify_head(text);
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
        if (is_letter(static_cast<unsigned char>(next)) || is_digit(static_cast<unsigned char>(next)))
            return cell_class::safe;

        const std::string_view rest = text_.substr(at_);
        const std::size_t end =
            is_line_break(separator) ? rest.find_first_of("\n\r") : rest.find_first_of(ends_of(separator));
        const std::string_view part = rest.substr(0, end);
        const cell_class found = classify_head(part, true);
        if (found != cell_class::quote) return found;
        const bool right_behind = starts_with_soft_trigger(part);
        const bool goes_on = end == std::string_view::npos &&
                             starts_with_soft_trigger(part.substr(skip_hidden(part, true))) && is_unfinished(part);
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
    if (is_plainly_safe(text) || is_number(text)) return cell_class::safe;
    cell_class found = classify_head(text, type);
    if (found == cell_class::danger) return found;

    // ";=1+1" is neutralised by its own first character, so the part behind it is no news.
    const std::size_t head = skip_hidden(text, false);
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
    const auto first = static_cast<unsigned char>(text.front());
    return (is_letter(first) || is_digit(first)) && find_splitter(text, 0) == text.size();
}

std::string sanitize(std::string_view text, cell_type type) {
    if (is_plainly_safe(text) || is_number(text)) return std::string(text);
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
    return needs_apostrophe(classify_head(text.substr(1))) ? text.substr(1) : text;
}

} // namespace rowhouse::csv
