// Writing profiles from accounts, in sets. Everything here runs as rowhouse_system.
#pragma once

#include "profiles/source.hpp"

namespace rowhouse::profiles {

using ids = std::vector<pg::uuid>;

// Accounts to compare: a transition table, or what was read from the table of the source.
struct account_rows {
    const source& from;
    std::string relation;
    pg::spi::plan how = pg::spi::plan::once; // they are written with
};

ids ids_of(pg::spi& sql, const account_rows& accounts);

// SELECT user_id and what the profile should hold, FROM the accounts, as "c", whose profile is not so; more conditions
// may follow with AND. $1 is the source.
std::string wanted_profiles(const account_rows& accounts);

// SELECT the user and whether their profile is missing, stale or orphaned (there is no such account), for all whose id
// is above $2 and not above $3; NULL is no limit. $1 is the source.
std::string faults_among(const account_rows& accounts);

// A condition about "p": a profile of the source whose account is not among these.
std::string without_account(const account_rows& accounts);

// Writes the profiles of accounts that have none: 23505 where one has. Much cheaper than what follows.
std::uint64_t mirror_new_accounts(pg::spi& sql, const account_rows& accounts);

struct mirror_options {
    const ids* only = nullptr; // of the accounts; all without
    bool adopt = false;        // takes over profiles whose source is not attached any more
};
// Writes the profiles wanted. Returns how many.
std::uint64_t mirror_accounts(pg::spi& sql, const account_rows& accounts, const mirror_options& options);

// A condition about "c": the account is not deleted.
std::string is_alive(const source& from);

// Profiles of accounts that are gone stay, marked: authorship refers to them. Their tokens die, and stay dead should
// the account come back.
void mark_deleted(pg::spi& sql, const source& from, const ids& gone);

// Members join and leave as their accounts were confirmed or deleted. Returns how many did.
std::uint64_t follow_accounts(pg::spi& sql, const ids& accounts);

} // namespace rowhouse::profiles
