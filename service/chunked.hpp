// A body in chunks (RFC 9112 section 7.1), read strictly: the HTTP library takes "0x10" and "-5" for sizes, and what
// follows a chunk that has no end for the next request.
#pragma once

#include <httplib.h>

#include <cstddef>
#include <string>

namespace rowhouse {

enum class chunks { complete, broken, too_large };

// Appends at most `limit` bytes. After anything but `complete` the connection cannot be used again.
chunks read_chunks(httplib::Stream& from, std::size_t limit, std::string& body);

} // namespace rowhouse
