// What happened, from all clients: checks by property, transactions by kind, rows that must be there in the end.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pool_test {

// Every one of these is a test case: it passes when it was checked at least once and never failed.
enum class property : std::size_t {
    own_rows,
    all_own_rows,
    own_drafts,
    identity,
    restored_identity,
    kept_identity,
    nobody_sees,
    nobody_writes,
    expired,
    forged,
    no_member,
    foreign_write,
    shared_plan,
    broken_statement,
    cancelled_statement,
    handed_over,
    committed_rows,
    unexpected,
    count
};

// A row that a client has committed, as the client believes it to be.
struct written_row {
    std::string marker;
    std::string organization;
    std::string author;
    auto operator<=>(const written_row&) const = default;
};

class ledger {
public:
    void checked(property what, long times = 1);
    void failed(property what, const std::string& how);
    void ran(std::string_view kind);
    void committed(std::vector<written_row> rows);

    // A transaction of that user begins on that server connection.
    void served(std::string_view server, const std::string& user);

    // Is what the table holds what the clients have committed?
    void compare(std::vector<written_row> stored);

    // Prints everything; the last line is "N passed, N failed". True when none failed.
    bool report() const;

private:
    struct entry {
        long checks = 0;
        long failures = 0;
    };
    struct server_state {
        std::string last_user;
        std::set<std::string> users;
    };
    static constexpr long shown_failures = 5; // of each property

    std::mutex mutex_{};
    std::array<entry, static_cast<std::size_t>(property::count)> entries_{};
    std::map<std::string, long, std::less<>> kinds_{};
    std::map<std::string, server_state, std::less<>> servers_{};
    std::vector<written_row> written_{};
};

} // namespace pool_test
