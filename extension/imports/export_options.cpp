#include "imports/export_options.hpp"

#include "imports/option_values.hpp"

namespace rowhouse::imports {

namespace {

constexpr const char* export_hint = "Options are delimiter, header, null, quote_all, bom, line_break and columns.";

// Another one would be cut at by readers against whom sanitising does not guard.
char delimiter_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint = "Give a comma, ;, | or a tab.";
    const std::string text = string_value(option, value, hint);
    if (text.size() != 1 || std::string_view(",;|\t").find(text[0]) == std::string_view::npos)
        throw wrong_value(option, "a delimiter", hint);
    return text[0];
}

// It stands bare in the file, so it must be a cell as it is.
std::string null_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint = "Give a word such as NULL; it must need no quotes, and no spreadsheet may compute it.";
    const std::string text = string_value(option, value, hint);
    std::string written;
    csv::append_cell(written, text, text.empty(), ',', false);
    if (written != text || csv::sanitize(text) != text) throw wrong_value(option, "a plain word", hint);
    return text;
}

std::string line_break_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint =
        "Give \"\\n\" or \"\\r\\n\", or an empty string for lines that whoever writes them will end.";
    const std::string text = string_value(option, value, hint);
    if (!text.empty() && text != "\n" && text != "\r\n") throw wrong_value(option, "a line break or empty", hint);
    return text;
}

std::map<std::string, csv::cell_type> columns_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint =
        "Give an object such as {\"mobile\": \"phone\"}. Types are text, number, email and phone.";
    if (!value.is_object()) throw wrong_value(option, "an object", hint);
    std::map<std::string, csv::cell_type> types;
    for (const auto& [label, name] : value.items()) {
        const auto type = name.is_string() ? csv::cell_type_from_name(name.get<std::string>()) : std::nullopt;
        if (!type || *type == csv::cell_type::header) throw wrong_value(option, "an object of types", hint);
        types[label] = *type;
    }
    return types;
}

struct export_option {
    std::string_view name;
    void (*set)(export_options& options, const std::string& name, const pg::json& value);
};

constexpr export_option export_option_list[] = {
    {"delimiter",
     [](auto& options, auto& name, auto& value) { options.write.delimiter = delimiter_value(name, value); }},
    {"header", [](auto& options, auto& name, auto& value) { options.header = boolean_value(name, value); }},
    {"null", [](auto& options, auto& name, auto& value) { options.write.null_text = null_value(name, value); }},
    {"quote_all", [](auto& options, auto& name, auto& value) { options.write.quote_all = boolean_value(name, value); }},
    {"bom", [](auto& options, auto& name, auto& value) { options.bom = boolean_value(name, value); }},
    {"line_break", [](auto& options, auto& name, auto& value) { options.line_break = line_break_value(name, value); }},
    {"columns", [](auto& options, auto& name, auto& value) { options.columns = columns_value(name, value); }},
};

} // namespace

export_options export_options_from(const pg::json& options) {
    export_options result;
    for (const auto& [name, value] : options.items()) {
        const auto* known =
            std::find_if(std::begin(export_option_list), std::end(export_option_list),
                         [&, &wanted = name](const export_option& each) { return each.name == wanted; });
        if (known == std::end(export_option_list)) throw unknown_option(name, export_hint);
        if (!value.is_null()) known->set(result, name, value);
    }
    return result;
}

} // namespace rowhouse::imports
