#include "core/checks_number.hpp"

#include "core/checks_text.hpp"
#include "core/unicode.hpp"

#include <algorithm>

namespace rowhouse::checks {

namespace {

using kind = number_reading::kind;

constexpr std::size_t longest_text = 1000; // more digits than any column is for
constexpr std::size_t most_exponent_digits = 3;

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

// The usual case, which is its own normal form: digits and at most a decimal point that can be nothing else.
bool is_normal(std::string_view text, number_locale locale, bool whole) {
    const std::size_t begin = text[0] == '-' ? 1 : 0;
    const std::size_t point = skip_digits(text, begin);
    const std::size_t digits = point - begin;
    const bool idle_zero = digits > 1 && text[begin] == '0';
    if (digits == 0 || idle_zero || text.size() > longest_text) return false;
    if (point == text.size()) return text != "-0";
    if (whole || text[point] != '.' || locale == number_locale::comma) return false;
    const std::size_t fraction = text.size() - point - 1;
    const bool could_be_group = fraction == 3 && digits <= 3 && text[begin] != '0';
    if (could_be_group && locale == number_locale::detect) return false;
    return fraction > 0 && skip_digits(text, point + 1) == text.size();
}

// Arabic decimal and thousands signs, the minus sign of typographers and the apostrophe of the Swiss, then what
// unicode::fold does. NUL for what no number holds.
char fold(char32_t c) {
    switch (c) {
    case 0x066B:
        return 'd';
    case 0x066C:
    case 0x2019:
        return '\'';
    case 0x2212:
        return '-';
    default:
        c = unicode::fold(c);
        constexpr std::string_view allowed = "0123456789.,' +-eE";
        return c < 0x80 && allowed.find(static_cast<char>(c)) != allowed.npos ? static_cast<char>(c) : '\0';
    }
}

// Groups of three, as in the West, or of two before the last three, as in India; one sign between all of them.
bool are_groups(std::string_view digits) {
    const std::size_t first = skip_digits(digits, 0);
    if (first == digits.size()) return true;
    const char sign = digits[first];
    const std::size_t groups = static_cast<std::size_t>(std::count(digits.begin(), digits.end(), sign));
    const std::size_t middle = groups > 1 ? skip_digits(digits, first + 1) - first - 1 : 3;
    if (first < 1 || first > middle || middle < 2 || middle > 3) return false;
    std::size_t at = first;
    for (std::size_t i = 1; i <= groups; i++) {
        const std::size_t end = at + 1 + (i == groups ? 3 : middle);
        if (at >= digits.size() || digits[at] != sign || skip_digits(digits, at + 1) != end) return false;
        at = end;
    }
    return at == digits.size();
}

// The parts of a number; `body` is what stands between sign and exponent.
struct parts {
    bool negative = false;
    std::string_view body;
    std::string_view exponent; // without the letter and a plus sign
};

bool split(std::string_view text, parts& out) {
    if (text.front() == '-' || text.front() == '+') {
        out.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const std::size_t letter = text.find_first_of("eE");
    out.body = text.substr(0, letter);
    if (letter == std::string_view::npos) return !out.body.empty();
    out.exponent = text.substr(letter + 1);
    if (!out.exponent.empty() && out.exponent.front() == '+') out.exponent.remove_prefix(1);
    const std::size_t sign = !out.exponent.empty() && out.exponent.front() == '-' ? 1 : 0;
    const std::size_t digits = out.exponent.size() - sign;
    return !out.body.empty() && digits >= 1 && digits <= most_exponent_digits &&
           skip_digits(out.exponent, sign) == out.exponent.size();
}

// Decides what the point or comma at `sign` is, the only one of its kind and the last sign of all.
kind judge_single(std::string_view body, std::size_t sign, const parts& number, number_locale locale, bool whole,
                  bool& decimal) {
    const std::string_view before = body.substr(0, sign);
    const bool could_be_group = number.exponent.empty() && body.size() - sign == 4 && !before.empty() &&
                                before.size() <= 3 && before[0] != '0' && skip_digits(before, 0) == before.size();
    const bool is_point = body[sign] == '.';
    if (locale != number_locale::detect) {
        decimal = is_point == (locale == number_locale::point) || !could_be_group;
        return decimal && is_point != (locale == number_locale::point) ? kind::clash : kind::plain;
    }
    decimal = !could_be_group || (is_point && !whole);
    return could_be_group ? kind::ambiguous : kind::plain;
}

// The position of the decimal sign in the body, npos for none; `is` becomes how sure that is.
std::size_t find_decimal_sign(const parts& number, number_locale locale, bool whole, kind& is) {
    const std::string_view body = number.body;
    is = kind::plain;
    if (const std::size_t arabic = body.find('d'); arabic != body.npos) return arabic;
    const auto points = std::count(body.begin(), body.end(), '.');
    const auto commas = std::count(body.begin(), body.end(), ',');
    if (points + commas == 0) return body.npos;
    const std::size_t last = body.find_last_of(".,");
    const auto of_its_kind = body[last] == '.' ? points : commas;
    const bool is_point = body[last] == '.';
    const auto clashes = [&](bool point_is_decimal) {
        return locale != number_locale::detect && point_is_decimal != (locale == number_locale::point);
    };
    if (points > 0 && commas > 0) {
        if (clashes(is_point)) is = kind::clash;
        return last; // were it a group sign after all, are_groups() would refuse the rest
    }
    if (of_its_kind > 1) {
        if (clashes(!is_point)) is = kind::clash;
        return body.npos;
    }
    bool decimal = false;
    is = judge_single(body, last, number, locale, whole, decimal);
    return decimal ? last : body.npos;
}

// A sign that separates groups tells what the decimal sign would be.
char decimal_sign_of(std::string_view body, std::size_t sign) {
    if (sign != body.npos) return body[sign] == ',' ? ',' : '.';
    if (body.find('.') != body.npos) return ',';
    return body.find(',') != body.npos ? '.' : '\0';
}

void append_digits(std::string& out, std::string_view text) {
    for (const char c : text)
        if (is_digit(c)) out.push_back(c);
}

} // namespace

number_reading read_number(std::string_view text, number_locale locale, bool whole, std::string& buffer) {
    if (text.empty() || text.size() > longest_text) return {};
    if (is_normal(text, locale, whole)) {
        const bool has_point = text.find('.') != std::string_view::npos;
        return {kind::plain, has_point ? '.' : '\0', text};
    }
    char folded[longest_text];
    std::size_t size = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = fold(unicode::decode(text, at));
        if (c == '\0') return {};
        folded[size++] = c;
    }
    parts number;
    if (!split({folded, size}, number)) return {};

