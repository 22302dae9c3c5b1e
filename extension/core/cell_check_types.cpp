// What a cell must be to be a value of its type.

#include "core/cell_check.hpp"

#include "core/checks_value.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace rowhouse::checks {

namespace {

std::string written(const moment& when, bool with_time) {
    std::string text;
    append_time(text, when, with_time);
    return text;
}

// Whether append_time() would write it so.
bool is_normal_time(std::string_view text, bool with_time) {
    constexpr std::string_view shape = "dddd-dd-dd dd:dd:dd";
    if (text.size() != (with_time ? shape.size() : 10)) return false;
    return std::equal(text.begin(), text.end(), shape.begin(),
                      [](char c, char wanted) { return wanted == 'd' ? is_digit(c) : c == wanted; });
}

bool looks_like_serial_number(std::string_view text) {
    return text.size() == 5 && std::all_of(text.begin(), text.end(), is_digit);
}

bool looks_like_no_value(std::string_view text) {
    constexpr std::string_view words[] = {"null", "none", "nil", "nan", "n/a", "na", "-", "--", "?", "\\n", "(null)"};
    return std::any_of(std::begin(words), std::end(words),
                       [&](std::string_view word) { return equals_ignoring_case(text, word); });
}

// For a cell that is no value of its type: what to do.
std::string hint_for(std::string_view text, std::string usual) {
    if (looks_like_no_value(text)) return "Leave the cell empty where there is no value.";
    return usual;
}

} // namespace

cell_check::form cell_check::read() {
    const auto length_and = [&](auto read_form) -> form {
        if (!has_good_length()) return std::nullopt;
        return read_form();
    };
    switch (options_.type) {
    case value_type::text:
        return read_text();
    case value_type::integer:
    case value_type::numeric:
        return read_number_cell();
    case value_type::date:
    case value_type::timestamp:
        return read_time_cell();
    case value_type::boolean:
        if (const form normal = read_boolean(text_)) return normal;
        return wrong("type-error", "not yes or no", hint_for(text_, "Write true or false, yes or no, 1 or 0."));
    case value_type::uuid:
        if (const form normal = uuid_form(text_, out_.buffer)) return normal;
        return wrong("type-error", "not a UUID",
                     hint_for(text_, "It has 32 hexadecimal digits, in groups of 8-4-4-4-12."));
    case value_type::email:
        return length_and([&]() -> form {
            if (const form normal = email_form(text_, out_.buffer)) return normal;
            return wrong("email", "not an e-mail address",
                         "It must look like name@example.com, without a display name.");
        });
    case value_type::url:
        return length_and([&]() -> form {
            if (const form normal = url_form(text_, out_.buffer)) return normal;
            return wrong("type-error", "not a web address", "It must look like https://example.com/page.");
        });
    case value_type::json:
        return length_and([&]() -> form {
            if (is_json(text_)) return text_;
            return wrong("type-error", "not JSON", "Texts and names stand in double quotes, as in {\"size\": 4}.");
        });
    case value_type::phone:
        return read_phone();
    case value_type::choice:
        return read_choice();
    }
    return std::nullopt;
}

cell_check::form cell_check::read_text() {
    has_good_length();
    if (!rule_.pattern().empty() && !rule_.pattern().matches(text_))
        wrong("pattern", "does not have the form that " + subject() + " must have",
              "It must match " + unicode::excerpt(options_.pattern) + ".");
    if (options_.digits > 0 && text_.size() < options_.digits && std::all_of(text_.begin(), text_.end(), is_digit))
        warn("excel-mangled-number",
             std::to_string(text_.size()) + " digits in place of " + std::to_string(options_.digits),
             "A spreadsheet may have dropped zeros in front: " + std::string(options_.digits - text_.size(), '0') +
                 std::string(text_) + ".");
    warn_of_damage();
    warn_of_cut();
    return text_;
}

// A text that just fits where it is going was not cut off on the way.
void cell_check::warn_of_cut() {
    if (!ends_at_a_limit(text_)) return;
    const std::size_t length = count_characters(text_);
    if (length == options_.max_length) return;
    warn("truncated-value", "may have been cut off after " + std::to_string(length) + " characters");
}

cell_check::form cell_check::read_choice() {
    if (const form listed = rule_.choices().find(text_, out_.buffer)) return listed;
    wrong("enum", "not a value of " + subject(), "Values are " + rule_.choices().listed() + ".");
    warn_of_damage();
    return std::nullopt;
}

bool cell_check::is_in_range(std::string_view number) {
    const auto beyond = [&](std::string_view what, std::string_view bound) {
        wrong("number-range", "must be at " + std::string(what) + " " + std::string(bound));
        return false;
    };
    if (const form least = rule_.least_number(); least && compare_numbers(number, *least) < 0)
        return beyond("least", *least);
    if (const form most = rule_.greatest_number(); most && compare_numbers(number, *most) > 0)
        return beyond("most", *most);
    return true;
}

void cell_check::judge_deviation(std::string_view number) {
    if (!rule_.usual()) return;
    double value = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), value).ec != std::errc()) return;
    const double times = std::abs(value - rule_.usual()->average) / rule_.usual()->standard_deviation;
    if (times <= options_.deviation) return;
    char text[128];
    std::snprintf(text, sizeof text, "%.3g standard deviations from the average of its column, %.6g", times,
                  rule_.usual()->average);
    report("deviated-value", finding_severity::info, text, "Make sure that it is no slip.");
}

