// Bringing profiles in order with the accounts, in small steps: finds what is missing, stale, orphaned or not joined,
// in the order of the user ids, and repairs it.
#pragma once

#include "profiles/account_page.hpp"
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
    // Unless it is a dry run, others who reconcile, attach or detach wait until this transaction has ended. Sign-ups go
    // on. `adopt`: see mirror_options.
    reconciliation(pg::spi& sql, std::vector<source> sources, bool dry_run, bool adopt = false);

    // At most so many faults, of users above `after`. Raises what is not the fault of a row, such as a missing right.
    void run(std::uint64_t max_faults, std::optional<pg::uuid> after);

    // Accounts seen that are not deleted.
    std::uint64_t accounts() const { return accounts_; }
    // In a dry run, what would be.
    std::uint64_t repaired(fault_kind kind) const { return repaired_[static_cast<std::size_t>(kind)]; }
    std::uint64_t failed() const { return failed_; }
    // Where to go on, nothing at the end.
    const std::optional<pg::uuid>& next() const { return next_; }
    // Sources that could not be read, by name.
    const std::vector<std::pair<std::string, failure>>& unreadable() const { return unreadable_; }

private:
    bool step(std::uint64_t max_faults);
    std::vector<account_page> read_pages(std::uint64_t page_size);
    void find_faults(const account_page& page, const std::optional<pg::uuid>& up_to, std::vector<fault>& found);
    void find_unjoined();
    void count_accounts(const account_page& page, const std::optional<pg::uuid>& up_to);
    void repair_all(std::vector<fault> faults);
    void repair_profiles(const source& from, std::span<const fault> faults);
    bool mirror_new(const source& from, const ids& accounts);
    void mirror(const source& from, const ids& accounts, repair& patient);
    void repair_memberships(std::span<const fault> faults);
    void count_failures(std::span<const fault> faults, const repair& tried, bool memberships);
    ids lock_profiles(const ids& users);
    void leave_out_busy(std::vector<fault>& faults);
    void count_orphans(std::span<const fault> faults);
    ids still_gone(const source& from, const ids& orphans);
    void forget_failures();

    pg::spi& sql_;
    std::vector<source> sources_;
    bool dry_run_;
    bool adopt_;
    std::vector<fault> unjoined_; // in the order of the users
    std::uint64_t accounts_ = 0;
    std::array<std::uint64_t, 4> repaired_{};
    std::uint64_t failed_ = 0;
    std::optional<pg::uuid> next_;
    std::vector<std::pair<std::string, failure>> unreadable_;
};

} // namespace rowhouse::profiles
