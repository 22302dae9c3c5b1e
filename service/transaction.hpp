// One transaction in one network round trip: the request's settings and the call go out together.
#pragma once

#include "pool.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

// One bound value. Text is owned; `bytes` points into the request's body, which outlives the call.
struct argument {
    std::optional<std::string> text{};
    std::string_view bytes{};
    bool binary = false;
};

struct sql_call {
    const char* sql = nullptr;
    std::vector<argument> arguments{};
    std::string_view token{};
    std::string_view organization{};
    bool read_only = false;
    std::chrono::milliseconds statement_timeout{};
    int client = -1; // socket of who waits for the answer: gone, the statement is cancelled
};

// The first column of the first row; nothing for NULL or no row. Throws problem. A read-only transaction that lost
// its connection is tried once more on a new one; anything that may have written is not.
std::optional<std::string> run(pool& connections, const sql_call& call);

} // namespace rowhouse
