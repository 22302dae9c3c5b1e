#include "command_line.hpp"

#include <algorithm>

namespace rowhouse {
namespace {

bool contains(std::initializer_list<std::string_view> list, std::string_view wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

} // namespace

std::optional<std::string> command_line::value(std::string_view name) const {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
}

std::string command_line::required(std::string_view name) const {
    if (auto given = value(name)) return *std::move(given);
    throw config_error(std::string(name) + " is missing");
}

command_line parse_command_line(const std::vector<std::string>& arguments, const expected_words& expected) {
    command_line result;
    std::vector<std::string> settings;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        const auto equals = word.find('=');
        const std::string name = word.substr(0, equals);
        if (!word.starts_with("-") || word == "-") {
            if (result.operands.size() == expected.operands.size())
                throw config_error("unexpected argument \"" + word + "\"");
            result.operands.push_back(word);
        } else if (contains(expected.flags, word)) {
            result.flags.insert(word);
        } else if (const bool list = contains(expected.lists, name); list || contains(expected.values, name)) {
            if (equals == std::string::npos && i + 1 == arguments.size()) throw config_error(name + " needs a value");
            std::string value = equals == std::string::npos ? arguments[++i] : word.substr(equals + 1);
            if (list)
                result.lists[name].push_back(std::move(value));
            else
                result.values[name] = std::move(value);
        } else { // a setting, or something that load_config() refuses; every setting has a value
            settings.push_back(word);
            if (equals == std::string::npos && i + 1 < arguments.size()) settings.push_back(arguments[++i]);
        }
    }
    result.settings = load_config(settings);
    if (result.operands.size() < expected.required)
        throw config_error(std::string(expected.operands.begin()[result.operands.size()]) + " is missing");
    return result;
}

} // namespace rowhouse
