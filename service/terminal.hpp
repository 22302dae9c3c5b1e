// What people see of the command line.
#pragma once

#include "verification.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse {

// Text from a file or from the database, for a terminal: control characters are shown and not obeyed.
std::string printable(std::string_view text);

// A name and its value, under each other.
void print_row(std::string_view name, std::string_view value);

void print_checks(const std::vector<check>& checks);

// How far something is, on stderr: on a terminal one line that changes, else a line now and then.
class status_line {
public:
    status_line() = default;
    status_line(const status_line&) = delete;
    ~status_line() { clear(); }
    void show(std::string_view text);
    void clear();

private:
    std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
    bool open_ = false;
};

} // namespace rowhouse
