#include "config.hpp"

#include "multipart.hpp"
#include "settings.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string_view>

namespace rowhouse {
namespace {

using connection_options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

connection_options parse_connection(const std::string& text) {
    return {PQconninfoParse(text.c_str(), nullptr), PQconninfoFree};
}

bool is_secret(std::string_view keyword) {
    return keyword == "password" || keyword == "sslpassword";
}

// The connection string in libpq's other form, without what must not be shown.
std::string shown_connection(const std::string& text) {
    const connection_options options = parse_connection(text);
    std::string shown;
    for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option)
        if (option->val)
            shown += (shown.empty() ? "" : " ") + std::string(option->keyword) + "=" +
                     (is_secret(option->keyword) ? "(hidden)" : option->val);
    return shown;
}

// `origin` names the flag, variable or file line, so that the operator knows where to look.
void apply(config& into, const setting& row, const std::string& value, const std::string& origin) {
    try {
        row.apply(into, value);
    } catch (const config_error& problem) {
        throw config_error(origin + " " + problem.what());
    }
    const std::string shown = row.name == "DATABASE_URL" ? shown_connection(value) : value;
    for (given_setting& known : into.given)
        if (known.name == row.name) return void(known = {known.name, shown, origin});
    into.given.push_back({std::string(row.name), shown, origin});
}

// A value in quotes as it is, another one up to a comment behind it.
std::string_view file_value(std::string_view text) {
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'')) {
        const auto close = text.find(text.front(), 1);
        const std::string_view rest = close == text.npos ? text : trim(text.substr(close + 1));
        if (rest.empty() || rest.front() == '#') return text.substr(1, close - 1);
    }
    for (std::size_t at = text.find('#'); at != text.npos; at = text.find('#', at + 1))
        if (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) return trim(text.substr(0, at));
    return text;
}

// KEY=VALUE lines, # comments, optional quotes around the value: an .env file, in which names may stand that are
// meant for other programs.
void apply_file(config& into, const std::string& path) {
    std::ifstream file(path);
    if (!file) throw config_error("cannot read the configuration file \"" + path + "\"");
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string_view content = trim(line);
        if (content.empty() || content.front() == '#') continue;
        const std::string origin = path + ":" + std::to_string(number);
        const auto equals = content.find('=');
        if (equals == content.npos) throw config_error(origin + " is not of the form KEY=VALUE");
        const std::string key(trim(content.substr(0, equals)));
        const std::string value(file_value(trim(content.substr(equals + 1))));
        if (const setting* const row = find_setting(&setting::name, key))
            apply(into, *row, value, origin + ": " + key);
        else if (key.starts_with("ROWHOUSE_"))
            throw config_error(origin + " names an unknown setting \"" + key + "\"");
        else
            into.ignored.push_back(key);
    }
}

// Every local user can read the process list, so a password on the command line is refused rather than warned about.
void refuse_visible_password(const std::string& url) {
    const connection_options options = parse_connection(url);
    for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option)
        if (option->val && is_secret(option->keyword))
            throw config_error("--database must not hold a password, the process list shows it; "
                               "use DATABASE_URL in the environment or in the configuration file");
}

void check(const config& loaded) {
    // libpq's own message would quote the string.
    if (!parse_connection(loaded.database))
        throw config_error("DATABASE_URL is not a valid PostgreSQL connection string");
    if (loaded.tls_certificate.empty() != loaded.tls_key.empty())
        throw config_error("TLS_CERTIFICATE and TLS_KEY belong together");
}

constexpr std::string_view config_file_help = "  --config FILE                      (ROWHOUSE_CONFIG)\n"
                                              "      KEY=VALUE lines with the names in brackets\n";

std::string describe(const setting& row) {
    std::string text = "  " + std::string(row.flag) + " VALUE";
    text.resize(std::max<std::size_t>(text.size() + 1, 37), ' ');
    text += "(" + std::string(row.name) + ")\n      " + std::string(row.help);
    return text + (row.fallback.empty() ? "\n" : "; default " + std::string(row.fallback) + "\n");
}

const given_setting* find_given(const config& settings, std::string_view name) {
    for (const given_setting& each : settings.given)
        if (each.name == name) return &each;
    return nullptr;
}

} // namespace

config load_config(const std::vector<std::string>& arguments) {
    config result;
    std::vector<std::pair<const setting*, std::string>> flags;
    std::string file;
    if (const char* const path = std::getenv("ROWHOUSE_CONFIG")) file = path;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto equals = arguments[i].find('=');
        const std::string flag = arguments[i].substr(0, equals);
        const setting* const row = find_setting(&setting::flag, flag);
        if (!row && flag != "--config") throw config_error("unknown argument \"" + flag + "\"");
        if (equals == std::string::npos && i + 1 == arguments.size()) throw config_error(flag + " needs a value");
        const std::string value = equals == std::string::npos ? arguments[++i] : arguments[i].substr(equals + 1);
        if (row)
            flags.emplace_back(row, value);
        else
            file = value;
    }
    for (const setting& row : all_settings())
        if (!row.fallback.empty()) apply(result, row, std::string(row.fallback), "default");
    if (!file.empty()) apply_file(result, file);
    for (const setting& row : all_settings())
        if (const char* const value = std::getenv(std::string(row.name).c_str()))
            apply(result, row, value, std::string(row.name));
    for (const auto& [row, value] : flags) {
        if (row->flag == "--database") refuse_visible_password(value);
        apply(result, *row, value, std::string(row->flag));
    }
    if (!find_given(result, "ALLOW_REGISTRATION")) result.allow_registration = !result.production;
    check(result);
    return result;
}

std::vector<std::string> fixed_settings_that_differ(const config& running, const config& loaded) {
    std::vector<std::string> names;
    for (const setting& row : all_settings()) {
        const given_setting* const one = find_given(running, row.name);
        const given_setting* const other = find_given(loaded, row.name);
        if (row.fixed && (one ? one->value : "") != (other ? other->value : "")) names.emplace_back(row.name);
    }
    // What is shown of it leaves out the password.
    if (running.database != loaded.database && std::find(names.begin(), names.end(), "DATABASE_URL") == names.end())
        names.emplace_back("DATABASE_URL");
    return names;
}

std::string describe_settings() {
    std::string text(config_file_help);
    for (const setting& row : all_settings())
        text += describe(row);
    return text;
}

std::string describe_connection() {
    std::string text(config_file_help);
    for (const std::string_view flag : {"--database", "--connect-timeout"})
        text += describe(*find_setting(&setting::flag, flag));
    return text;
}

std::string print_settings(const config& settings) {
    std::string text;
    for (const setting& row : all_settings()) {
        const given_setting* const given = find_given(settings, row.name);
        if (!given)
            text += "#" + std::string(row.name) + "=\n";
        else
            text += given->name + "=" + given->value + "  # " + given->origin + "\n";
    }
    for (const std::string& name : settings.ignored)
        text += "# " + name + " is none of the service's\n";
    return text;
}

} // namespace rowhouse
