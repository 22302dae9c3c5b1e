// Pages of other origins (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol): those of ALLOWED_ORIGINS.
#pragma once

#include "exchange.hpp"

#include <httplib.h>

namespace rowhouse {

// The request's origin where its pages may read the answer, else empty.
std::string allowed_origin(const httplib::Request& request, const config& settings);

bool is_preflight(const exchange& current, const httplib::Request& request);
// What the browser asks before a request that a form could not make. Throws problem 404.
void answer_preflight(const exchange& current, httplib::Response& response);

void add_origin_headers(const exchange& current, httplib::Response& response);

} // namespace rowhouse
