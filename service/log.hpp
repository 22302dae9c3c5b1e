// Structured log: one JSON object per line on stderr. Every observable event is a value of `event`; nothing else in
// the service prints. There is no field for headers, tokens, parameters or bodies, so none of them can be logged.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace rowhouse {

enum class log_level { debug, info, warning, error };

enum class event {
    startup_verified,
    startup_check_failed,
    startup_checks_skipped,
    listening,
    failed_to_listen,
    request,
    settings_ignored,
    settings_reloaded,
    settings_refused,
    maintenance_done,
    maintenance_failed,
    stopping,
    stopped
};

struct log_fields {
    std::string_view request_id{};
    std::string_view method{};
    std::string_view route{}; // the pattern of the route table, not the path
    std::string_view client{};
    int status = 0;
    std::chrono::microseconds duration{-1};
    std::string_view code{};
    std::string_view message{};
};

void set_log_level(std::string_view name);

void log(log_level level, event what, const log_fields& fields = {});

// Now, in UTC, as 2026-01-02T10:00:00.000Z.
std::string timestamp();

} // namespace rowhouse
