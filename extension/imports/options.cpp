#include "imports/options.hpp"

#include "imports/option_values.hpp"

#include <algorithm>
#include <iconv.h>

namespace rowhouse::imports {

namespace {

constexpr std::size_t max_file_name = 255;

constexpr const char* read_hint =
    "Options are encoding, delimiter, quote, line_break, header, header_line, strict and pad_short_rows.";
constexpr const char* import_hint =
    "Options are encoding, delimiter, quote, line_break, header, header_line, strict, pad_short_rows,"
    " mapping, file_name, mode, all_or_nothing and dry_run.";

std::int64_t line_value(const std::string& option, const pg::json& value) {
    if (!value.is_number_integer() || value.get<std::int64_t>() < 1)
        throw wrong_value(option, "the number of a line", "Lines count from 1, as a text editor shows them.");
    return value.get<std::int64_t>();
}

// iconv takes more than names of encodings ("//TRANSLIT"), so what it gets is held to the letters of a name.
std::string encoding_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint = "Give utf-8, utf-16le, utf-16be, windows-1252, or another name that iconv knows.";
    const std::string name = string_value(option, value, hint);
    const bool is_name = !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == ':';
    });
    iconv_t converter = is_name ? iconv_open("UTF-8", name.c_str()) : reinterpret_cast<iconv_t>(-1);
    if (converter == reinterpret_cast<iconv_t>(-1)) throw wrong_value(option, "the name of an encoding", hint);
    iconv_close(converter);
    return name;
}

bool can_separate(char c) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return (c == '\t' || (c >= ' ' && c < 0x7f)) && !word;
}

char delimiter_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint = "Give one ASCII character that is no letter and no digit: a comma, ;, | or a tab.";
    const std::string text = string_value(option, value, hint);
    if (text.size() != 1 || !can_separate(text[0]) || text[0] == '"') throw wrong_value(option, "one character", hint);
    return text[0];
}

char quote_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint =
        "Give one ASCII character that is no letter, no digit and no space, or an empty string for no quoting at all.";
    const std::string text = string_value(option, value, hint);
    if (text.empty()) return '\0';
    if (text.size() != 1 || !can_separate(text[0]) || text[0] == ' ' || text[0] == '\t')
        throw wrong_value(option, "one character or empty", hint);
    return text[0];
}

std::string line_break_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint = "Give the characters themselves: in JSON, \"\\n\", \"\\r\\n\" or \"\\r\".";
    const std::string text = string_value(option, value, hint);
    if (text != "\n" && text != "\r\n" && text != "\r") throw wrong_value(option, "a line break", hint);
    return text;
}

struct read_option {
    std::string_view name;
    void (*set)(csv::read_options& options, const std::string& name, const pg::json& value);
};

constexpr read_option read_option_list[] = {
    {"encoding", [](auto& options, auto& name, auto& value) { options.encoding = encoding_value(name, value); }},
    {"delimiter", [](auto& options, auto& name, auto& value) { options.delimiter = delimiter_value(name, value); }},
    {"quote", [](auto& options, auto& name, auto& value) { options.quote = quote_value(name, value); }},
    {"line_break", [](auto& options, auto& name, auto& value) { options.line_break = line_break_value(name, value); }},
    {"header", [](auto& options, auto& name, auto& value) { options.header = boolean_value(name, value); }},
    {"header_line", [](auto& options, auto& name, auto& value) { options.header_line = line_value(name, value); }},
    {"strict", [](auto& options, auto& name, auto& value) { options.strict = boolean_value(name, value); }},
    {"pad_short_rows",
     [](auto& options, auto& name, auto& value) { options.pad_short_rows = boolean_value(name, value); }},
};

// False for an option that is none of these.
bool set_read_option(csv::read_options& options, const std::string& name, const pg::json& value) {
    for (const read_option& each : read_option_list) {
        if (each.name != name) continue;
        if (!value.is_null()) each.set(options, name, value);
        return true;
    }
    return false;
}