    number_reading result;
    const std::size_t sign = find_decimal_sign(number, locale, whole, result.is);
    std::string_view before = number.body.substr(0, sign);
    const std::string_view fraction = sign == number.body.npos ? std::string_view{} : number.body.substr(sign + 1);
    const bool lacks_digits = before.empty() && fraction.empty();
    if (lacks_digits || (!before.empty() && !are_groups(before)) || skip_digits(fraction, 0) != fraction.size())
        return {};
    if (whole && (!number.exponent.empty() || fraction.find_first_not_of('0') != fraction.npos)) return {};

    buffer.assign(number.negative ? "-" : "");
    const std::size_t begin = buffer.size();
    append_digits(buffer, before);
    buffer.erase(begin, std::min(buffer.find_first_not_of('0', begin), buffer.size()) - begin);
    if (buffer.size() == begin) buffer.push_back('0');
    if (!whole && !fraction.empty()) buffer.append(".").append(fraction);
    if (!number.exponent.empty()) buffer.append("e").append(number.exponent);
    if (buffer == "-0") buffer = "0";
    result.normal = buffer;
    if (result.is != kind::ambiguous) result.decimal_sign = decimal_sign_of(number.body, sign);
    return result;
}

namespace {

// A normal form taken apart: the digits from the first that is not zero on, and the power of ten of that one.
class magnitude {
public:
    explicit magnitude(std::string_view normal) {
        negative_ = normal.front() == '-';
        if (negative_) normal.remove_prefix(1);
        const std::size_t letter = normal.find('e');
        mantissa_ = normal.substr(0, letter);
        first_ = std::min(mantissa_.find_first_not_of("0."), mantissa_.size());
        const std::size_t point = std::min(mantissa_.find('.'), mantissa_.size());
        power_ = static_cast<long>(point) - static_cast<long>(first_) - (first_ < point ? 1 : 0);
        if (letter == normal.npos) return;
        long exponent = 0;
        const std::string_view digits = normal.substr(letter + 1);
        for (const char c : digits)
            if (is_digit(c)) exponent = exponent * 10 + (c - '0');
        power_ += digits.front() == '-' ? -exponent : exponent;
    }

    int sign() const { return first_ == mantissa_.size() ? 0 : negative_ ? -1 : 1; }

    int compare_absolute(const magnitude& other) const {
        if (power_ != other.power_) return power_ < other.power_ ? -1 : 1;
        std::size_t mine = first_;
        std::size_t theirs = other.first_;
        while (mine < mantissa_.size() || theirs < other.mantissa_.size()) {
            const char a = next_digit(mantissa_, mine);
            const char b = next_digit(other.mantissa_, theirs);
            if (a != b) return a < b ? -1 : 1;
        }
        return 0;
    }

private:
    static char next_digit(std::string_view mantissa, std::size_t& at) {
        if (at < mantissa.size() && mantissa[at] == '.') at++;
        return at < mantissa.size() ? mantissa[at++] : '0';
    }

    bool negative_;
    std::string_view mantissa_;
    std::size_t first_;
    long power_;
};

} // namespace

int compare_numbers(std::string_view a, std::string_view b) {
    const magnitude left(a);
    const magnitude right(b);
    if (left.sign() != right.sign()) return left.sign() < right.sign() ? -1 : 1;
    if (left.sign() == 0) return 0;
    return left.sign() * left.compare_absolute(right);
}

std::optional<std::string_view> read_boolean(std::string_view text) {
    constexpr std::string_view yes[] = {"true", "t",         "yes",        "y",   "on",   "1",  "ja",
                                        "j",    "wahr",      "vrai",       "oui", "vero", "si", "sì",
                                        "sí",   "verdadero", "verdadeiro", "sim", "waar"};
    constexpr std::string_view no[] = {"false",  "f",    "no",  "n",     "off", "0",   "nein",
                                       "falsch", "faux", "non", "falso", "não", "nee", "onwaar"};
    constexpr std::size_t longest_word = 12;
    if (text.size() > longest_word) return std::nullopt;
    std::string word; // short enough never to be allocated
    append_folded(word, text);
    if (std::find(std::begin(yes), std::end(yes), word) != std::end(yes)) return "true";
    if (std::find(std::begin(no), std::end(no), word) != std::end(no)) return "false";
    return std::nullopt;
}

} // namespace rowhouse::checks
