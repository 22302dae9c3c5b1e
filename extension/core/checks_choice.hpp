// Values of a list.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rowhouse::checks {

class choice_set {
public:
    // With `loosely`, case and spaces do not count. A sentence that says what is wrong with the list, or nothing.
    std::string prepare(const std::vector<std::string>& choices, bool loosely);

    // The choice as it was listed; it lives as long as the set. `buffer` is for its own use.
    std::optional<std::string_view> find(std::string_view text, std::string& buffer) const;

    // Only what is written as it was listed.
    std::optional<std::string_view> find_exactly(std::string_view text) const;

    // "a, b, c", the first of them where there are many.
    std::string listed() const;

private:
    struct hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    using index = std::unordered_map<std::string, std::size_t, hash, std::equal_to<>>;

    std::vector<std::string> choices_;
    bool loosely_ = false;
    index exact_;
    index folded_; // only with loosely_
};

} // namespace rowhouse::checks
