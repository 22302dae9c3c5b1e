#include "health.hpp"

#include "log.hpp"
#include "transaction.hpp"

#include <algorithm>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;

// One line with a space after every colon: monitors look for the text "status": "healthy".
std::string spaced(const json& document) {
    std::string text = document.dump(0);
    std::replace(text.begin(), text.end(), '\n', ' '); // those between elements; in strings they are escaped
    return text;
}

} // namespace

health_report health::ask(const char* sql, const config& settings) {
    const std::lock_guard lock(asking_);
    const auto begun = clock::now();
    if (begun < good_until_) return last_;
    last_ = find_out(sql, settings);
    const auto ended = clock::now();
    good_until_ = ended + std::min<clock::duration>((ended - begun) * 10, std::chrono::seconds(5));
    if (ended - begun < std::chrono::milliseconds(20)) good_until_ = ended; // nobody feels that
    return last_;
}

health_report health::find_out(const char* sql, const config& settings) {
    health_report report{.document = json::object()};
    try {
        const auto value =
            run(connections_, {.sql = sql, .read_only = true, .statement_timeout = settings.statement_timeout});
        if (value) report.document = json::parse(*value);
        report.document.emplace("status", "healthy"); // unless the database knows better: it may be degraded
    } catch (const problem& error) {
        report.failure = error;
        report.status = 503;
        report.document["status"] = "unhealthy";
        if (error.code == "database_unavailable") report.database = "disconnected";
        if (error.code == "pool_exhausted") report.database = "busy";
    }
    return report;
}

std::string health::summary(const health_report& report) const {
    json document = report.document;
    document["timestamp"] = timestamp();
    document["uptime"] = std::chrono::duration_cast<std::chrono::seconds>(clock::now() - started_).count();
    document["dependencies"]["database"] = report.database;
    return spaced(document);
}

std::string health::users_summary(const health_report& report) {
    json document{{"status", report.document.at("status")}, {"timestamp", timestamp()}, {"database", report.database}};
    if (const auto sync = report.document.find("user_sync"); sync != report.document.end())
        document["user_sync"] = *sync;
    document["services"]["database"] = report.database;
    if (const auto services = report.document.find("services"); services != report.document.end())
        document["services"].update(*services);
    return spaced(document);
}

} // namespace rowhouse
