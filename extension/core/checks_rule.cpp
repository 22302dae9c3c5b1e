#include "core/checks.hpp"

#include "core/checks_evidence.hpp"

#include <algorithm>

namespace rowhouse::checks {

namespace {

bool is_number_type(value_type type) {
    return type == value_type::integer || type == value_type::numeric;
}

bool is_time_type(value_type type) {
    return type == value_type::date || type == value_type::timestamp;
}

bool has_length(value_type type) {
    return type == value_type::text || type == value_type::email || type == value_type::url || type == value_type::json;
}

bool is_region(std::string_view region) {
    return region.size() == 2 && std::all_of(region.begin(), region.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Options that would have no effect are mistakes of whoever gave them.
std::string misplaced_option(const rule_options& options) {
    const value_type type = options.type;
    if ((options.min_length > 0 || options.max_length > 0) && !has_length(type))
        return "A length is for types that are text.";
    if (options.max_length > 0 && options.min_length > options.max_length)
        return "The least length is greater than the greatest.";
    if ((options.minimum || options.maximum) && !is_number_type(type) && !is_time_type(type))
        return "A minimum and a maximum are for numbers, dates and timestamps.";
    if (options.locale != number_locale::detect && !is_number_type(type)) return "A number locale is for numbers.";
    if ((options.order != date_order::detect || !options.date_format.empty()) && !is_time_type(type))
        return "A date format is for dates and timestamps.";
    if (!options.choices.empty() && type != value_type::choice) return "A list of values is for choices.";
    if (!options.pattern.empty() && type != value_type::text) return "A regular expression is for text.";
    if (options.digits > 0 && type != value_type::text) return "A number of digits is for text.";
    if (type != value_type::phone && (options.directory != nullptr || !options.region.empty()))
        return "A region is for phone numbers.";
    if (!options.region.empty() && options.directory == nullptr)
        return "Phone numbers of a region are looked up, which must be asked for as well.";
    if (!options.region.empty() && !is_region(options.region))
        return "A region is two capital letters (ISO 3166), such as DE.";
    return {};
}

} // namespace

std::string column_rule::prepare(rule_options options) {
    options_ = std::move(options);
    std::string fault = misplaced_option(options_);
    if (fault.empty() && options_.type == value_type::choice)
        fault = choices_.prepare(options_.choices, !options_.exact_choices);
    if (fault.empty() && !options_.pattern.empty()) fault = pattern_.compile(options_.pattern);
    if (fault.empty() && !options_.date_format.empty()) fault = format_.compile(options_.date_format);
    if (fault.empty()) fault = prepare_bounds();
    for (std::string& token : options_.null_tokens) {
        std::transform(token.begin(), token.end(), token.begin(), to_lower);
        if (fault.empty() && (token.empty() || trimmed(token) != token))
            fault = "A null token is not empty and has no spaces around it.";
        longest_null_token_ = std::max(longest_null_token_, token.size());
    }
    const bool free = options_.min_length <= 1 && options_.digits == 0 && options_.pattern.empty();
    if (options_.type == value_type::text && free)
        free_length_ = std::min(options_.max_length > 0 ? options_.max_length : least_cut_length, least_cut_length - 1);
    return fault;
}

std::string column_rule::prepare_number_bound(const std::optional<std::string>& given,
                                              std::optional<std::string>& bound) {
    if (!given) return {};
    std::string buffer;
    const number_reading read = read_number(*given, number_locale::point, false, buffer);
    if (read.is != number_reading::kind::plain) return "\"" + *given + "\" is not a number, such as 1234.56.";
    bound = std::string(read.normal);
    return {};
}

std::string column_rule::prepare_time_bound(const std::optional<std::string>& given,
                                            std::optional<std::int64_t>& bound) {
    if (!given) return {};
    const time_reading read = read_time(*given, date_order::detect);
    const bool iso = given->size() >= 10 && (*given)[4] == '-';
    if (read.is != time_reading::kind::plain || !iso) return "\"" + *given + "\" is not a date, such as 2024-04-03.";
    bound = microseconds_of(read.when);
    return {};
}

std::string column_rule::prepare_bounds() {
    std::string fault;
    if (is_number_type(options_.type)) {
        fault = prepare_number_bound(options_.minimum, least_number_);
        if (fault.empty()) fault = prepare_number_bound(options_.maximum, greatest_number_);
        if (fault.empty() && least_number_ && greatest_number_ &&
            compare_numbers(*least_number_, *greatest_number_) > 0)
            fault = "The minimum is greater than the maximum.";
    } else if (is_time_type(options_.type)) {
        fault = prepare_time_bound(options_.minimum, earliest_);
        if (fault.empty()) fault = prepare_time_bound(options_.maximum, latest_);
        if (fault.empty() && earliest_ && latest_ && *earliest_ > *latest_)
            fault = "The minimum is later than the maximum.";
    }
    return fault;
}

bool column_rule::wants_evidence() const {
    if (is_number_type(options_.type)) return options_.locale == number_locale::detect || options_.deviation > 0;
    return is_time_type(options_.type) && options_.order == date_order::detect && options_.date_format.empty();
}

void column_rule::learn(const column_evidence& evidence) {
    if (is_number_type(options_.type) && options_.locale == number_locale::detect) options_.locale = evidence.locale();
    if (is_time_type(options_.type) && options_.order == date_order::detect) options_.order = evidence.order();
    constexpr std::int64_t few = 10; // of which none is usual
    if (options_.deviation > 0 && evidence.numbers() >= few && evidence.standard_deviation() > 0)
        usual_ = {evidence.average(), evidence.standard_deviation()};
}

} // namespace rowhouse::checks
