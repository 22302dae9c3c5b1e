#include "metrics.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace rowhouse {
namespace {

std::string number(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.15g", value);
    return text.data();
}

void head(std::string& text, const std::string& name, const char* type, const std::string& help) {
    text += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

void line(std::string& text, const std::string& name, const std::string& labels, const std::string& value) {
    text += name + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
}

void gauge(std::string& text, const std::string& name, const char* type, const std::string& help, double value) {
    head(text, name, type, help);
    line(text, name, "", number(value));
}

std::string label(const std::string& name, const std::string& value) {
    std::string escaped;
    for (const char c : value) {
        if (c == '\\' || c == '"') escaped += '\\';
        escaped += c == '\n' ? ' ' : c;
    }
    return name + "=\"" + escaped + "\"";
}

std::string labels_of(const route* row) {
    return label("method", row ? std::string(row->method) : "") + "," + label("route", row ? row->path : "");
}

// [{"name", "type", "help", "samples": [{"labels": {…}, "value"}]}]
void append_samples(std::string& text, const std::string& document) {
    for (const nlohmann::json& family : nlohmann::json::parse(document)) {
        const auto name = family.at("name").get<std::string>();
        head(text, name, family.at("type").get<std::string>().c_str(), family.at("help").get<std::string>());
        for (const nlohmann::json& sample : family.at("samples")) {
            std::string labels;
            for (const auto& [key, value] : sample.at("labels").items())
                labels += (labels.empty() ? "" : ",") + label(key, value.get<std::string>());
            line(text, name, labels, number(sample.at("value").get<double>()));
        }
    }
}

} // namespace

request_metrics::request_metrics() : by_route_(std::make_unique<figures[]>(routes().size() + 1)) {}

void request_metrics::answered(const route* row, int status, std::chrono::microseconds took) {
    figures& into = by_route_[row ? static_cast<std::size_t>(row - routes().data()) : routes().size()];
    const double seconds = static_cast<double>(took.count()) / 1e6;
    const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
    ++into.buckets[static_cast<std::size_t>(bucket)];
    ++into.statuses[static_cast<std::size_t>(std::clamp(status, 0, most_statuses - 1))];
    into.microseconds += static_cast<unsigned long long>(took.count());
}

void request_metrics::append_to(std::string& text) const {
    const auto each = [&](auto&& use) {
        for (std::size_t i = 0; i <= routes().size(); ++i)
            use(by_route_[i], labels_of(i < routes().size() ? &routes()[i] : nullptr));
    };
    head(text, "rowhouse_http_requests_total", "counter", "Requests answered, by route and status.");
    each([&](const figures& row, const std::string& labels) {
        for (std::size_t status = 0; status < row.statuses.size(); ++status)
            if (row.statuses[status] > 0)
                line(text, "rowhouse_http_requests_total", labels + "," + label("status", std::to_string(status)),
                     std::to_string(row.statuses[status]));
    });
    const std::string name = "rowhouse_http_request_duration_seconds";
    head(text, name, "histogram", "From the first byte of a request to the last of its answer.");
    each([&](const figures& row, const std::string& labels) {
        unsigned long long sum = 0;
        std::string lines;
        for (std::size_t i = 0; i < row.buckets.size(); ++i) {
            sum += row.buckets[i];
            line(lines, name + "_bucket", labels + "," + label("le", i < bounds.size() ? number(bounds[i]) : "+Inf"),
                 std::to_string(sum));
        }
        if (sum == 0) return;
        text += lines;
        line(text, name + "_sum", labels, number(static_cast<double>(row.microseconds) / 1e6));
        line(text, name + "_count", labels, std::to_string(sum));
    });
}

std::string metrics_text(const request_metrics& requests, const service_gauges& gauges,
                         const std::optional<std::string>& samples) {
    std::string text;
    head(text, "rowhouse_build_info", "gauge", "The version of the service.");
    line(text, "rowhouse_build_info", label("version", ROWHOUSE_VERSION), "1");
    gauge(text, "rowhouse_connections", "gauge", "Clients connected.", static_cast<double>(gauges.connections));
    gauge(text, "rowhouse_streams", "gauge", "Of them, clients that are sent events.",
          static_cast<double>(gauges.streams));
    gauge(text, "rowhouse_pool_size", "gauge", "Database connections there may be.",
          static_cast<double>(gauges.database.size));
    head(text, "rowhouse_pool_connections", "gauge", "Database connections there are.");
    line(text, "rowhouse_pool_connections", label("state", "busy"), std::to_string(gauges.database.busy));
    line(text, "rowhouse_pool_connections", label("state", "idle"), std::to_string(gauges.database.idle));
    gauge(text, "rowhouse_pool_waiting", "gauge", "Requests that wait for a database connection.",
          static_cast<double>(gauges.database.waiting));
    gauge(text, "rowhouse_pool_connects_total", "counter", "Database connections made.",
          static_cast<double>(gauges.database.made));
    gauge(text, "rowhouse_pool_exhausted_total", "counter", "Requests that found no free one in time.",
          static_cast<double>(gauges.database.exhausted));
    gauge(text, "rowhouse_logins_refused_total", "counter", "Attempts to log in or register that came too often.",
          static_cast<double>(gauges.logins_refused));
    requests.append_to(text);
    gauge(text, "rowhouse_database_figures", "gauge",
          "Whether the database has given its figures: it answers, and the login is a member of rowhouse_upkeep.",
          samples ? 1 : 0);
    if (samples) append_samples(text, *samples);
    return text;
}

} // namespace rowhouse
