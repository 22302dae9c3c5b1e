#include "verification.hpp"

#include <nlohmann/json.hpp>

namespace rowhouse {

std::vector<check> read_checks(const std::string& document) {
    std::vector<check> result;
    const nlohmann::json parsed = nlohmann::json::parse(document);
    for (const nlohmann::json& row : parsed.at("checks")) {
        check found{.name = row.at("check").get<std::string>(), .passed = std::nullopt, .detail = {}};
        if (const auto& passed = row.at("passed"); !passed.is_null()) found.passed = passed.get<bool>();
        if (const auto& detail = row.at("detail"); !detail.is_null()) found.detail = detail.get<std::string>();
        result.push_back(std::move(found));
    }
    return result;
}

} // namespace rowhouse
