#include "profiles/reconcile.hpp"

#include "pg/memory.hpp"

namespace rowhouse::profiles {

namespace {

constexpr std::uint64_t step_size = 5000;

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

reconciliation::reconciliation(pg::spi& sql, std::vector<source> sources, bool dry_run)
    : sql_(sql), sources_(std::move(sources)), dry_run_(dry_run) {
    if (!dry_run_) sql_.run("LOCK TABLE rowhouse.profile_sources IN SHARE ROW EXCLUSIVE MODE");
}

void reconciliation::run(std::uint64_t max_faults, std::optional<pg::uuid> after) {
    next_ = after;
    bool more = true;
    pg::scratch_memory scratch;
    for (std::uint64_t done = 0; more && done < max_faults; done += step_size) {
        more = step(std::min(step_size, max_faults - done));
        scratch.reset();
    }
    scratch.end();
    if (more) return;
    next_.reset();
    if (!dry_run_) forget_failures();
}

// Whether there may be more.
bool reconciliation::step(std::uint64_t max_faults) {
    std::vector<fault> faults = find_faults(max_faults);
    const bool more = faults.size() >= max_faults;
    if (faults.empty()) return false;
    next_ = faults.back().user;
    for (const fault& each : faults)
        repaired_[static_cast<std::size_t>(each.kind)]++;
    if (dry_run_) return more;

    lock_profiles(users_of(faults));
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
    return more;
}

// In the order of the users. Somebody may be named more than once, but is never cut off from the rest.
std::vector<fault> reconciliation::find_faults(std::uint64_t max_faults) {
    std::vector<fault> faults;
    for (const source& from : sources_) {
        const auto failed = attempt([&] { find_in(from, max_faults, faults); });
        if (failed && std::none_of(unreadable_.begin(), unreadable_.end(),
                                   [&](const auto& known) { return known.first == from.table; }))
            unreadable_.emplace_back(from.table, *failed);
    }
    find_unjoined(max_faults, faults);

    std::stable_sort(faults.begin(), faults.end(), [](const fault& a, const fault& b) { return a.user < b.user; });
    if (faults.size() <= max_faults) return faults;
    auto end = faults.begin() + static_cast<std::ptrdiff_t>(max_faults);
    while (end != faults.end() && end->user == std::prev(end)->user)
        ++end;
    faults.erase(end, faults.end());
    return faults;
}

void reconciliation::find_in(const source& from, std::uint64_t max_faults, std::vector<fault>& found) {
    sql_.run("SELECT user_id, kind FROM (" + faults_of(sql_, from) +
                 ") faults WHERE $2 IS NULL OR user_id > $2 ORDER BY user_id LIMIT $3",
             {pg::param_oid(from.relation), param(next_), pg::param(static_cast<std::int64_t>(max_faults))});
    const ids users = sql_.uuids();
    for (std::size_t row = 0; row < users.size(); row++)
        found.push_back({users[row], parse_kind(*sql_.text(row, 2)), from.relation});
}

void reconciliation::find_unjoined(std::uint64_t max_faults, std::vector<fault>& found) {
    sql_.run(
        "SELECT p.user_id, p.source::oid::bigint FROM rowhouse.members_behind() behind "
        "JOIN rowhouse.user_profiles p ON p.user_id = behind WHERE $1 IS NULL OR p.user_id > $1 ORDER BY 1 LIMIT $2",
        {param(next_), pg::param(static_cast<std::int64_t>(max_faults))});
    const ids users = sql_.uuids();
    for (std::size_t row = 0; row < users.size(); row++)
        found.push_back({users[row], fault_kind::unjoined, static_cast<Oid>(std::stoul(*sql_.text(row, 2)))});
}

// The profiles that are there are locked before the accounts are read, and that twice, since the first round may have
// met somebody else's new row: so what is written is what the account says now, not what it said when the fault was
// found.
void reconciliation::repair_profiles(const source& from, std::span<const fault> faults) {
    ids gone, others;
    for (const fault& each : faults)
        if (each.kind != fault_kind::unjoined) (each.kind == fault_kind::orphaned ? gone : others).push_back(each.user);

    const account_rows accounts = all_accounts(sql_, from);
    repair patient(sql_, from.relation);
    auto general = patient.run(others, [&](const ids& some) {
        for (int round = 0; round < 2; round++) {
            lock_profiles(some);
            mirror_accounts(sql_, accounts, &some);
        }
    });
    if (!general) general = patient.run(gone, [&](const ids& some) { mark_deleted(sql_, from, some); });
    if (general) throw pg::error(general->code, general->message);
    count_failures(faults, patient, false);
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

void reconciliation::lock_profiles(const ids& users) {
    sql_.run("SELECT FROM rowhouse.user_profiles WHERE user_id = ANY ($1) ORDER BY user_id FOR NO KEY UPDATE",
             {pg::param(users)});
}

// Those whose accounts are in order by now.
void reconciliation::forget_failures() {
    for (const source& from : sources_) {
        if (sql_.run("SELECT FROM rowhouse.profile_sync_failures WHERE source = $1 LIMIT 1",
                     {pg::param_oid(from.relation)}) == 0)
            continue;
        const auto unreadable = attempt([&] {
            sql_.run("DELETE FROM rowhouse.profile_sync_failures f WHERE source = $1 AND NOT EXISTS (SELECT FROM (" +
                         faults_of(sql_, from) +
                         ") faults WHERE faults.user_id = f.account_id) AND NOT EXISTS "
                         "(SELECT FROM rowhouse.members_behind() user_id WHERE user_id = f.account_id)",
                     {pg::param_oid(from.relation)});
        });
    }
}

} // namespace rowhouse::profiles
