#include "settings.hpp"

#include "multipart.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace rowhouse {
namespace {

template <auto Member>
void store(config& into, long long value) {
    into.*Member = std::remove_reference_t<decltype(into.*Member)>(value);
}

template <auto Member>
void keep(config& into, const std::string& value) {
    into.*Member = value;
}

template <auto Member>
void store_flag(config& into, const std::string& value) {
    const std::string word = lower(value);
    if (word != "true" && word != "false") throw config_error("must be true or false, got \"" + value + "\"");
    into.*Member = word == "true";
}

template <auto Member>
void store_networks(config& into, const std::string& value) {
    std::vector<network> found;
    for (const std::string& part : split_list(value)) {
        const std::optional<network> one = parse_network(part);
        if (!one) throw config_error("must be addresses or networks such as 10.0.0.0/8, got \"" + part + "\"");
        found.push_back(*one);
    }
    into.*Member = found;
}

int port_number(std::string_view text) {
    int port = -1;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
    return code == std::errc{} && end == text.data() + text.size() && port <= 65535 ? port : -1;
}

void store_listen(config& into, const std::string& value) {
    const auto colon = value.rfind(':');
    std::string host = value.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const int port = colon == std::string::npos ? -1 : port_number(std::string_view(value).substr(colon + 1));
    if (host.empty() || port < 0)
        throw config_error("needs host:port with a port from 0 to 65535, got \"" + value + "\"");
    into.listen_host = host;
    into.listen_port = port;
}

void store_log_level(config& into, const std::string& value) {
    const std::string word = lower(value);
    if (word != "debug" && word != "info" && word != "warning" && word != "error")
        throw config_error("must be debug, info, warning or error, got \"" + value + "\"");
    into.log_level = word;
}

// What cannot be an origin (RFC 6454 section 6.2) would never match.
void store_origins(config& into, const std::string& value) {
    into.allowed_origins = split_list(value);
    for (const std::string& origin : into.allowed_origins) {
        const auto scheme = origin.find("://");
        if (origin == "*") continue;
        if (scheme == origin.npos || scheme == 0 || origin.find('/', scheme + 3) != origin.npos ||
            origin.size() == scheme + 3)
            throw config_error("must be origins such as https://app.example.com, got \"" + origin + "\"");
    }
}

void store_environment(config& into, const std::string& value) {
    into.production = lower(value) == "production";
}

// In this order within one source, so that a later row may refine what an earlier one has set.
constexpr std::array table{
    setting{"--listen", "ROWHOUSE_LISTEN", "127.0.0.1:8080", "address and port to listen on; port 0 takes a free one",
            0, 0, nullptr, store_listen, true},
    setting{"--port", "API_PORT", "", "the port alone", 0, 65535, store<&config::listen_port>, nullptr, true},
    setting{"--tls-certificate", "TLS_CERTIFICATE", "",
            "file with the certificate chain (PEM), and TLS alone is spoken; SIGHUP reads it again", 0, 0, nullptr,
            keep<&config::tls_certificate>, true},
    setting{"--tls-key", "TLS_KEY", "", "file with its key (PEM)", 0, 0, nullptr, keep<&config::tls_key>, true},
    setting{"--database", "DATABASE_URL", "",
            "connection string of the database, without it libpq's PG* variables count; one with a password belongs in "
            "the environment or the file",
            0, 0, nullptr, keep<&config::database>, true},
    setting{"--environment", "ENVIRONMENT", "production", "production, or anything else, where anybody may register", 0,
            0, nullptr, store_environment},
    setting{"--allow-registration", "ALLOW_REGISTRATION", "",
            "true: anybody may make an account; default false in production", 0, 0, nullptr,
            store_flag<&config::allow_registration>},
    setting{"--feature-user-management", "FEATURE_USER_MANAGEMENT", "true",
            "false: no routes for members and for importing users", 0, 0, nullptr,
            store_flag<&config::user_management>},
    setting{"--feature-admin-panel", "FEATURE_ADMIN_PANEL", "true", "false: no routes under /admin but health", 0, 0,
            nullptr, store_flag<&config::admin_panel>},
    setting{"--enable-csv-upload", "ENABLE_CSV_UPLOAD", "true", "false: no routes for imports", 0, 0, nullptr,
            store_flag<&config::csv_upload>},
    setting{"--allowed-origins", "ALLOWED_ORIGINS", "", "origins whose pages may call (CORS), by commas; * for any", 0,
            0, nullptr, store_origins},
    setting{"--trusted-proxies", "TRUSTED_PROXIES", "",
            "addresses and networks whose X-Forwarded-For is believed, by commas", 0, 0, nullptr,
            store_networks<&config::trusted_proxies>},
    setting{"--metrics-networks", "METRICS_NETWORKS", "127.0.0.0/8, ::1",
            "addresses and networks that may read /metrics, by commas; through a proxy only if that is trusted", 0, 0,
            nullptr, store_networks<&config::metrics_networks>},
    setting{"--login-failures", "LOGIN_FAILURES", "10",
            "logins that may fail for one account, and ten times as many from one address, then 429", 1, 1000000,
            store<&config::login_failures>},
    setting{"--login-window", "LOGIN_WINDOW", "900", "seconds in which they are counted", 1, 86400,
            store<&config::login_window>},
    setting{"--log-level", "LOG_LEVEL", "info", "debug, info, warning or error", 0, 0, nullptr, store_log_level},
    setting{"--max-upload-size", "MAX_UPLOAD_SIZE", "10485760", "largest uploaded file, bytes", 1,
            std::numeric_limits<int>::max() - static_cast<int>(multipart_framing), store<&config::max_upload_size>},
    setting{"--max-body-size", "ROWHOUSE_MAX_BODY_SIZE", "1048576", "largest JSON body, bytes", 1, 1 << 30,
            store<&config::max_body_size>},
    setting{"--max-header-size", "ROWHOUSE_MAX_HEADER_SIZE", "32768", "request line and headers together, bytes", 1024,
            1 << 20, store<&config::max_header_size>},
    setting{"--max-connections", "ROWHOUSE_MAX_CONNECTIONS", "2048",
            "clients connected at once; further ones wait for those that say nothing to be dropped", 1, 32768,
            store<&config::max_connections>, nullptr, true},
    setting{"--max-streams", "ROWHOUSE_MAX_STREAMS", "256", "of them, clients that are sent events, then 503", 0, 32768,
            store<&config::max_streams>},
    setting{"--keep-alive-count", "ROWHOUSE_KEEP_ALIVE_COUNT", "1000", "requests on one connection", 1, 1 << 30,
            store<&config::keep_alive_count>},
    setting{"--keep-alive-timeout", "ROWHOUSE_KEEP_ALIVE_TIMEOUT", "15", "seconds before an idle connection is closed",
            1, 3600, store<&config::keep_alive_timeout>},
    setting{"--read-timeout", "ROWHOUSE_READ_TIMEOUT", "15", "seconds between two pieces of a request", 1, 3600,
            store<&config::read_timeout>},
    setting{"--write-timeout", "ROWHOUSE_WRITE_TIMEOUT", "15",
            "seconds for a client to take the next piece of an answer", 1, 3600, store<&config::write_timeout>},
    setting{"--request-timeout", "ROWHOUSE_REQUEST_TIMEOUT", "60", "seconds for receiving one whole request", 1, 86400,
            store<&config::request_timeout>},
    setting{"--pool-size", "ROWHOUSE_POOL_SIZE", "8", "database connections", 1, 1000, store<&config::pool_size>,
            nullptr, true},
    setting{"--pool-wait", "ROWHOUSE_POOL_WAIT", "5000", "milliseconds to wait for a free one, then 503", 1, 600000,
            store<&config::pool_wait>, nullptr, true},
    setting{"--connect-timeout", "ROWHOUSE_CONNECT_TIMEOUT", "5", "seconds to reach the database", 2, 600,
            store<&config::connect_timeout>, nullptr, true},
    setting{"--statement-timeout", "ROWHOUSE_STATEMENT_TIMEOUT", "30000",
            "milliseconds for one SQL call, four times that for one that takes a file; then 504", 1, 86400000,
            store<&config::statement_timeout>},
    setting{"--maintenance-every", "ROWHOUSE_MAINTENANCE_EVERY", "60",
            "seconds between looks for imports to resume and to purge, where the login is a member of "
            "rowhouse_upkeep; 0 for never",
            0, 86400, store<&config::maintenance_every>, nullptr, true},
    setting{"--skip-pre-startup-tests", "SKIP_PRE_STARTUP_TESTS", "false",
            "true: serve without verifying extension, library and profile sync first", 0, 0, nullptr,
            store_flag<&config::skip_pre_startup_tests>},
    setting{"--pre-startup-test-timeout", "PRE_STARTUP_TEST_TIMEOUT", "30",
            "seconds for that verification to pass; it is tried again until then", 0, 3600,
            store<&config::pre_startup_test_timeout>},
};

} // namespace

void setting::apply(config& into, const std::string& value) const {
    if (text) return text(into, value);
    long long found = 0;
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), found);
    if (code != std::errc{} || end != value.data() + value.size() || found < low || found > high)
        throw config_error("must be a whole number from " + std::to_string(low) + " to " + std::to_string(high) +
                           ", got \"" + value + "\"");
    number(into, found);
}

std::span<const setting> all_settings() {
    return table;
}

const setting* find_setting(std::string_view setting::*key, std::string_view wanted) {
    for (const setting& row : table)
        if (row.*key == wanted) return &row;
    return nullptr;
}

} // namespace rowhouse
