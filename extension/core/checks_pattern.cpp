#include "core/checks_pattern.hpp"

#include "core/unicode.hpp"

#include <re2/re2.h>

namespace rowhouse::checks {

namespace {

constexpr std::size_t longest_expression = 1000;
constexpr std::int64_t most_memory = 1 << 20; // of one expression, compiled, with what it remembers between matches

re2::RE2::Options quiet_options() {
    re2::RE2::Options options;
    options.set_log_errors(false); // to stderr, which is the server's log
    options.set_max_mem(most_memory);
    options.set_never_capture(true);
    return options;
}

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

} // namespace

pattern::pattern() = default;
pattern::~pattern() = default;
pattern::pattern(pattern&&) noexcept = default;
pattern& pattern::operator=(pattern&&) noexcept = default;

std::string pattern::compile(std::string_view expression) {
    compiled_.reset();
    if (expression.size() > longest_expression)
        return "A regular expression has at most " + std::to_string(longest_expression) + " bytes.";
    auto compiled = std::make_unique<re2::RE2>(piece(expression), quiet_options());
    if (!compiled->ok()) return "The regular expression cannot be used: " + unicode::excerpt(compiled->error()) + ".";
    compiled_ = std::move(compiled);
    return {};
}

bool pattern::matches(std::string_view text) const {
    return text.size() <= longest_text && re2::RE2::FullMatch(piece(text), *compiled_);
}

} // namespace rowhouse::checks
