// The command line's connection to the database. Every call is a transaction of its own, committed when it returns.
// SIGINT and SIGTERM cancel the call that runs.
#pragma once

#include "config.hpp"
#include "pool.hpp"

#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace rowhouse {

// The user or the system wants the command to end. What was committed before stays.
struct interrupted : std::exception {
    explicit interrupted(int number) : signal(number) {}
    const char* what() const noexcept override { return "interrupted; what was done before is kept"; }
    int signal;
};

class session {
public:
    // Throws std::runtime_error when there is no way into the database.
    explicit session(const config& settings);
    session(const session&) = delete;

    // The first column of the first row; nothing for NULL or no row. Throws interrupted, or std::runtime_error with the
    // database's message.
    std::optional<std::string> call(const char* sql, const std::vector<std::optional<std::string>>& arguments = {});

private:
    pool connections_;
    pool::lease lease_;
};

} // namespace rowhouse
