#include "ledger.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace pool_test {

namespace {

constexpr std::array<const char*, static_cast<std::size_t>(property::count)> titles{
    "rows read are of the member's organization",
    "reads find all rows that the organization had from the start",
    "rows read of a table by user are of the member",
    "user_id() and organization_id() are those that were set",
    "after ROLLBACK TO SAVEPOINT the member before is back",
    "after RELEASE SAVEPOINT the member after stays",
    "without a token nothing is seen",
    "without a token inserts fail with 42501",
    "expired tokens fail with 28000",
    "forged tokens fail with 28000",
    "organizations of others fail with P0002",
    "writes into other organizations fail or touch nothing",
    "a generic plan that somebody else left behind reads one's own rows",
    "errors in a transaction are one's own",
    "cancelled statements fail with 57014",
    "server connections pass from member to member",
    "the table holds what was committed, as it was written, and nothing else",
    "nothing else went wrong in the transactions",
};

} // namespace

void ledger::checked(property what, long times) {
    const std::scoped_lock lock(mutex_);
    entries_[static_cast<std::size_t>(what)].checks += times;
}

void ledger::failed(property what, const std::string& how) {
    const std::scoped_lock lock(mutex_);
    entry& record = entries_[static_cast<std::size_t>(what)];
    if (record.failures++ < shown_failures)
        std::printf("FAIL %s: %s\n", titles[static_cast<std::size_t>(what)], how.c_str());
}

void ledger::ran(std::string_view kind) {
    const std::scoped_lock lock(mutex_);
    kinds_[std::string(kind)]++;
    entries_[static_cast<std::size_t>(property::unexpected)].checks++;
}

void ledger::committed(std::vector<written_row> rows) {
    const std::scoped_lock lock(mutex_);
    std::move(rows.begin(), rows.end(), std::back_inserter(written_));
}

void ledger::served(std::string_view server, const std::string& user) {
    const std::scoped_lock lock(mutex_);
    server_state& state = servers_[std::string(server)];
    if (!state.last_user.empty() && state.last_user != user)
        entries_[static_cast<std::size_t>(property::handed_over)].checks++;
    state.last_user = user;
    state.users.insert(user);
}

void ledger::compare(std::vector<written_row> stored) {
    checked(property::committed_rows, static_cast<long>(stored.size()));
    std::sort(stored.begin(), stored.end());
    std::sort(written_.begin(), written_.end());
    const auto complain = [&](const char* what, const std::vector<written_row>& rows) {
        for (const written_row& row : rows)
            failed(property::committed_rows,
                   what + (": " + row.marker) + " of " + row.author + " in " + row.organization);
    };
    std::vector<written_row> difference;
    std::set_difference(stored.begin(), stored.end(), written_.begin(), written_.end(), std::back_inserter(difference));
    complain("nobody committed", difference);
    difference.clear();
    std::set_difference(written_.begin(), written_.end(), stored.begin(), stored.end(), std::back_inserter(difference));
    complain("missing", difference);
}

bool ledger::report() const {
    long transactions = 0;
    std::size_t most_users = 0;
    for (const auto& [kind, times] : kinds_)
        transactions += times;
    for (const auto& [server, state] : servers_)
        most_users = std::max(most_users, state.users.size());
    std::printf("%ld transactions:\n", transactions);
    for (const auto& [kind, times] : kinds_)
        std::printf("%8ld %s\n", times, kind.c_str());
    std::printf("server connections: %zu, the busiest one served %zu members\n", servers_.size(), most_users);
    int good = 0, bad = 0;
    for (std::size_t i = 0; i < entries_.size(); i++) {
        const bool passes = entries_[i].checks > 0 && entries_[i].failures == 0;
        passes ? good++ : bad++;
        std::printf("%s %s: %ld checks, %ld failures\n", passes ? "ok  " : "FAIL", titles[i], entries_[i].checks,
                    entries_[i].failures);
    }
    std::printf("%d passed, %d failed\n", good, bad);
    return bad == 0;
}

} // namespace pool_test
