#include "profiles/repair.hpp"

namespace rowhouse::profiles {

namespace {

// After so many rows at fault in one statement the rest is recorded in larger pieces: what is done for nothing has to
// stay in proportion. A reconcile, which goes in small steps, gets at the good ones among them.
constexpr std::size_t most_single_failures = 2000;

// Of so many one is soon found.
constexpr std::size_t few = 500;

} // namespace

bool ends_the_statement(const failure& failed) {
    return ERRCODE_TO_CATEGORY(failed.code) == ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION);
}

bool concerns_a_row(const failure& failed) {
    for (const int code : {ERRCODE_DATA_EXCEPTION, ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION,
                           ERRCODE_WITH_CHECK_OPTION_VIOLATION, ERRCODE_PROGRAM_LIMIT_EXCEEDED, ERRCODE_PLPGSQL_ERROR})
        if (ERRCODE_TO_CATEGORY(failed.code) == ERRCODE_TO_CATEGORY(code)) return true;
    return false;
}

std::optional<failure> attempt(const std::function<void()>& work) {
    failure failed{};
    try {
        ErrorData* error = pg::try_in_subtransaction(work);
        if (!error) return std::nullopt;
        failed = {error->sqlerrcode, error->message};
        if (ends_the_statement(failed)) throw pg::postgres_error(error);
        pg::pg_try([&] { FreeErrorData(error); });
    } catch (const pg::error& raised) { // by our own code; its subtransaction is rolled back too
        failed = {raised.code(), raised.message()};
    }
    return failed;
}

std::optional<failure> repair::run(const ids& accounts, const step& work, const step& narrow) {
    if (accounts.empty()) return std::nullopt;
    const auto failed = attempt([&] { work(accounts); });
    return failed ? go_on(accounts, *failed, work, narrow) : std::nullopt;
}

std::optional<failure> repair::go_on(const ids& accounts, const failure& first, const step& work, const step& narrow) {
    if (!concerns_a_row(first)) return first;
    std::optional<failure> general;
    for (std::size_t done = 0; done < accounts.size() && !general; done += few) {
        const auto some = std::span(accounts).subspan(done, std::min(few, accounts.size() - done));
        if (narrow) narrow(ids(some.begin(), some.end()));
        general = halve(some, work);
    }
    write_notes();
    return general;
}

void repair::record(std::span<const pg::uuid> accounts, const failure& failed) {
    note(accounts, failed);
    write_notes();
}

std::optional<failure> repair::halve(std::span<const pg::uuid> accounts, const step& work) {
    const auto failed = attempt([&] { work(ids(accounts.begin(), accounts.end())); });
    if (!failed || !concerns_a_row(*failed)) return failed;
    if (accounts.size() == 1 || noted_.size() >= most_single_failures) {
        note(accounts, *failed);
        return std::nullopt;
    }
    const auto half = accounts.size() / 2;
    const auto one = halve(accounts.first(half), work);
    const auto other = halve(accounts.subspan(half), work);
    return one ? one : other;
}

void repair::note(std::span<const pg::uuid> accounts, const failure& failed) {
    noted_.insert(noted_.end(), accounts.begin(), accounts.end());
    sqlstates_.resize(noted_.size(), pg::sqlstate_text(failed.code));
    messages_.resize(noted_.size(), failed.message);
}

void repair::write_notes() {
    if (noted_.empty()) return;
    const auto views = [](const std::vector<std::string>& texts) {
        return std::vector<std::string_view>(texts.begin(), texts.end());
    };
    const auto failed = attempt([&] {
        sql_.run(
            "INSERT INTO rowhouse.profile_sync_failures AS f (source, account_id, sqlstate, message) "
            "SELECT $1, account, code, message FROM unnest($2, $3, $4) note (account, code, message) "
            "ON CONFLICT (source, account_id) DO UPDATE SET sqlstate = excluded.sqlstate, message = "
            "excluded.message, failed_at = excluded.failed_at",
            {pg::param_oid(source_), pg::param(noted_), pg::param(views(sqlstates_)), pg::param(views(messages_))});
    });
    recorded_.insert(recorded_.end(), noted_.begin(), noted_.end());
    noted_.clear();
    sqlstates_.clear();
    messages_.clear();
    if (!failed) return;
    pg::pg_try([&] {
        ereport(WARNING,
                (errmsg("profiles are not up to date, and that could not be recorded: %s", failed->message.c_str())));
    });
}

} // namespace rowhouse::profiles
