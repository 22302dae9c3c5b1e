#include "profiles/reconcile.hpp"

#include "pg/memory.hpp"

#include <numeric>

namespace rowhouse::profiles {

namespace {

constexpr std::uint64_t largest_page = 20000, smallest_page = 500;

fault_kind parse_kind(std::string_view name) {
    return name == "missing" ? fault_kind::missing : name == "stale" ? fault_kind::stale : fault_kind::orphaned;
}

ids users_of(std::span<const fault> faults) {
    ids users;
    for (const fault& each : faults)
        users.push_back(each.user);
    return users;
}

pg::parameter param(const std::optional<pg::uuid>& id) {
    return id ? pg::param(*id) : pg::null_of(UUIDOID);
}

} // namespace

reconciliation::reconciliation(pg::spi& sql, std::vector<source> sources, bool dry_run, bool adopt)
    : sql_(sql), sources_(std::move(sources)), dry_run_(dry_run), adopt_(adopt) {
    if (!dry_run_) sql_.run("LOCK TABLE rowhouse.profile_sources IN SHARE ROW EXCLUSIVE MODE");
}

void reconciliation::run(std::uint64_t max_faults, std::optional<pg::uuid> after) {
    next_ = after;
    find_unjoined();
    bool more = true;
    std::uint64_t done = 0;
    pg::scratch_memory scratch;
    while (more && done < max_faults) {
        more = step(max_faults - done);
        done = failed_ + std::accumulate(repaired_.begin(), repaired_.end(), std::uint64_t{0});
        scratch.reset();
    }
    scratch.end();
    if (more) return;
    next_.reset();
    if (!dry_run_) forget_failures();
}

// One page of every source, up to where the first of them ends. Whether there may be more.
bool reconciliation::step(std::uint64_t max_faults) {
    const auto page_size = std::clamp(max_faults, smallest_page, largest_page); // who wants little does not read much
    std::vector<account_page> pages = read_pages(page_size);
    std::optional<pg::uuid> up_to;
    for (const account_page& page : pages)
        if (page.size() == page_size && (!up_to || *page.last() < *up_to)) up_to = page.last();

    std::vector<fault> faults;
    for (const account_page& page : pages)
        find_faults(page, up_to, faults);
    for (const fault& each : unjoined_)
        if ((!next_ || *next_ < each.user) && (!up_to || !(*up_to < each.user))) faults.push_back(each);

    // Somebody may be named more than once, but is never cut off from the rest.
    std::stable_sort(faults.begin(), faults.end(), [](const fault& a, const fault& b) { return a.user < b.user; });
    if (faults.size() > max_faults) {
        up_to = faults[max_faults - 1].user;
        faults.erase(std::find_if(faults.begin(), faults.end(), [&](const fault& each) { return *up_to < each.user; }),
                     faults.end());
    }
    for (account_page& page : pages) {
        count_accounts(page, up_to);
        page.end();
    }
    next_ = up_to;
    for (const fault& each : faults)
        repaired_[static_cast<std::size_t>(each.kind)]++;
    if (dry_run_)
        count_orphans(faults);
    else
        repair_all(std::move(faults));
    return up_to.has_value();
}

std::vector<account_page> reconciliation::read_pages(std::uint64_t page_size) {
    std::vector<account_page> pages;
    for (const source& from : sources_) {
        const auto failed = attempt([&] { pages.push_back(account_page::above(sql_, from, next_, page_size)); });
        if (failed && std::none_of(unreadable_.begin(), unreadable_.end(),
                                   [&](const auto& known) { return known.first == from.table; }))
            unreadable_.emplace_back(from.table, *failed);
    }
    return pages;
}

void reconciliation::find_faults(const account_page& page, const std::optional<pg::uuid>& up_to,
                                 std::vector<fault>& found) {
    const source& from = page.rows().from;
    sql_.run(faults_among(page.rows()), {pg::param_oid(from.relation), param(next_), param(up_to)});
    const ids users = sql_.uuids();
    for (std::size_t row = 0; row < users.size(); row++)
        found.push_back({users[row], parse_kind(*sql_.text(row, 2)), from.relation});
}

void reconciliation::find_unjoined() {
    sql_.run("SELECT p.user_id, p.source::oid::bigint FROM rowhouse.members_behind() behind "
             "JOIN rowhouse.user_profiles p ON p.user_id = behind WHERE $1 IS NULL OR p.user_id > $1 ORDER BY 1",
             {param(next_)});
    const ids users = sql_.uuids();
    for (std::size_t row = 0; row < users.size(); row++)
        unjoined_.push_back({users[row], fault_kind::unjoined, static_cast<Oid>(std::stoul(*sql_.text(row, 2)))});
}

void reconciliation::count_accounts(const account_page& page, const std::optional<pg::uuid>& up_to) {
    const account_rows& rows = page.rows();
    sql_.run("SELECT count(*) FROM " + rows.relation + " c WHERE " + is_alive(rows.from) + " AND ($1 IS NULL OR c." +
                 rows.from.id().name + " <= $1)",
             {param(up_to)});
    accounts_ += std::stoull(*sql_.text(0, 1));
}

void reconciliation::repair_all(std::vector<fault> faults) {
    leave_out_busy(faults);
    std::stable_sort(faults.begin(), faults.end(), [](const fault& a, const fault& b) { return a.source < b.source; });
    for (auto begin = faults.begin(); begin != faults.end();) {
        const auto end =
            std::find_if(begin, faults.end(), [&](const fault& each) { return each.source != begin->source; });
        const auto from = std::find_if(sources_.begin(), sources_.end(),
                                       [&](const source& each) { return each.relation == begin->source; });
        if (from != sources_.end()) repair_profiles(*from, {begin, end});
        repair_memberships({begin, end});
        begin = end;
    }
}

// A profile that somebody else is writing right now is left to them: who waits for others while holding locks may wait
// in a circle. What is then still wrong is found the next time.
void reconciliation::leave_out_busy(std::vector<fault>& faults) {
    ids locked = lock_profiles(users_of(faults));
    std::sort(locked.begin(), locked.end());
    std::erase_if(faults, [&](const fault& each) {
        if (each.kind == fault_kind::missing || std::binary_search(locked.begin(), locked.end(), each.user))
            return false;
        repaired_[static_cast<std::size_t>(each.kind)]--;
        return true;
    });
}

// The profiles that are there are locked before the accounts are read; those that were not are gone through once more,
// since somebody else may have made them meanwhile: so what is written is what the account says now, not what it said
// when the fault was found.
void reconciliation::repair_profiles(const source& from, std::span<const fault> faults) {
    ids gone, missing, stale;
    for (const fault& each : faults) {
        if (each.kind == fault_kind::orphaned) gone.push_back(each.user);
        if (each.kind == fault_kind::missing) missing.push_back(each.user);
        if (each.kind == fault_kind::stale) stale.push_back(each.user);
    }
    repair patient(sql_, from.relation);
    mirror(from, stale, patient);
    if (!mirror_new(from, missing)) {
        mirror(from, missing, patient);
        if (patient.recorded().empty()) mirror(from, missing, patient);
    }
    const auto general = patient.run(still_gone(from, gone), [&](const ids& some) { mark_deleted(sql_, from, some); });
    if (general) throw pg::error(general->code, general->message);
    count_failures(faults, patient, false);
}

void reconciliation::count_orphans(std::span<const fault> faults) {
    for (const source& from : sources_) {
        ids orphans;
        for (const fault& each : faults)
            if (each.kind == fault_kind::orphaned && each.source == from.relation) orphans.push_back(each.user);
        still_gone(from, orphans);
    }
}

// Who signed up between reading the page and the profiles looked like an orphan.
ids reconciliation::still_gone(const source& from, const ids& orphans) {
    if (orphans.empty()) return orphans;
    account_page page = account_page::of(sql_, from, orphans);
    sql_.run("SELECT p.user_id FROM rowhouse.user_profiles p WHERE p.user_id = ANY ($2) AND " +
                 without_account(page.rows()),
             {pg::param_oid(from.relation), pg::param(orphans)});
    const ids gone = sql_.uuids();
    page.end();
    repaired_[static_cast<std::size_t>(fault_kind::orphaned)] -= orphans.size() - gone.size();
    return gone;
}

// Cheap, and true for nearly all that are missing: nobody else makes them at the same time, and nothing is wrong with
// any.
bool reconciliation::mirror_new(const source& from, const ids& accounts) {
    if (accounts.empty()) return true;
    account_page page = account_page::of(sql_, from, accounts);
    const auto failed = attempt([&] { mirror_new_accounts(sql_, page.rows()); });
    page.end();
    return !failed;
}

void reconciliation::mirror(const source& from, const ids& accounts, repair& patient) {
    if (accounts.empty()) return;
    lock_profiles(accounts);
    account_page page = account_page::of(sql_, from, accounts);
    const auto general = patient.run(
        accounts, [&](const ids& some) { mirror_accounts(sql_, page.rows(), {.only = &some, .adopt = adopt_}); },
        [&](const ids& some) { page.narrow(some); });
    page.end();
    if (general) throw pg::error(general->code, general->message);
}

void reconciliation::repair_memberships(std::span<const fault> faults) {
    repair patient(sql_, faults.front().source);
    const auto general = patient.run(users_of(faults), [&](const ids& some) { follow_accounts(sql_, some); });
    if (general) throw pg::error(general->code, general->message);
    count_failures(faults, patient, true);
}

void reconciliation::count_failures(std::span<const fault> faults, const repair& tried, bool memberships) {
    ids failed = tried.recorded();
    std::sort(failed.begin(), failed.end());
    for (const fault& each : faults)
        if ((each.kind == fault_kind::unjoined) == memberships &&
            std::binary_search(failed.begin(), failed.end(), each.user))
            repaired_[static_cast<std::size_t>(each.kind)]--;
    failed_ += failed.size();
}

ids reconciliation::lock_profiles(const ids& users) {
    sql_.run("SELECT user_id FROM rowhouse.user_profiles WHERE user_id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED",
             {pg::param(users)});
    return sql_.uuids();
}

// Those whose accounts are in order by now.
void reconciliation::forget_failures() {
    for (const source& from : sources_) {
        sql_.run("SELECT account_id FROM rowhouse.profile_sync_failures WHERE source = $1",
                 {pg::param_oid(from.relation)});
        const ids failed = sql_.uuids();
        if (failed.empty()) continue;
        const auto unreadable = attempt([&] {
            account_page page = account_page::of(sql_, from, failed);
            sql_.run("DELETE FROM rowhouse.profile_sync_failures f WHERE f.source = $1 AND NOT EXISTS (SELECT FROM (" +
                         wanted_profiles(page.rows()) +
                         ") wanted WHERE user_id = f.account_id) AND NOT EXISTS (SELECT FROM rowhouse.user_profiles p "
                         "WHERE p.user_id = f.account_id AND " +
                         without_account(page.rows()) +
                         ") AND NOT EXISTS (SELECT FROM rowhouse.members_behind() user_id "
                         "WHERE user_id = f.account_id)",
                     {pg::param_oid(from.relation)});
            page.end();
        });
    }
}

} // namespace rowhouse::profiles
