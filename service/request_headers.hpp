// What the headers of a request say, strictly read.
#pragma once

#include <httplib.h>

#include <cstddef>
#include <string>

namespace rowhouse {

// How the end of a body is marked. `broken` stands for anything a proxy in front could read differently than we do.
enum class framing { none, length, chunked, broken };

framing body_framing(const httplib::Request& request, std::size_t& length);

// The token of `Authorization: Bearer <token>`; empty without the header. Its form is checked (RFC 6750), its meaning
// only by the database. Throws problem 401.
std::string bearer_token(const httplib::Request& request);

// The client's own X-Request-Id when it is harmless, else a random one.
std::string choose_request_id(const std::string& offered);

} // namespace rowhouse
