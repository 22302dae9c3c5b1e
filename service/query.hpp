// The query of a request's target, decoded: names and values in the order in which they were sent.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowhouse {

using query_parameters = std::vector<std::pair<std::string, std::string>>;

// As HTML forms and URLSearchParams write it (https://url.spec.whatwg.org/#urlencoded-parsing); `target` may have a
// path before it.
query_parameters parse_query(std::string_view target);

} // namespace rowhouse
