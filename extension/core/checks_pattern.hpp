// Regular expressions, in linear time (RE2): no expression and no text makes a match slow.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace rowhouse::checks {

class pattern {
public:
    pattern();
    ~pattern();
    pattern(pattern&&) noexcept;
    pattern& operator=(pattern&&) noexcept;

    // A sentence that says what is wrong with the expression, or nothing. Syntax of RE2: that of Perl without what
    // would need backtracking (look-around, backreferences).
    std::string compile(std::string_view expression);

    // More is not tried, and does not match: linear time still is time for every state of an expression.
    static constexpr std::size_t longest_text = 32768;

    // Whether the text as a whole matches.
    bool matches(std::string_view text) const;

    bool empty() const { return !compiled_; }

private:
    std::unique_ptr<re2::RE2> compiled_;
};

} // namespace rowhouse::checks
