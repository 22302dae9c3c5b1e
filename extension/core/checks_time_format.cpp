#include "core/checks_time_format.hpp"

#include "core/time_scanner.hpp"

namespace rowhouse::checks {

namespace {

struct word {
    std::string_view name;
    char what;
};

// Of two that begin alike, the longer one first.
constexpr word words[] = {{"yyyy", 'Y'}, {"yy", 'y'}, {"month", 'N'}, {"mon", 'N'},  {"mm", 'M'},
                          {"mi", 'I'},   {"dd", 'D'}, {"hh24", 'H'},  {"hh12", 'h'}, {"hh", 'h'},
                          {"ss", 'S'},   {"us", 'U'}, {"am", 'A'},    {"pm", 'A'},   {"of", 'O'}};

const word* word_at(std::string_view format) {
    for (const word& each : words)
        if (equals_ignoring_case(format.substr(0, each.name.size()), each.name)) return &each;
    return nullptr;
}

bool is_number(char what) {
    return std::string_view("YyMDHhISU").find(what) != std::string_view::npos;
}

// Which part of a moment a word sets: no part may be set twice.
char part_of(char what) {
    switch (what) {
    case 'y':
        return 'Y';
    case 'N':
        return 'M';
    case 'h':
        return 'H';
    default:
        return what;
    }
}

} // namespace

std::string time_format::compile(std::string_view format) {
    constexpr std::size_t longest = 64;
    fields_.clear();
    if (format.size() > longest) return "A date format has at most 64 characters.";
    std::string parts;
    while (!format.empty()) {
        if (const word* found = word_at(format)) {
            if (parts.find(part_of(found->what)) != std::string::npos)
                return "A date format names each part of a date once.";
            parts.push_back(part_of(found->what));
            const bool joined = !fields_.empty() && is_number(found->what) && is_number(fields_.back().what);
            if (joined) fields_.back().exact = true;
            fields_.push_back({found->what, '\0', joined});
            format.remove_prefix(found->name.size());
        } else if (is_letter(format.front()) || is_digit(format.front()) || (format.front() & 0x80) != 0) {
            return "A date format is made of YYYY, YY, MM, Mon, Month, DD, HH24, HH12, MI, SS, US, AM, PM and OF, with "
                   "signs and spaces between them.";
        } else {
            fields_.push_back({'\0', format.front(), false});
            format.remove_prefix(1);
        }
    }
    for (const char part : {'Y', 'M', 'D'})
        if (parts.find(part) == std::string::npos) return "A date format needs a year, a month and a day.";
    return {};
}

bool time_format::read_field(const field& wanted, time_scanner& scan, moment& when, int& half) {
    const auto number = [&](int most, bool exact, int& value) {
        const number_field read = scan.take_digits(most);
        value = read.value;
        return read.digits > 0 && (!exact || read.digits == most);
    };
    switch (wanted.what) {
    case 'Y':
        return number(4, true, when.year);
    case 'y': {
        const bool good = number(2, true, when.year);
        when.year = year_of_two_digits(when.year);
        return good;
    }
    case 'M':
        return number(2, wanted.exact, when.month);
    case 'N':
        when.month = scan.month_name();
        return when.month != 0;
    case 'D':
        return number(2, wanted.exact, when.day);
    case 'H':
    case 'h':
        when.has_time = true;
        return number(2, wanted.exact, when.hour);
    case 'I':
        return number(2, true, when.minute);
    case 'S':
        return number(2, true, when.second);
    case 'U':
        return scan.fraction(when.microsecond);
    case 'A':
        half = scan.half_of_day();
        return half != 0;
    case 'O':
        return scan.offset(when.offset, when.has_offset) && when.has_offset;
    default:
        return scan.take(wanted.literal);
    }
}

time_reading time_format::read(std::string_view text) const {
    time_reading result;
    time_scanner scan(text);
    int half = 0;
    for (const field& each : fields_)
        if (!read_field(each, scan, result.when, half)) return {};
    if (!scan.at_end()) return {};
    if (half != 0) set_half_of_day(result.when, half);
    result.is = exists(result.when) ? time_reading::kind::plain : time_reading::kind::out_of_range;
    return result;
}

} // namespace rowhouse::checks
