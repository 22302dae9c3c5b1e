// From a method and path to a row of the table of routes.
#pragma once

#include "routes.hpp"

#include <map>
#include <string>
#include <string_view>

namespace rowhouse {

using path_parameters = std::map<std::string, std::string, std::less<>>;

struct match {
    const route* found = nullptr; // none: unknown path, or known with other methods
    path_parameters parameters{};
    std::string allow{}; // where none was found: the methods of a known path, as in the Allow header; else empty
};

// `raw_path` is not percent-decoded: an encoded slash belongs to its segment. HEAD is answered as GET. A row whose
// feature is switched off is not there.
match find_route(std::string_view method, std::string_view raw_path, std::string_view accept, const config& settings);

// The methods that a path answers, as in the Allow header; empty for an unknown one.
std::string allowed_methods(std::string_view raw_path, const config& settings);

// "{name:type}" taken apart; the type is empty where none is said.
struct placeholder {
    std::string_view name, type;
};
placeholder read_placeholder(std::string_view segment);

bool is_uuid(std::string_view text);

} // namespace rowhouse
