// From a matched request to the bound values of its SQL call.
#pragma once

#include "config.hpp"
#include "match.hpp"
#include "query.hpp"
#include "transaction.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

// What a route's parameters can be taken from. The values point to memory of the request.
struct request_input {
    const path_parameters& path;
    const query_parameters& query;
    std::string_view content_type;
    std::string_view body;
};

// What a client may say about an upload, in the query or in the form; anything else is left out.
struct upload_option {
    std::string_view name, type; // as JSON Schema calls it
};
std::span<const upload_option> upload_option_list();

// One argument per parameter of the route, in order. Throws problem.
std::vector<argument> collect(const route& row, const request_input& input, const config& settings);

// Whether the route can take a body of this type at all; known before the body is read. Throws problem 415.
void check_content_type(const route& row, std::string_view content_type);

} // namespace rowhouse
