#include "log.hpp"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <ctime>

namespace rowhouse {
namespace {

constexpr std::array level_names{"debug", "info", "warning", "error"};
constexpr std::array event_names{"startup_verified", "startup_check_failed", "startup_checks_skipped",
                                 "listening",        "failed_to_listen",     "request",
                                 "settings_ignored", "settings_reloaded",    "settings_refused",
                                 "maintenance_done", "maintenance_failed",   "stopping",
                                 "stopped"};

std::atomic<log_level> threshold = log_level::info;

} // namespace

void set_log_level(std::string_view name) {
    for (std::size_t i = 0; i < level_names.size(); ++i)
        if (name == level_names[i]) threshold = static_cast<log_level>(i);
}

std::string timestamp() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    const std::time_t seconds = millis / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const std::size_t used = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + used, text.size() - used, ".%03dZ", static_cast<int>(millis % 1000));
    return text.data();
}

void log(log_level level, event what, const log_fields& fields) {
    if (level < threshold) return;
    nlohmann::ordered_json line{{"time", timestamp()},
                                {"level", level_names[static_cast<std::size_t>(level)]},
                                {"event", event_names[static_cast<std::size_t>(what)]}};
    const auto add = [&line](const char* name, std::string_view value) {
        if (!value.empty()) line[name] = value;
    };
    add("request_id", fields.request_id);
    add("method", fields.method);
    add("route", fields.route);
    add("client", fields.client);
    if (fields.status) line["status"] = fields.status;
    if (fields.duration.count() >= 0) line["duration_ms"] = static_cast<double>(fields.duration.count()) / 1000;
    add("code", fields.code);
    add("message", fields.message);
    const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    // One write(2) per line keeps the lines of different threads apart without a lock. Nobody could be told of a
    // failure.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace rowhouse
