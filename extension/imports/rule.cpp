#include "imports/rule.hpp"

#include "pg/library.hpp"
#include "phone/directory.hpp"

namespace rowhouse::imports {

namespace {

using checks::rule_options;

pg::error wrong_value(std::string_view option, const std::string& what, std::string hint = {}) {
    return pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + std::string(option) + "\" must be " + what,
                     std::move(hint));
}

std::string text_value(std::string_view option, const pg::json& value) {
    if (!value.is_string()) throw wrong_value(option, "a string");
    return value.get<std::string>();
}

bool boolean_value(std::string_view option, const pg::json& value) {
    if (!value.is_boolean()) throw wrong_value(option, "true or false", "Give a JSON boolean, without quotes.");
    return value.get<bool>();
}

std::size_t count_value(std::string_view option, const pg::json& value) {
    constexpr std::int64_t most = 10485760; // of varchar(n)
    const bool good = value.is_number_integer() && value.get<std::int64_t>() >= 0 && value.get<std::int64_t>() <= most;
    if (!good) throw wrong_value(option, "a number from 0 to " + std::to_string(most));
    return value.get<std::size_t>();
}

double factor_value(std::string_view option, const pg::json& value) {
    if (!value.is_number() || value.get<double>() <= 0) throw wrong_value(option, "a number above 0");
    return value.get<double>();
}

// A bound may be more exact than a JSON number is; so text will do as well.
std::string bound_value(std::string_view option, const pg::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_number()) throw wrong_value(option, "a number or a string");
    return value.dump();
}

std::vector<std::string> texts_value(std::string_view option, const pg::json& value) {
    if (!value.is_array()) throw wrong_value(option, "an array of strings");
    std::vector<std::string> texts;
    for (const pg::json& each : value)
        texts.push_back(text_value(option, each));
    return texts;
}

template <typename Value>
struct word {
    std::string_view name;
    Value value;
};

template <typename Value, std::size_t count>
Value word_value(std::string_view option, const pg::json& value, const word<Value> (&words)[count]) {
    const std::string given = text_value(option, value);
    std::string names;
    for (const word<Value>& each : words) {
        if (each.name == given) return each.value;
        names += (names.empty() ? "" : ", ") + std::string(each.name);
    }
    throw wrong_value(option, "one of " + names);
}

using checks::value_type;
constexpr word<value_type> types[] = {{"text", value_type::text},
                                      {"integer", value_type::integer},
                                      {"numeric", value_type::numeric},
                                      {"date", value_type::date},
                                      {"timestamp", value_type::timestamp},
                                      {"boolean", value_type::boolean},
                                      {"uuid", value_type::uuid},
                                      {"email", value_type::email},
                                      {"phone", value_type::phone},
                                      {"choice", value_type::choice},
                                      {"url", value_type::url},
                                      {"json", value_type::json}};
constexpr word<checks::number_locale> locales[] = {{"point", checks::number_locale::point},
                                                   {"comma", checks::number_locale::comma}};
constexpr word<checks::date_order> orders[] = {{"day", checks::date_order::day_first},
                                               {"month", checks::date_order::month_first},
                                               {"year", checks::date_order::year_first}};
constexpr word<checks::formula_policy> policies[] = {{"flag", checks::formula_policy::flag},
                                                     {"escape", checks::formula_policy::escape},
                                                     {"reject", checks::formula_policy::reject},
                                                     {"keep", checks::formula_policy::keep}};

const phone::entry_points& phone_library() {
    const auto* found = static_cast<const phone::entry_points*>(pg::library_symbol(phone::library, phone::symbol));
    if (std::string_view(found->version) != ROWHOUSE_VERSION)
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "rowhouse was upgraded while this session was open",
                        "Connect again.");
    return *found;
}

struct rule_option {
    std::string_view name;
    void (*set)(rule_options& rule, std::string_view name, const pg::json& value);
};

constexpr rule_option rule_option_list[] = {
    {"type", [](auto& rule, auto name, auto& value) { rule.type = word_value(name, value, types); }},
    {"required", [](auto& rule, auto name, auto& value) { rule.required = boolean_value(name, value); }},
    {"min_length", [](auto& rule, auto name, auto& value) { rule.min_length = count_value(name, value); }},
    {"max_length", [](auto& rule, auto name, auto& value) { rule.max_length = count_value(name, value); }},
    {"digits", [](auto& rule, auto name, auto& value) { rule.digits = count_value(name, value); }},
    {"minimum", [](auto& rule, auto name, auto& value) { rule.minimum = bound_value(name, value); }},
    {"maximum", [](auto& rule, auto name, auto& value) { rule.maximum = bound_value(name, value); }},
    {"deviation", [](auto& rule, auto name, auto& value) { rule.deviation = factor_value(name, value); }},
    {"locale", [](auto& rule, auto name, auto& value) { rule.locale = word_value(name, value, locales); }},
    {"date_order", [](auto& rule, auto name, auto& value) { rule.order = word_value(name, value, orders); }},
    {"date_format", [](auto& rule, auto name, auto& value) { rule.date_format = text_value(name, value); }},
    {"choices", [](auto& rule, auto name, auto& value) { rule.choices = texts_value(name, value); }},
    {"exact", [](auto& rule, auto name, auto& value) { rule.exact_choices = boolean_value(name, value); }},
    {"pattern", [](auto& rule, auto name, auto& value) { rule.pattern = text_value(name, value); }},
    {"null_tokens", [](auto& rule, auto name, auto& value) { rule.null_tokens = texts_value(name, value); }},
    {"look_up",
     [](auto& rule, auto name, auto& value) {
         if (boolean_value(name, value)) rule.directory = phone_library().look_up;
     }},
    {"region", [](auto& rule, auto name, auto& value) { rule.region = text_value(name, value); }},
    {"formulas", [](auto& rule, auto name, auto& value) { rule.formulas = word_value(name, value, policies); }},
};

std::string option_names() {
    std::string names;
    for (const rule_option& each : rule_option_list) {
        const bool last = &each == std::end(rule_option_list) - 1;
        names += (names.empty() ? "" : last ? " and " : ", ") + std::string(each.name);
    }
    return "Options are " + names + ".";
}

const rule_option& option_named(const std::string& name) {
    for (const rule_option& each : rule_option_list)
        if (each.name == name) return each;
    throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + name + "\" does not exist", option_names());
}

} // namespace

checks::column_rule rule_from(const pg::json& options, std::string name) {
    rule_options given;
    given.name = std::move(name);
    for (const auto& [option, value] : options.items()) {
        const rule_option& found = option_named(option);
        if (!value.is_null()) found.set(given, option, value);
    }
    if (given.directory != nullptr && !given.region.empty() && !phone_library().is_region(given.region))
        throw wrong_value("region", "a country that has phone numbers", "Give two capital letters (ISO 3166), as DE.");
    checks::column_rule rule;
    if (std::string fault = rule.prepare(std::move(given)); !fault.empty())
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "the rule cannot be used", std::move(fault));
    return rule;
}

} // namespace rowhouse::imports
