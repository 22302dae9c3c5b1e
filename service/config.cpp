#include "config.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <string_view>

namespace rowhouse {
namespace {

void set_listen(config& into, const std::string& value);
void set_log_level(config& into, const std::string& value);
void set_skip_tests(config& into, const std::string& value);

// One row per setting. `store` receives the number for numeric settings; `text` the string for the others.
struct setting {
    std::string_view flag, name, fallback, help;
    long long low = 0, high = 0;
    void (*store)(config&, long long) = nullptr;
    void (*text)(config&, const std::string&) = nullptr;
};

template <auto Member>
void store_number(config& into, long long value) {
    into.*Member = std::remove_reference_t<decltype(into.*Member)>(value);
}

constexpr std::array settings{
    setting{"--listen", "ROWHOUSE_LISTEN", "127.0.0.1:8080", "address and port to listen on; port 0 takes a free one",
            0, 0, nullptr, set_listen},
    setting{"--database", "DATABASE_URL", "",
            "connection string of the database, without it libpq's PG* variables count; one with a password belongs in "
            "the environment or the file",
            0, 0, nullptr, [](config& into, const std::string& value) { into.database = value; }},
    setting{"--log-level", "LOG_LEVEL", "info", "debug, info, warning or error", 0, 0, nullptr, set_log_level},
    setting{"--max-upload-size", "MAX_UPLOAD_SIZE", "10485760", "largest uploaded file, bytes", 1,
            std::numeric_limits<int>::max() - static_cast<int>(multipart_framing),
            store_number<&config::max_upload_size>},
    setting{"--max-body-size", "ROWHOUSE_MAX_BODY_SIZE", "1048576", "largest JSON body, bytes", 1, 1 << 30,
            store_number<&config::max_body_size>},
    setting{"--max-header-size", "ROWHOUSE_MAX_HEADER_SIZE", "32768", "request line and headers together, bytes", 1024,
            1 << 20, store_number<&config::max_header_size>},
    setting{"--keep-alive-count", "ROWHOUSE_KEEP_ALIVE_COUNT", "1000", "requests on one connection", 1, 1 << 30,
            store_number<&config::keep_alive_count>},
    setting{"--keep-alive-timeout", "ROWHOUSE_KEEP_ALIVE_TIMEOUT", "15", "seconds before an idle connection is closed",
            1, 3600, store_number<&config::keep_alive_timeout>},
    setting{"--read-timeout", "ROWHOUSE_READ_TIMEOUT", "15", "seconds between two pieces of a request", 1, 3600,
            store_number<&config::read_timeout>},
    setting{"--write-timeout", "ROWHOUSE_WRITE_TIMEOUT", "15",
            "seconds for a client to take the next piece of an answer", 1, 3600, store_number<&config::write_timeout>},
    setting{"--request-timeout", "ROWHOUSE_REQUEST_TIMEOUT", "60", "seconds for receiving one whole request", 1, 86400,
            store_number<&config::request_timeout>},
    setting{"--threads", "ROWHOUSE_THREADS", "32", "connections served at once", 1, 4096,
            store_number<&config::threads>},
    setting{"--pool-size", "ROWHOUSE_POOL_SIZE", "8", "database connections", 1, 1000,
            store_number<&config::pool_size>},
    setting{"--pool-wait", "ROWHOUSE_POOL_WAIT", "5000", "milliseconds to wait for a free one, then 503", 1, 600000,
            store_number<&config::pool_wait>},
    setting{"--connect-timeout", "ROWHOUSE_CONNECT_TIMEOUT", "5", "seconds to reach the database", 2, 600,
            store_number<&config::connect_timeout>},
    setting{"--statement-timeout", "ROWHOUSE_STATEMENT_TIMEOUT", "30000", "milliseconds for one SQL call, then 504", 1,
            86400000, store_number<&config::statement_timeout>},
    setting{"--skip-pre-startup-tests", "SKIP_PRE_STARTUP_TESTS", "false",
            "true: serve without verifying extension, library and profile sync first", 0, 0, nullptr, set_skip_tests},
    setting{"--pre-startup-test-timeout", "PRE_STARTUP_TEST_TIMEOUT", "30",
            "seconds for that verification to pass; it is tried again until then", 0, 3600,
            store_number<&config::pre_startup_test_timeout>},
};

void set_listen(config& into, const std::string& value) {
    const auto colon = value.rfind(':');
    std::string host = value.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    int port = -1;
    if (colon != std::string::npos) {
        const char* const first = value.data() + colon + 1;
        const char* const last = value.data() + value.size();
        if (const auto [end, code] = std::from_chars(first, last, port); code != std::errc{} || end != last) port = -1;
    }
    if (host.empty() || port < 0 || port > 65535)
        throw config_error("needs host:port with a port from 0 to 65535, got \"" + value + "\"");
    into.listen_host = host;
    into.listen_port = port;
}

void set_log_level(config& into, const std::string& value) {
    if (value != "debug" && value != "info" && value != "warning" && value != "error")
        throw config_error("must be debug, info, warning or error, got \"" + value + "\"");
    into.log_level = value;
}

void set_skip_tests(config& into, const std::string& value) {
    if (value != "true" && value != "false") throw config_error("must be true or false, got \"" + value + "\"");
    into.skip_pre_startup_tests = value == "true";
}

// `origin` names the flag, variable or file line, so that the operator knows where to look.
void apply(config& into, const setting& row, const std::string& value, const std::string& origin) {
    try {
        if (row.text) return row.text(into, value);
        long long number = 0;
        const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (code != std::errc{} || end != value.data() + value.size() || number < row.low || number > row.high)
            throw config_error("must be a whole number from " + std::to_string(row.low) + " to " +
                               std::to_string(row.high) + ", got \"" + value + "\"");
        row.store(into, number);
    } catch (const config_error& problem) {
        throw config_error(origin + " " + problem.what());
    }
}

const setting* find(std::string_view setting::*key, std::string_view wanted) {
    for (const setting& row : settings)
        if (row.*key == wanted) return &row;
    return nullptr;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// KEY=VALUE lines, # comments, optional quotes around the value: the form systemd's EnvironmentFile= also reads.
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
        std::string_view value = trim(content.substr(equals + 1));
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.front() == value.back())
            value = value.substr(1, value.size() - 2);
        const setting* const row = find(&setting::name, key);
        if (!row) throw config_error(origin + " names an unknown setting \"" + key + "\"");
        apply(into, *row, std::string(value), origin + ": " + key);
    }
}

