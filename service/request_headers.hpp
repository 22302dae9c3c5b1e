// What the headers of a request say, strictly read.
#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

namespace rowhouse {

// Whether this can be the name of a header (RFC 9110 section 5.6.2).
bool is_token(std::string_view text);

// All headers of this name as one list, in their order (RFC 9110 section 5.3).
std::string header_list(const httplib::Request& request, const char* name);

// Whether something that passes requests on has had it in its hands, and says so.
bool was_forwarded(const httplib::Request& request);

// The token of `Authorization: Bearer <token>`; empty without the header. Its form is checked (RFC 6750), its meaning
// only by the database. Throws problem 401.
std::string bearer_token(const httplib::Request& request);

// The client's own X-Request-Id when it is harmless, else a random one.
std::string choose_request_id(const std::string& offered);

} // namespace rowhouse
