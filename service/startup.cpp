#include "startup.hpp"

#include "errors.hpp"
#include "log.hpp"
#include "pool.hpp"
#include "transaction.hpp"
#include "verification.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace rowhouse {
namespace {

using namespace std::chrono_literals;

constexpr const char* installed_sql = "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'rowhouse'";
constexpr timespec pause{0, 500'000'000}; // between two attempts

struct failure {
    std::string code, message;
    bool operator==(const failure&) const = default;
};

struct attempt {
    std::vector<failure> failures{};
    std::size_t checks = 0;
};

attempt verify_once(const config& settings) {
    attempt result;
    try {
        pool connections(settings);
        const auto ask = [&](const char* sql) {
            return run(connections, {.sql = sql, .statement_timeout = settings.statement_timeout});
        };
        if (!ask(installed_sql))
            throw problem(503, "extension_missing", "the extension rowhouse is not in the database");
        for (const check& row : read_checks(ask(verify_sql).value())) {
            ++result.checks;
            if (row.passed == false) result.failures.push_back({"check_failed", row.name + ": " + row.detail});
        }
    } catch (const problem& error) {
        result.failures.push_back({error.code, error.logged.empty() ? error.detail : error.logged});
    }
    return result;
}

void log_failures(log_level level, const std::vector<failure>& failures) {
    for (const failure& row : failures)
        log(level, event::startup_check_failed, {.code = row.code, .message = row.message});
}

} // namespace

startup verify_before_serving(const config& settings, const sigset_t& signals) {
    const auto deadline = std::chrono::steady_clock::now() + settings.pre_startup_test_timeout;
    std::vector<failure> known;
    while (true) {
        // No attempt may last longer than what is left, but one that begins gets the time to be done.
        const auto left = deadline - std::chrono::steady_clock::now();
        config limits = settings;
        limits.connect_timeout =
            std::clamp(std::chrono::duration_cast<std::chrono::seconds>(left), 2s, settings.connect_timeout);
        limits.statement_timeout = std::min(
            settings.statement_timeout,
            std::max<std::chrono::milliseconds>(std::chrono::duration_cast<std::chrono::milliseconds>(left), 2s));
        const attempt found = verify_once(limits);
        if (found.failures.empty()) {
            log(log_level::info, event::startup_verified, {.message = std::to_string(found.checks) + " checks passed"});
            return startup::verified;
        }
        if (std::chrono::steady_clock::now() + 500ms > deadline) {
            log_failures(log_level::error, found.failures);
            return startup::failed;
        }
        if (found.failures != known) log_failures(log_level::warning, found.failures); // once, not every time
        known = found.failures;
        if (sigtimedwait(&signals, nullptr, &pause) > 0) return startup::interrupted;
    }
}

} // namespace rowhouse
