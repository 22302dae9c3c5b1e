// The triggers of account tables: statement-level, with transition tables, so that a statement over a hundred thousand
// accounts costs one set-based write, not a hundred thousand.
//
// A sign-up never fails because of the mirror, unless its source was attached with on_error "raise". Nor does it wait
// for long: a table that somebody has locked counts as a failure too.

#include "pg/lookup.hpp"
#include "pg/role.hpp"
#include "profiles/repair.hpp"

extern "C" {
#include "storage/lmgr.h"
}

namespace rowhouse::profiles {

namespace {

constexpr const char* transition_table = "changed";
constexpr int longest_wait = 1000; // milliseconds, for a lock

class statement {
public:
    statement(pg::spi& sql, const source& from, TriggerEvent event, bool few)
        : sql_(sql), all_(few ? pg::spi::plan::kept : pg::spi::plan::once), accounts_{from, transition_table, all_},
          event_(event) {}

    // In one set; an error is the statement's.
    void mirror() {
        write(nullptr);
        if (may_concern_members()) follow_accounts(sql_, ids_of(sql_, accounts_));
    }

    // An error is recorded, and what is not at fault is done all the same: a profile, too, whose owner cannot join.
    void mirror_patiently() {
        patiently([this](const ids* some) { write(some); }, attempt_all());
        bool concerned = false;
        if (attempt([&] { concerned = may_concern_members(); })) concerned = true;
        if (!concerned) return;
        const auto follow = [this](const ids* some) { follow_accounts(sql_, some ? *some : ids_of(sql_, accounts_)); };
        patiently(follow, attempt([&] { follow(nullptr); }));
    }

private:
    // New accounts nearly always have no profile; what is cheapest for them comes first.
    std::optional<failure> attempt_all() {
        if (TRIGGER_FIRED_BY_INSERT(event_)) {
            const auto failed = attempt([&] { written_ = mirror_new_accounts(sql_, accounts_); });
            if (!failed || failed->code != ERRCODE_UNIQUE_VIOLATION) return failed;
        }
        return attempt([&] { write(nullptr); });
    }

    void write(const ids* some) {
        if (TRIGGER_FIRED_BY_DELETE(event_))
            mark_deleted(sql_, accounts_.from, some ? *some : ids_of(sql_, accounts_));
        else
            written_ += mirror_accounts(sql_, accounts_, {.only = some});
    }

    // Most sign-ups do not, nor does a log-in, which changes nothing that is mirrored.
    bool may_concern_members() {
        if (TRIGGER_FIRED_BY_DELETE(event_)) return true;
        if (written_ == 0) return false;
        if (TRIGGER_FIRED_BY_UPDATE(event_)) return true;
        sql_.run("SELECT rowhouse.somebody_is_invited()");
        return sql_.text(0, 1) == "t";
    }

    // What has failed for all of them at once is done for as many as it can be.
    template <typename Work>
    void patiently(const Work& work, const std::optional<failure>& failed) {
        if (!failed) return;
        ids changed;
        if (const auto unknown = attempt([&] { changed = ids_of(sql_, accounts_); })) {
            pg::pg_try(
                [&] { ereport(WARNING, (errmsg("profiles are not up to date: %s", unknown->message.c_str()))); });
            return;
        }
        repair patient(sql_, accounts_.from.relation);
        const auto general = patient.go_on(
            changed, *failed, [&](const ids& some) { work(&some); }, [&](const ids& some) { narrow(some); });
        accounts_.relation = transition_table;
        accounts_.how = all_;
        if (general) patient.record(changed, *general);
    }

    // Whoever looks for a few rows does not have to look through all that were changed.
    void narrow(const ids& some) {
        constexpr const char* few = "some_changed";
        sql_.run("SELECT * FROM " + std::string(transition_table) + " c WHERE c." + accounts_.from.id().name +
                     " = ANY ($1)",
                 {pg::param(some)});
        sql_.offer_rows(few);
        accounts_.relation = few;
        accounts_.how = pg::spi::plan::again;
    }

    pg::spi& sql_;
    pg::spi::plan all_; // for the transition table
    account_rows accounts_;
    TriggerEvent event_;
    std::uint64_t written_ = 0;
};

// Whether it can be found out, before long, what is attached: nobody who alters the extension keeps sign-ups waiting.
bool sources_are_open() {
    const Oid sources = pg::pg_try([] { return pg::rowhouse_relation("profile_sources"); });
    if (pg::pg_try([&] { return ConditionalLockRelationOid(sources, AccessShareLock); })) return true;
    pg::as_role as_system(pg::system_role);
    as_system.limit_lock_timeout(longest_wait);
    const auto failed = attempt([&] { pg::pg_try([&] { LockRelationOid(sources, AccessShareLock); }); });
    as_system.end();
    if (failed)
        pg::pg_try([&] { ereport(WARNING, (errmsg("profiles are not up to date: %s", failed->message.c_str()))); });
    return !failed;
}

} // namespace

// rowhouse.on_auth_user_created() trigger
ROWHOUSE_FUNCTION(rowhouse_on_auth_user_created) {
    if (!CALLED_AS_TRIGGER(fcinfo))
        throw pg::error(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
                        "function is a trigger and cannot be called directly");
    auto* trigger = reinterpret_cast<TriggerData*>(fcinfo->context);
    // An upsert fires for INSERT and for UPDATE, mostly for nothing in one of them.
    Tuplestorestate* changed = TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? trigger->tg_oldtable : trigger->tg_newtable;
    if (changed && tuplestore_tuple_count(changed) == 0) return PointerGetDatum(nullptr);
    // A trigger that was left behind on a table that is not attached any more, or not yet, does nothing.
    if (!sources_are_open()) return PointerGetDatum(nullptr);
    const auto from = find_source(RelationGetRelid(trigger->tg_relation));
    if (!from || !from->triggers) return PointerGetDatum(nullptr);

    pg::as_role as_system(pg::system_role);
    pg::spi sql;
    sql.register_transition_tables(trigger);
    // A plan for a few accounts looks up their profiles one by one.
    const bool few = changed && tuplestore_tuple_count(changed) <= 100;
    statement changes(sql, *from, trigger->tg_event, few);
    if (from->raise) {
        changes.mirror();
    } else {
        as_system.limit_lock_timeout(longest_wait);
        changes.mirror_patiently();
    }
    sql.finish();
    as_system.end();
    return PointerGetDatum(nullptr);
}

} // namespace rowhouse::profiles
