// Bringing profiles in order with the accounts, in small steps: finds what is missing, stale, orphaned or not joined,
// in the order of the user ids, and repairs it.
#pragma once

#include "profiles/repair.hpp"

namespace rowhouse::profiles {

enum class fault_kind : std::size_t { missing, stale, orphaned, unjoined };

struct fault {
    pg::uuid user;
    fault_kind kind;
    Oid source; // of the profile where that is what is at fault; of the account otherwise
};

class reconciliation {
public:
    // Makes others who reconcile, attach or detach wait until this transaction has ended. Sign-ups go on.
    reconciliation(pg::spi& sql, std::vector<source> sources, bool dry_run);

    // At most so many faults, of users above `after`. Raises what is not the fault of a row, such as a missing right.
    void run(std::uint64_t max_faults, std::optional<pg::uuid> after);

    std::uint64_t repaired(fault_kind kind) const { return repaired_[static_cast<std::size_t>(kind)]; }
    std::uint64_t failed() const { return failed_; }
    // Where to go on, nothing at the end.
    const std::optional<pg::uuid>& next() const { return next_; }
    // Sources that could not be read, by name.
    const std::vector<std::pair<std::string, failure>>& unreadable() const { return unreadable_; }

private:
    bool step(std::uint64_t max_faults);
    std::vector<fault> find_faults(std::uint64_t max_faults);
    void find_in(const source& from, std::uint64_t max_faults, std::vector<fault>& found);
    void find_unjoined(std::uint64_t max_faults, std::vector<fault>& found);
    void repair_profiles(const source& from, std::span<const fault> faults);
    void repair_memberships(std::span<const fault> faults);
    void count_failures(std::span<const fault> faults, const repair& tried, bool memberships);
    void lock_profiles(const ids& users);
    void forget_failures();

    pg::spi& sql_;
    std::vector<source> sources_;
    bool dry_run_;
    std::array<std::uint64_t, 4> repaired_{};
    std::uint64_t failed_ = 0;
    std::optional<pg::uuid> next_;
    std::vector<std::pair<std::string, failure>> unreadable_;
};

} // namespace rowhouse::profiles