void check_together(const csv::read_options& options) {
    if (options.delimiter && options.quote && *options.delimiter == *options.quote)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "options \"delimiter\" and \"quote\" must differ",
                        "Leave one of them out to have it detected.");
}

std::string column_hint(const target& target) {
    std::string names;
    for (const target_column& column : target.columns)
        names += (names.empty() ? "" : ", ") + column.name;
    return "Give an object such as {\"E-Mail\": \"email\"}; null leaves a column out. Columns of " + target.name +
           " are " + names + ".";
}

std::vector<mapping_choice> mapping_value(const pg::json& value, const target& target) {
    if (!value.is_object()) throw wrong_value("mapping", "an object", column_hint(target));
    std::vector<mapping_choice> choices;
    for (const auto& [source, chosen] : value.items()) {
        mapping_choice choice{source, std::nullopt};
        if (!chosen.is_null()) {
            choice.target = chosen.is_string() ? find_column(target, chosen.get<std::string>()) : std::nullopt;
            if (!choice.target)
                throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                                "option \"mapping\" maps \"" + source + "\" to no column of import target \"" +
                                    target.name + "\"",
                                column_hint(target));
        }
        choices.push_back(std::move(choice));
    }
    return choices;
}

std::string file_name_value(const pg::json& value) {
    constexpr const char* hint = "It is shown in the history; leave out the directories.";
    std::string name = string_value("file_name", value, hint);
    if (name.empty() || name.size() > max_file_name)
        throw wrong_value("file_name", "1 to " + std::to_string(max_file_name) + " bytes long", hint);
    return name;
}

} // namespace

csv::read_options read_options_from(const pg::json& options) {
    csv::read_options result;
    for (const auto& [name, value] : options.items()) {
        if (!set_read_option(result, name, value)) throw unknown_option(name, read_hint);
    }
    check_together(result);
    return result;
}

namespace {

import_mode mode_value(const pg::json& value, const target& target) {
    constexpr const char* hint = "They differ in what becomes of a row whose key is in the table already, or is not.";
    const std::string name = string_value("mode", value, hint);
    const std::pair<const char*, import_mode> modes[] = {{"insert", import_mode::insert},
                                                         {"skip", import_mode::skip},
                                                         {"update", import_mode::update},
                                                         {"upsert", import_mode::upsert}};
    for (const auto& [known, mode] : modes) {
        if (name != known) continue;
        if (mode != import_mode::insert && !target.key)
            throw pg::error(
                ERRCODE_INVALID_PARAMETER_VALUE,
                "import target \"" + target.name + "\" has no key to tell rows by, which mode " + name + " needs",
                "Add a unique key over columns that a file fills, or name one with option key of define_import.");
        return mode;
    }
    throw wrong_value("mode", "insert, skip, update or upsert", hint);
}

struct import_option {
    std::string_view name;
    void (*set)(import_options& options, const std::string& name, const pg::json& value, const target& target);
};

constexpr import_option import_option_list[] = {
    {"mapping",
     [](auto& options, auto&, auto& value, auto& target) { options.mapping = mapping_value(value, target); }},
    {"file_name", [](auto& options, auto&, auto& value, auto&) { options.file_name = file_name_value(value); }},
    {"mode", [](auto& options, auto&, auto& value, auto& target) { options.mode = mode_value(value, target); }},
    {"all_or_nothing",
     [](auto& options, auto& name, auto& value, auto&) { options.all_or_nothing = boolean_value(name, value); }},
    {"dry_run", [](auto& options, auto& name, auto& value, auto&) { options.dry_run = boolean_value(name, value); }},
};

} // namespace

import_options import_options_from(const pg::json& options, const target& target) {
    import_options result;
    for (const auto& [name, value] : options.items()) {
        if (set_read_option(result.read, name, value)) continue;
        const auto* known = std::find_if(std::begin(import_option_list), std::end(import_option_list),
                                         [&](const import_option& each) { return each.name == name; });
        if (known == std::end(import_option_list)) throw unknown_option(name, import_hint);
        if (!value.is_null()) known->set(result, name, value, target);
    }
    check_together(result.read);
    return result;
}

} // namespace rowhouse::imports
