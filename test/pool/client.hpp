// One client of the pool: transactions of a random member each, of every kind, whose answers it checks.
#pragma once

#include "ledger.hpp"
#include "people.hpp"
#include "session.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace pool_test {

class client {
public:
    client(int number, std::uint64_t seed, const std::string& conninfo, const std::vector<member>& members,
           ledger& book);

    void run(int transactions);

private:
    struct kind {
        const char* name;
        int weight; // out of the sum of all
        void (client::*run)();
    };
    static const std::vector<kind> kinds;

    // The kinds of transactions.
    void commits();
    void rolls_back();
    void breaks();
    void is_cancelled();
    void vanishes();
    void rolls_back_to_savepoint();
    void releases_savepoint();
    void shares_a_plan();
    void is_nobody();
    void is_nobody_any_more();
    void has_expired();
    void is_forged();
    void is_no_member();
    void writes_elsewhere();

    // Their parts.
    void begin_as(const member& who);
    void become(const member& who);
    void read_as(const member& who);
    void read_nothing();
    void check_rows(const answer& rows, const member& who, property wrong_row);
    void write_as(const member& who);
    void commit();
    void roll_back();
    answer good(answer got); // an error where none may be is a failure of the transaction
    void expect_error(const answer& got, std::string_view sqlstate, property what);
    const member& anybody();
    const member& somebody_outside(const member& who);
    int random_below(int limit);

    int number_;
    std::mt19937_64 random_;
    session session_;
    const std::vector<member>& members_;
    ledger& book_;
    std::vector<written_row> pending_{}; // by the running transaction
    int written_ = 0;
};

} // namespace pool_test
