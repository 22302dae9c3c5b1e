#include "profiles/repair.hpp"

namespace rowhouse::profiles {

namespace {

// After so many rows at fault in one statement the rest is recorded in larger pieces: what is done for nothing has to
// stay in proportion. A reconcile, which goes in small steps, gets at the good ones among them.
constexpr std::size_t most_single_failures = 2000;

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

std::optional<failure> repair::run(std::span<const pg::uuid> accounts, const std::function<void(const ids&)>& work,
                                   std::optional<failure> first) {
    if (accounts.empty()) return std::nullopt;
    if (!first) first = attempt([&] { work(ids(accounts.begin(), accounts.end())); });
    if (!first) return std::nullopt;
    if (!concerns_a_row(*first)) return first;
    if (accounts.size() == 1 || recorded_.size() >= most_single_failures) {
        record(accounts, *first);
        return std::nullopt;
    }
    const auto half = accounts.size() / 2;
    const auto one = run(accounts.first(half), work);
    const auto other = run(accounts.subspan(half), work);
    return one ? one : other;
}

void repair::record(std::span<const pg::uuid> accounts, const failure& failed) {
    const ids those(accounts.begin(), accounts.end());
    const std::string sqlstate = pg::sqlstate_text(failed.code);
    const auto second = attempt([&] {
        sql_.run("INSERT INTO rowhouse.profile_sync_failures AS f (source, account_id, sqlstate, message) "
                 "SELECT $1, account, $3, $4 FROM unnest($2) account ON CONFLICT (source, account_id) DO UPDATE SET "
                 "sqlstate = excluded.sqlstate, message = excluded.message, failed_at = excluded.failed_at",
                 {pg::param_oid(source_), pg::param(those), pg::param(sqlstate), pg::param(failed.message)});
    });
    recorded_.insert(recorded_.end(), accounts.begin(), accounts.end());
    if (!second) return;
    pg::pg_try([&] {
        ereport(WARNING,
                (errmsg("profiles are not up to date, and that could not be recorded: %s", second->message.c_str())));
    });
}

} // namespace rowhouse::profiles
