// Work on many accounts of which some may be at fault: the others are done, and those are put on record.
#pragma once

#include "profiles/mirror.hpp"

#include <functional>
#include <span>

namespace rowhouse::profiles {

struct failure {
    int code;
    std::string message;
};

// For a cancelled or interrupted statement, which is to end.
bool ends_the_statement(const failure& failed);

// For errors about the values of some row, as against those that everybody would meet (a right that is missing, a
// lock).
bool concerns_a_row(const failure& failed);

// Runs `work` in a subtransaction. Gives back what went wrong, after rolling that back; raises only what is to end the
// statement.
std::optional<failure> attempt(const std::function<void()>& work);

class repair {
public:
    repair(pg::spi& sql, Oid source) : sql_(sql), source_(source) {}

    // `work` on these accounts and, where it fails because of a row, on halves of them, down to the rows at fault.
    // `first` is how it failed on all of them already. Gives back an error that is not about a row, the work then being
    // done in part.
    std::optional<failure> run(std::span<const pg::uuid> accounts, const std::function<void(const ids&)>& work,
                               std::optional<failure> first = std::nullopt);

    // Never fails the statement: what cannot be recorded becomes a warning.
    void record(std::span<const pg::uuid> accounts, const failure& failed);

    const ids& recorded() const { return recorded_; }

private:
    pg::spi& sql_;
    Oid source_;
    ids recorded_;
};

} // namespace rowhouse::profiles
