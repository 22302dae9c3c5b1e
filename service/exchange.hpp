// State of one request, filled from top to bottom as it goes through the stages.
#pragma once

#include "errors.hpp"
#include "live_config.hpp"
#include "match.hpp"
#include "query.hpp"
#include "request_head.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace rowhouse {

struct exchange {
    config_snapshot settings;
    int socket = -1;
    std::string peer{};
    std::function<bool()> flush{}; // what was written so far leaves now
    std::string id{};
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
    std::string client{}; // address
    std::string path{};   // as sent, neither decoded nor with its query
    query_parameters query{};
    std::string content_type{};
    framing body_framing = framing::none;
    std::size_t body_limit = 0;
    bool body_left = false; // part of the body is unread: the connection cannot be used again
    match matched{};
    std::optional<problem> refusal{}; // found from the headers
    std::optional<problem> failure{}; // what was answered, for the log
    std::string method{};
    std::string allowed_origin{}; // whose pages may read the answer
    int status = 0;               // 0 until something was answered
};

} // namespace rowhouse
