// Settings of the service. One table in config.cpp holds every setting's flag, environment name, default and range;
// parsing, --help, --print-config and the error messages all read that table.
#pragma once

#include "network.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace rowhouse {

// A setting as it was given, and where: for --print-config. Secrets are hidden in it.
struct given_setting {
    std::string name, value, origin;
};

// Sizes are bytes. Every limit of the HTTP library and of libpq is listed here, so nothing is left to their defaults.
// The values come from the table, the defaults included. Never changed once it is loaded: a reload makes another one.
struct config {
    // Fixed at the start; see fixed_settings_differ().
    std::string listen_host{};
    int listen_port{};      // 0: any free port, named in the "listening" log line
    std::string database{}; // empty: libpq's own PG* variables and defaults
    std::string tls_certificate{}, tls_key{};
    std::size_t max_connections{};
    std::size_t pool_size{};                  // database connections
    std::chrono::milliseconds pool_wait{};    // waiting for a free one, then 503
    std::chrono::seconds connect_timeout{};   // reaching the database
    std::chrono::seconds maintenance_every{}; // 0: never

    std::string log_level{};
    std::size_t max_upload_size{};                 // the file alone, without multipart framing
    std::size_t max_body_size{};                   // JSON bodies
    std::size_t max_header_size{};                 // request line and all header lines together
    std::size_t max_streams{};                     // clients that are sent events
    std::size_t keep_alive_count{};                // requests on one connection
    std::chrono::seconds keep_alive_timeout{};     // an idle connection is closed after this
    std::chrono::seconds read_timeout{};           // between two pieces of a request
    std::chrono::seconds write_timeout{};          // a client that does not take its answer
    std::chrono::seconds request_timeout{};        // receiving one whole request
    std::chrono::milliseconds statement_timeout{}; // one SQL call, then 504
    bool skip_pre_startup_tests{};
    std::chrono::seconds pre_startup_test_timeout{}; // for the profiles to be in order before serving

    bool production{};
    bool allow_registration{};
    bool user_management{}, admin_panel{}, csv_upload{}; // whether there are routes for it
    std::vector<std::string> allowed_origins{};          // "*": any
    std::vector<network> trusted_proxies{}, metrics_networks{};
    std::size_t login_failures{}; // of an account in a window
    std::chrono::seconds login_window{};

    std::vector<given_setting> given{};
    std::vector<std::string> ignored{}; // names in the file that are none of ours
};

// What multipart/form-data may add around a file of the largest size.
inline constexpr std::size_t multipart_framing = 65536;

// A wrong flag, environment variable or file line. The text is meant for the operator and never holds a value of
// DATABASE_URL.
struct config_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Flags over environment over file over defaults. `arguments` are those after the subcommand.
config load_config(const std::vector<std::string>& arguments);

// The names of those settings that differ but count only from the next start on.
std::vector<std::string> fixed_settings_that_differ(const config& running, const config& loaded);

// The table as text, one setting per paragraph: all of it, or only how to reach the database.
std::string describe_settings();
std::string describe_connection();

// The lines of --print-config: NAME=VALUE, and where it is from.
std::string print_settings(const config& settings);

} // namespace rowhouse
