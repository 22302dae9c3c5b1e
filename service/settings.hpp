// The table of settings. A row is a setting; config.cpp says where values come from.
#pragma once

#include "config.hpp"

#include <span>
#include <string_view>

namespace rowhouse {

struct setting {
    std::string_view flag, name, fallback, help;
    long long low = 0, high = 0;
    void (*number)(config&, long long) = nullptr; // of settings that are numbers in that range
    void (*text)(config&, const std::string&) = nullptr;
    bool fixed = false; // counts from the next start on

    // Throws config_error, which begins with what `value` would have to be.
    void apply(config& into, const std::string& value) const;
};

std::span<const setting> all_settings();
const setting* find_setting(std::string_view setting::*key, std::string_view wanted);

} // namespace rowhouse
