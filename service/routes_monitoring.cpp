// For machines that ask how the service is, and what it can do.
#include "routes.hpp"

namespace rowhouse {

void add_monitoring_routes(route_table& table) {
    constexpr const char* health = "SELECT rowhouse.health()";
    constexpr const char* installed = "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'rowhouse'";
    // Null without the right to it, and then there are the service's own figures alone.
    constexpr const char* figures = "SELECT rowhouse.service_metrics() WHERE pg_has_role('rowhouse_upkeep', 'USAGE')";

    table.push_back({.method = "GET",
                     .path = "/health",
                     .summary = "How the service and its database are",
                     .sql = health,
                     .anonymous = true,
                     .shape = answer::health});
    table.push_back({.method = "GET",
                     .path = "/admin/users/health-check",
                     .summary = "The same with the figures of profile sync in the shape that monitors expect",
                     .sql = health,
                     .anonymous = true,
                     .shape = answer::users_health});
    table.push_back({.method = "GET",
                     .path = "/ready",
                     .summary = "Whether requests can be answered",
                     .sql = installed,
                     .anonymous = true,
                     .shape = answer::ready});
    table.push_back({.method = "GET",
                     .path = "/metrics",
                     .summary = "Figures for Prometheus, for the networks that may see them",
                     .sql = figures,
                     .content_type = "text/plain; version=0.0.4; charset=utf-8",
                     .anonymous = true,
                     .shape = answer::metrics});
    table.push_back({.method = "GET",
                     .path = "/openapi.json",
                     .summary = "This document",
                     .anonymous = true,
                     .shape = answer::openapi});
}

} // namespace rowhouse
