// The table of routes as an OpenAPI 3.1 document.
#pragma once

#include "config.hpp"

#include <string>

namespace rowhouse {

// Of the routes that are switched on.
std::string openapi_document(const config& settings);

} // namespace rowhouse
