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

    using step = std::function<void(const ids&)>;

    // `work` on these accounts and, where it fails because of a row, on a few hundred at a time, which are announced by
    // `narrow`, and on halves of those, down to the rows at fault: they are put on record. Gives back an error that is
    // not about a row, the work then being done in part.
    std::optional<failure> run(const ids& accounts, const step& work, const step& narrow = {});
    // The same after it has failed on all of them.
    std::optional<failure> go_on(const ids& accounts, const failure& first, const step& work, const step& narrow = {});

    // Puts them all on record with that failure. Never fails the statement: what cannot be recorded becomes a warning.
    void record(std::span<const pg::uuid> accounts, const failure& failed);

    const ids& recorded() const { return recorded_; }

private:
    std::optional<failure> halve(std::span<const pg::uuid> accounts, const step& work);
    void note(std::span<const pg::uuid> accounts, const failure& failed);
    void write_notes();

    pg::spi& sql_;
    Oid source_;
    ids recorded_;
    // What is to be recorded, row by row.
    ids noted_;
    std::vector<std::string> sqlstates_, messages_;
};

} // namespace rowhouse::profiles
