// Writing profiles from accounts, in sets. Everything here runs as rowhouse_system.
#pragma once

#include "profiles/source.hpp"

namespace rowhouse::profiles {

using ids = std::vector<pg::uuid>;

// Accounts to read: the table of a source, or a transition table with its columns.
struct account_rows {
    const source& from;
    std::string relation;
};

// The table itself, locked: what it is and of what types its columns are is looked up after that, and stays so until
// the transaction ends. An owner who changed them while somebody waits for the table would have code run as
// rowhouse_system. Raises 42501 where its indexes and the like call functions that reading it would run.
account_rows all_accounts(pg::spi& sql, const source& from);

ids ids_of(pg::spi& sql, const account_rows& accounts);

// SELECT user_id, missing (rather than stale) and what the profile should hold, FROM the accounts, as "c", whose
// profile is not so; more conditions may follow with AND. $1 is the source.
std::string wanted_profiles(const account_rows& accounts);

// Writes the profiles of accounts that have none: 23505 where one has. Much cheaper than what follows.
std::uint64_t mirror_new_accounts(pg::spi& sql, const account_rows& accounts);

// Writes the profiles wanted, of the accounts given or, without, of all. Returns how many.
std::uint64_t mirror_accounts(pg::spi& sql, const account_rows& accounts, const ids* only);

// SELECT user_id, kind FROM …: everybody of that source whose profile is not as it should be, with kind missing, stale
// or orphaned (the account is gone). $1 is the source.
std::string faults_of(pg::spi& sql, const source& from);

// A condition about "c": the account is not deleted.
std::string is_alive(const source& from);

// Profiles of accounts that are gone stay, marked: authorship refers to them. Their tokens die, and stay dead should
// the account come back.
void mark_deleted(pg::spi& sql, const source& from, const ids& gone);

// Members join and leave as their accounts were confirmed or deleted. Returns how many did.
std::uint64_t follow_accounts(pg::spi& sql, const ids& accounts);

} // namespace rowhouse::profiles
