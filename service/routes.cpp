#include "routes.hpp"

#include <algorithm>

namespace rowhouse {
namespace {

bool has_source(const route& row, std::initializer_list<source> sources) {
    return std::any_of(row.parameters.begin(), row.parameters.end(), [&](const parameter& item) {
        return std::find(sources.begin(), sources.end(), item.from) != sources.end();
    });
}

route_table build() {
    route_table rows;
    add_monitoring_routes(rows);
    add_account_routes(rows);
    add_organization_routes(rows);
    add_import_routes(rows);
    add_admin_routes(rows);
    add_resource_routes(rows);
    route_table all;
    for (route& row : rows) {
        all.push_back(row);
        if (row.also.empty()) continue;
        row.path = row.also;
        all.push_back(row);
    }
    // Of two paths that match, the one that says more counts.
    std::stable_sort(all.begin(), all.end(), [](const route& one, const route& other) {
        return one.path.starts_with("/api/{") < other.path.starts_with("/api/{");
    });
    return all;
}

} // namespace

const route_table& routes() {
    static const route_table table = build();
    return table;
}

bool is_enabled(features wanted, const config& settings) {
    features there = always;
    if (settings.allow_registration) there |= registration;
    if (settings.user_management) there |= user_management;
    if (settings.admin_panel) there |= admin_panel;
    if (settings.csv_upload) there |= csv_upload;
    return (wanted & ~there) == 0;
}

bool takes_upload(const route& row) {
    return has_source(row, {source::upload});
}

bool takes_json(const route& row) {
    return has_source(
        row, {source::json_text, source::json_object, source::json_scalar, source::body, source::body_or_list});
}

bool is_monitoring(const route& row) {
    return row.shape == answer::health || row.shape == answer::users_health || row.shape == answer::ready ||
           row.shape == answer::metrics;
}

} // namespace rowhouse
