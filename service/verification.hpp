// What rowhouse.verify_profiles() finds, for `rowhouse verify` and for the start of the service.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace rowhouse {

// {"passed", "checks": [{"check", "passed", "detail"}]}. A check that was not tried has no say in whether all is well.
inline constexpr const char* verify_sql =
    "SELECT jsonb_build_object('passed', coalesce(bool_and(passed), true), 'checks', coalesce(jsonb_agg("
    "jsonb_build_object('check', \"check\", 'passed', passed, 'detail', detail) ORDER BY position), '[]')) "
    "FROM rowhouse.verify_profiles() WITH ORDINALITY AS found (\"check\", passed, detail, position)";

struct check {
    std::string name;
    std::optional<bool> passed; // nothing: not tried
    std::string detail;
};

check read_check(const nlohmann::ordered_json& row);
std::vector<check> read_checks(const std::string& document);

} // namespace rowhouse
