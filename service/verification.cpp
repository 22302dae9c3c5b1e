#include "verification.hpp"

#include <nlohmann/json.hpp>

namespace rowhouse {

check read_check(const nlohmann::ordered_json& row) {
    check found{.name = row.at("check").get<std::string>(), .passed = std::nullopt, .detail = {}};
    if (const auto& passed = row.at("passed"); !passed.is_null()) found.passed = passed.get<bool>();
    if (const auto& detail = row.at("detail"); !detail.is_null()) found.detail = detail.get<std::string>();
    return found;
}

std::vector<check> read_checks(const std::string& document) {
    std::vector<check> result;
    const auto parsed = nlohmann::ordered_json::parse(document);
    for (const auto& row : parsed.at("checks"))
        result.push_back(read_check(row));
    return result;
}

} // namespace rowhouse
