// Sanitising: what comes out is safe and stays so, and apostrophes are all that was added.
#include "check.hpp"
#include "core/sanitize.hpp"

namespace rowhouse::fuzz {

namespace {

using namespace csv;

// The text with nothing but apostrophes put in.
bool only_apostrophes_added(std::string_view text, std::string_view sanitized) {
    std::size_t at = 0;
    for (const char c : sanitized) {
        if (at < text.size() && c == text[at])
            ++at;
        else if (c != '\'')
            return false;
    }
    return at == text.size();
}

bool can_be_split(std::string_view text) {
    return text.find_first_of(",;\t|\r\n") != std::string_view::npos;
}

// Whoever splits the result, wherever its cells end, finds no formula in its parts.
void check_parts(std::string_view result, char separator) {
    const char ends[] = {separator, '\n', '\r'};
    for (bool first = true; !result.empty(); first = false) {
        const std::size_t end = std::min(result.find_first_of(std::string_view(ends, sizeof ends)), result.size());
        CHECK(first || classify(result.substr(0, end)) != cell_class::danger);
        result.remove_prefix(std::min(end + 1, result.size()));
    }
}

void check_type(std::string_view text, cell_type type) {
    const cell_class found = classify(text, type);
    const std::string result = sanitize(text, type);
    CHECK((found == cell_class::safe) == (result == text));
    CHECK(classify(result, type) == cell_class::safe);
    CHECK(sanitize(result, type) == result);
    CHECK(only_apostrophes_added(text, result));
    if (found == cell_class::danger) CHECK(result.front() == '\'');
    if (found == cell_class::split) CHECK(can_be_split(text));
    if (is_plainly_safe(text)) CHECK(found == cell_class::safe);
    if (!can_be_split(text) && !text.starts_with('\'')) CHECK(unsanitize(result) == text);
    for (const char separator : {',', ';', '\t', '|', '\n'})
        check_parts(result, separator);
}

} // namespace

} // namespace rowhouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using rowhouse::csv::cell_type;
    for (const cell_type type :
         {cell_type::text, cell_type::number, cell_type::email, cell_type::phone, cell_type::header})
        rowhouse::fuzz::check_type(rowhouse::fuzz::view_of(data, size), type);
    return 0;
}