cell_check::form cell_check::read_number_cell() {
    using kind = number_reading::kind;
    const bool whole = options_.type == value_type::integer;
    const number_reading number = read_number(text_, options_.locale, whole, out_.buffer);
    switch (number.is) {
    case kind::not_a_number:
        return not_of_type("type-error", whole ? "not a whole number" : "not a number",
                           hint_for(text_, whole ? "Write digits alone, as 1234, without units."
                                                 : "Write it as 1234.56, without units and currencies."));
    case kind::ambiguous:
        warn("number-locale",
             "nothing tells a decimal sign from a sign between groups here; read as " + std::string(number.normal),
             "Say whether the column has decimal points or decimal commas.");
        break;
    case kind::clash:
        warn("number-locale",
             std::string("has not the decimal ") + (options_.locale == number_locale::point ? "point" : "comma") +
                 " of its column; read as " + std::string(number.normal),
             "Write all numbers of a column the same way.");
        break;
    case kind::plain:
        break;
    }
    warn_of_damage();
    if (!is_in_range(number.normal)) return std::nullopt;
    judge_deviation(number.normal);
    return number.normal;
}

bool cell_check::is_in_range(const moment& when) {
    const std::int64_t point = microseconds_of(when);
    const auto beyond = [&](std::string_view what, const std::optional<std::string>& bound) {
        wrong("date-out-of-range", "must not be " + std::string(what) + " than " + *bound);
        return false;
    };
    if (rule_.earliest() && point < *rule_.earliest()) return beyond("earlier", options_.minimum);
    if (rule_.latest() && point > *rule_.latest()) return beyond("later", options_.maximum);
    return true;
}

cell_check::form cell_check::read_time_cell() {
    using kind = time_reading::kind;
    const bool with_time = options_.type == value_type::timestamp;
    // Digits, signs and spaces of other scripts count as those of ASCII.
    std::string folded;
    if (!ascii_)
        for (std::size_t at = 0; at < text_.size() && folded.size() < 100;)
            unicode::append_utf8(folded, unicode::fold(unicode::decode(text_, at)));
    const std::string_view text = ascii_ ? text_ : std::string_view(folded);

    const bool declared = !rule_.format().empty();
    const time_reading read = declared ? rule_.format().read(text) : read_time(text, options_.order);
    if (read.is == kind::unreadable) {
        std::string usual = "Write it as " +
                            (declared    ? options_.date_format
                             : with_time ? "2024-04-03 14:30:00"
                                         : "2024-04-03") +
                            ".";
        if (looks_like_serial_number(text))
            usual = "This is how spreadsheets count days; format the column as a date and save the file anew.";
        return not_of_type("date-format", with_time ? "not a date and time" : "not a date",
                           hint_for(text, std::move(usual)));
    }
    if (read.is == kind::out_of_range) return wrong("date-out-of-range", "there is no such day or time");
    const bool midnight =
        read.when.hour == 0 && read.when.minute == 0 && read.when.second == 0 && read.when.microsecond == 0;
    if (!with_time && !midnight) return wrong("date-format", "a date with a time, where a date alone is wanted");
    if (read.is == kind::ambiguous)
        warn("date-ambiguous",
             "could be " + written(read.when, false) + " or " + written(read.other, false) + "; read as the first",
             "Say whether the column has the day or the month first, or write 2024-04-03.");
    if (!is_in_range(read.when)) return std::nullopt;
    if (!declared && ascii_ && is_normal_time(text_, with_time)) return text_;
    out_.buffer.clear();
    append_time(out_.buffer, read.when, with_time);
    return out_.buffer;
}

cell_check::form cell_check::read_phone() {
    const form normal = phone_form(text_, out_.buffer);
    if (options_.directory != nullptr) return look_up(normal);
    if (normal) return normal;
    return not_of_type("phone", "not a phone number in international form",
                       "It must begin with + and the country code, as +31 20 123 4567 does.");
}

cell_check::form cell_check::look_up(form normal) {
    const phone_entry entry = options_.directory(normal ? *normal : text_, options_.region);
    switch (entry.is) {
    case phone_entry::kind::not_a_number:
        // The directory knows less than the shape where a country has no numbering plan in it.
        if (!normal)
            return not_of_type("phone", "not a phone number",
                               options_.region.empty()
                                   ? "It must begin with + and the country code, as +31 20 123 4567 does."
                                   : "Write it as it is dialled in " + options_.region +
                                         ", or with + and country code.");
        warn("phone-not-valid", "no country has such a phone number");
        return normal;
    case phone_entry::kind::extension:
        return wrong("phone", "a phone number with an extension",
                     "Leave the extension out, or give it a column of its own.");
    case phone_entry::kind::unknown:
        warn("phone-not-valid", "the numbering plan of its country has no such phone number",
             "See whether a digit is missing.");
        break;
    case phone_entry::kind::valid:
        break;
    }
    out_.buffer = entry.e164;
    return out_.buffer;
}

} // namespace rowhouse::checks
