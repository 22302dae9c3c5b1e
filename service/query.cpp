#include "query.hpp"

#include <algorithm>
#include <charconv>

namespace rowhouse {
namespace {

// What is no escape stays as it is.
std::string decode(std::string_view raw) {
    std::string text;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        unsigned char byte = 0;
        const char* const digits = raw.data() + i + 1;
        if (raw[i] == '%' && raw.size() - i > 2 && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            text += static_cast<char>(byte);
            i += 2;
        } else {
            text += raw[i] == '+' ? ' ' : raw[i];
        }
    }
    return text;
}

} // namespace

query_parameters parse_query(std::string_view target) {
    query_parameters found;
    const auto begin = target.find('?');
    std::string_view rest = begin == target.npos ? std::string_view() : target.substr(begin + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        found.emplace_back(decode(pair.substr(0, equals)),
                           equals == pair.npos ? std::string() : decode(pair.substr(equals + 1)));
    }
    return found;
}

} // namespace rowhouse
