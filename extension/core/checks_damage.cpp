#include "core/checks_damage.hpp"

#include "core/time_scanner.hpp"

#include <algorithm>

namespace rowhouse::checks {

namespace {

constexpr std::size_t longest_damage = 40; // of everything here but a row of number signs

// A spreadsheet keeps 15 digits. One zero at the end proves nothing, two from the 16th digit on hardly are chance.
bool is_rounded_number(std::string_view text) {
    constexpr std::size_t kept = 15;
    if (text.size() < kept + 2 || text.substr(kept).find_first_not_of('0') != text.npos) return false;
    return std::all_of(text.begin(), text.end(), is_digit) && text.find_first_not_of('0') != text.npos;
}

bool is_formula_error(std::string_view text) {
    constexpr std::string_view errors[] = {"#ref!", "#name?", "#value!", "#div/0!", "#null!",
                                           "#num!", "#n/a",   "#spill!", "#calc!"};
    return std::any_of(std::begin(errors), std::end(errors),
                       [&](std::string_view error) { return equals_ignoring_case(text, error); });
}

bool is_month(std::string_view word) {
    time_scanner scan(word);
    return word.size() >= 3 && word.size() <= 4 && scan.month_name() != 0 && scan.at_end();
}

// As Excel writes a date without its year, or without its day: 1-Mar, 01-Mar, Mar-01.
bool is_part_of_date(std::string_view text) {
    const std::size_t hyphen = text.find('-');
    if (hyphen == text.npos) return false;
    const std::string_view before = text.substr(0, hyphen);
    const std::string_view after = text.substr(hyphen + 1);
    const auto is_short_number = [](std::string_view part) {
        return !part.empty() && part.size() <= 2 && std::all_of(part.begin(), part.end(), is_digit);
    };
    return (is_short_number(before) && is_month(after)) || (is_month(before) && is_short_number(after));
}

} // namespace

damage find_damage(std::string_view text) {
    if (text.empty() || !may_be_damaged(text)) return damage::none;
    if (text.front() == '#') {
        if (is_formula_error(text)) return damage::failed;
        return text.size() >= 3 && text.find_first_not_of('#') == text.npos ? damage::narrow : damage::none;
    }
    if (text.size() > longest_damage) return damage::none;
    if (text.size() <= longest_part_of_date && is_part_of_date(text)) return damage::part_of_date;
    if (!is_digit(text.back())) return damage::none;
    if (is_excel_mangled_number(text)) return damage::scientific;
    return is_rounded_number(text) ? damage::rounded : damage::none;
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

bool ends_at_a_limit(std::string_view text) {
    constexpr std::size_t limits[] = {least_cut_length, 32767};
    if (text.size() < limits[0]) return false;
    const std::size_t characters = count_characters(text);
    // Spreadsheets count UTF-16: a character beyond U+FFFF, four bytes here, is two.
    const auto astral = static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xF0; }));
    return std::any_of(std::begin(limits), std::end(limits),
                       [&](std::size_t limit) { return characters == limit || characters + astral == limit; });
}

} // namespace rowhouse::checks
