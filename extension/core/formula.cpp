#include "core/formula.hpp"

#include "core/unicode.hpp"

namespace rowhouse::csv::formula {

namespace {

constexpr bool is_digit(char32_t c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Characters that a spreadsheet drops or ignores in front of a formula.
bool is_hidden(char32_t c) {
    return unicode::is_control(c) || unicode::is_format(c) || unicode::is_separator(c);
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(static_cast<unsigned char>(text[at])))
        ++at;
    return at;
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

} // namespace

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

cell_class classify_start(std::string_view text, bool quotes_too) {
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

} // namespace rowhouse::csv::formula
