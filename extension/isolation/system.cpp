// System context: an operator sees every organization, for the rest of one transaction, for a stated reason, and for a
// limited time.
//
// It is a change of role, to rowhouse_oversight, which is BYPASSRLS and has rights on isolated tables and nothing else
// (never on keys or accounts). So PostgreSQL itself keeps plans, parallel workers and cached statements right, and the
// policies of ordinary members stay as simple as they are. The role is put back at the end of the transaction, at the
// rollback of the savepoint it was taken in, and by end_system().
//
// The record of it is written by a process of its own before the role changes, so that it stays when the transaction is
// rolled back; without a record there is no system context.

#include "isolation/system.hpp"

#include "context/context.hpp"
#include "pg/lookup.hpp"
#include "pg/role.hpp"
#include "pg/spi.hpp"
#include "pg/worker.hpp"

extern "C" {
#include "executor/executor.h"
#include "utils/timeout.h"
}

namespace rowhouse::isolation {

namespace {

constexpr std::size_t max_reason_bytes = 1000;

struct system_state {
    bool active = false;
    Oid user = InvalidOid;
    int security_context = 0;
    TimestampTz until = 0;
    SubTransactionId since = InvalidSubTransactionId;
};

system_state state;
int timeout_seconds = 900;
TimeoutId expiry_timer = MAX_TIMEOUTS;
ExecutorStart_hook_type previous_executor_start = nullptr;

void leave(bool restore_role) {
    if (!state.active) return;
    if (restore_role) SetUserIdAndSecContext(state.user, state.security_context);
    disable_timeout(expiry_timer, false);
    state.active = false;
}

// A statement that runs when the time is over is cancelled; one that begins afterwards is refused below.
void at_expiry() {
    InterruptPending = true;
    QueryCancelPending = true;
}

void executor_start(QueryDesc* query, int flags) {
    if (state.active && GetCurrentTimestamp() >= state.until)
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("system context has expired"),
                        errhint("Begin a new transaction, and another system context if it is still needed.")));
    if (previous_executor_start)
        previous_executor_start(query, flags);
    else
        standard_ExecutorStart(query, flags);
}

// After an abort PostgreSQL has put the role back itself.
void at_transaction_end(XactEvent event, void*) {
    if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE || event == XACT_EVENT_PARALLEL_COMMIT)
        leave(true);
    else if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PARALLEL_ABORT)
        leave(false);
}

void at_subtransaction_end(SubXactEvent event, SubTransactionId ending, SubTransactionId parent, void*) {
    if (!state.active || state.since != ending) return;
    if (event == SUBXACT_EVENT_ABORT_SUB)
        leave(false);
    else if (event == SUBXACT_EVENT_COMMIT_SUB)
        state.since = parent;
}

struct audit_entry {
    Oid database;
    Oid session_role;
    bool known;
    pg::uuid user;
};

bool may_begin() {
    return pg::pg_try([] {
        const Oid admin = get_role_oid("rowhouse_admin", false);
        return has_privs_of_role(GetUserId(), admin) || context::is_super_admin();
    });
}

void record(const context::identity& who, std::string_view reason) {
    const audit_entry entry{MyDatabaseId, GetSessionUserId(), who.known, who.user};
    if (!pg::run_worker("rowhouse_record_system_context", "rowhouse audit", entry, reason))
        throw pg::error(ERRCODE_TOO_MANY_CONNECTIONS, "system context could not be recorded",
                        "It needs a background process: try again later, or increase max_worker_processes.");
}

} // namespace

void initialize_system_context() {
    DefineCustomIntVariable("rowhouse.system_timeout", "How long a system context may last.", nullptr, &timeout_seconds,
                            900, 1, 86400, PGC_SUSET, GUC_UNIT_S, nullptr, nullptr, nullptr);
    previous_executor_start = ExecutorStart_hook;
    ExecutorStart_hook = executor_start;
    RegisterXactCallback(at_transaction_end, nullptr);
    RegisterSubXactCallback(at_subtransaction_end, nullptr);
}

TimestampTz begin_system(const std::string& reason) {
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos || reason.size() > max_reason_bytes)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "a reason of 1 to 1000 bytes is needed for system context",
                        "It is written to the audit trail.");
    if (state.active) throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, "system context has begun already");
    // A function with rights of its own puts its caller's role back when it returns, and we would later put back the
    // function's: so there the role is not ours to change.
    if (pg::pg_try([] { return InLocalUserIdChange() || InSecurityRestrictedOperation(); }))
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "system context cannot begin within a security-definer function");
    if (!may_begin())
        throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE, "system context is for super admins and rowhouse_admin");

    record(pg::pg_try([] { return context::current_user(); }), reason);
    pg::pg_try([] {
        if (expiry_timer == MAX_TIMEOUTS) expiry_timer = RegisterTimeout(USER_TIMEOUT, at_expiry);
        GetUserIdAndSecContext(&state.user, &state.security_context);
        state.until = GetCurrentTimestamp() + timeout_seconds * USECS_PER_SEC;
        state.since = GetCurrentSubTransactionId();
        enable_timeout_after(expiry_timer, timeout_seconds * 1000);
        state.active = true;
        SetUserIdAndSecContext(get_role_oid(oversight_role, false),
                               state.security_context | SECURITY_LOCAL_USERID_CHANGE);
    });
    return state.until;
}

void end_system() {
    pg::pg_try([] { leave(true); });
}

// rowhouse.begin_system(reason text) timestamptz
ROWHOUSE_FUNCTION(rowhouse_begin_system) {
    PG_RETURN_TIMESTAMPTZ(begin_system(std::string(PG_ARGISNULL(0) ? std::string_view() : pg::arg_text(fcinfo, 0))));
}

// rowhouse.end_system() boolean
ROWHOUSE_FUNCTION(rowhouse_end_system) {
    if (!state.active) PG_RETURN_BOOL(false);
    if (pg::pg_try([] { return GetUserId() != get_role_oid(oversight_role, false); }))
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "system context cannot end within a security-definer function");
    end_system();
    PG_RETURN_BOOL(true);
}

ROWHOUSE_WORKER(rowhouse_record_system_context) {
    const auto entry = pg::worker_data<audit_entry>();
    pg::enter_worker(entry.database, InvalidOid);
    const auto failed = pg::try_in_transaction([&] {
        const std::string reason = pg::read_note();
        pg::as_role as_system(pg::system_role);
        pg::spi sql;
        sql.run("INSERT INTO rowhouse.system_contexts (begun_by, database_role, reason) "
                "VALUES ($1, (SELECT rolname FROM pg_roles WHERE oid = $2::oid), $3)",
                {entry.known ? pg::param(entry.user) : pg::null_of(UUIDOID), pg::param_oid(entry.session_role),
                 pg::param(reason)});
        sql.finish();
        as_system.end();
    });
    if (!failed) pg::confirm_note();
}

} // namespace rowhouse::isolation
