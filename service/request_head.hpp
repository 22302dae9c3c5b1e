// The request line and headers as they were sent. The HTTP library takes what it can make sense of and passes over the
// rest; here nothing is passed over.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rowhouse {

// How the end of a body is marked. `broken` stands for anything a proxy in front could read differently than we do.
enum class framing { none, length, chunked, broken };

class request_head {
public:
    // Takes note of what the library is about to read, and blanks what it would stumble over: it matches Range with a
    // regular expression that needs a stack without bounds, and of a query it loses all but the last "=" and "?".
    void take(char* bytes, std::size_t size);
    void clear() { *this = {}; }

    // Path and query; empty where the first line is none of HTTP.
    std::string_view target() const;
    // Every header line read, and `length` set where one is given.
    framing body_framing(std::size_t& length) const;

private:
    std::string text_{};
    std::size_t line_ = 0;  // where the current one begins
    bool blanking_ = false; // the rest of a query, or of a Range header
};

} // namespace rowhouse