// Every local user can read the process list, so a password on the command line is refused rather than warned about.
void refuse_visible_password(const std::string& url) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), nullptr),
                                                                               PQconninfoFree);
    for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option)
        if (option->val &&
            (option->keyword == std::string_view("password") || option->keyword == std::string_view("sslpassword")))
            throw config_error("--database must not hold a password, the process list shows it; "
                               "use DATABASE_URL in the environment or in the configuration file");
}

void check_database(const std::string& url) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), nullptr),
                                                                               PQconninfoFree);
    // libpq's own message would quote the string.
    if (!options) throw config_error("DATABASE_URL is not a valid PostgreSQL connection string");
}

constexpr std::string_view config_file_help = "  --config FILE                      (ROWHOUSE_CONFIG)\n"
                                              "      KEY=VALUE lines with the names in brackets\n";

std::string describe(const setting& row) {
    std::string text = "  " + std::string(row.flag) + " VALUE";
    text.resize(std::max<std::size_t>(text.size() + 1, 37), ' ');
    text += "(" + std::string(row.name) + ")\n      " + std::string(row.help);
    return text + (row.fallback.empty() ? "\n" : "; default " + std::string(row.fallback) + "\n");
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
        const setting* const row = find(&setting::flag, flag);
        if (!row && flag != "--config") throw config_error("unknown argument \"" + flag + "\"");
        if (equals == std::string::npos && i + 1 == arguments.size()) throw config_error(flag + " needs a value");
        const std::string value = equals == std::string::npos ? arguments[++i] : arguments[i].substr(equals + 1);
        if (row)
            flags.emplace_back(row, value);
        else
            file = value;
    }
    for (const setting& row : settings)
        apply(result, row, std::string(row.fallback), std::string(row.name));
    if (!file.empty()) apply_file(result, file);
    for (const setting& row : settings)
        if (const char* const value = std::getenv(std::string(row.name).c_str()))
            apply(result, row, value, std::string(row.name));
    for (const auto& [row, value] : flags) {
        if (row->flag == "--database") refuse_visible_password(value);
        apply(result, *row, value, std::string(row->flag));
    }
    check_database(result.database);
    return result;
}

std::string describe_settings() {
    std::string text(config_file_help);
    for (const setting& row : settings)
        text += describe(row);
    return text;
}

std::string describe_connection() {
    std::string text(config_file_help);
    for (const std::string_view flag : {"--database", "--connect-timeout"})
        text += describe(*find(&setting::flag, flag));
    return text;
}

} // namespace rowhouse
