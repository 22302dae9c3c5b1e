#include "core/checks_choice.hpp"

#include "core/checks_text.hpp"

namespace rowhouse::checks {

std::string choice_set::prepare(const std::vector<std::string>& choices, bool loosely) {
    if (choices.empty()) return "A list of values has at least one.";
    choices_ = choices;
    loosely_ = loosely;
    exact_.clear();
    folded_.clear();
    for (std::size_t i = 0; i < choices_.size(); i++) {
        const std::string& choice = choices_[i];
        if (choice.empty() || trimmed(choice) != choice)
            return "A value of a list is not empty and has no spaces around it.";
        if (!exact_.emplace(choice, i).second) return "\"" + choice + "\" is in the list of values twice.";
        if (!loosely) continue;
        std::string folded;
        append_folded(folded, choice);
        if (const auto [other, is_new] = folded_.emplace(folded, i); !is_new)
            return "\"" + choice + "\" and \"" + choices_[other->second] + "\" differ in case and spaces alone.";
    }
    return {};
}

std::optional<std::string_view> choice_set::find_exactly(std::string_view text) const {
    // A short list is searched faster than a hash is made of the text.
    constexpr std::size_t short_list = 8;
    if (choices_.size() <= short_list) {
        for (const std::string& choice : choices_)
            if (choice.size() == text.size() && choice.front() == text.front() && choice == text) return choice;
        return std::nullopt;
    }
    const auto found = exact_.find(text);
    if (found == exact_.end()) return std::nullopt;
    return choices_[found->second];
}

std::optional<std::string_view> choice_set::find(std::string_view text, std::string& buffer) const {
    const auto exactly = find_exactly(text);
    if (exactly || !loosely_) return exactly;
    buffer.clear();
    append_folded(buffer, text);
    const auto found = folded_.find(buffer);
    if (found == folded_.end()) return std::nullopt;
    return choices_[found->second];
}

std::string choice_set::listed() const {
    constexpr std::size_t most = 20;
    std::string list;
    for (std::size_t i = 0; i < choices_.size() && i < most; i++)
        list += (i == 0 ? "" : ", ") + choices_[i];
    if (choices_.size() > most) list += " and " + std::to_string(choices_.size() - most) + " more";
    return list;
}

} // namespace rowhouse::checks
