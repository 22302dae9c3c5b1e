#include "pg/worker.hpp"

#include <cerrno>

extern "C" {
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
}

namespace rowhouse::pg {

namespace {

extern "C" void cancel_on_terminate(SIGNAL_ARGS) {
    const int saved = errno;
    (void)postgres_signal_arg;
    InterruptPending = true;
    QueryCancelPending = true;
    SetLatch(MyLatch);
    errno = saved;
}

} // namespace

namespace detail {

bool start_worker(const char* function, const char* name, const void* data, std::size_t size) {
    return pg_try([&] {
        BackgroundWorker worker = {};
        Assert(size <= sizeof worker.bgw_extra);
        strlcpy(worker.bgw_name, name, sizeof worker.bgw_name);
        strlcpy(worker.bgw_type, name, sizeof worker.bgw_type);
        strlcpy(worker.bgw_library_name, "rowhouse", sizeof worker.bgw_library_name);
        strlcpy(worker.bgw_function_name, function, sizeof worker.bgw_function_name);
        worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
        worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
        worker.bgw_restart_time = BGW_NEVER_RESTART;
        std::memcpy(worker.bgw_extra, data, size);
        return RegisterDynamicBackgroundWorker(&worker, nullptr);
    });
}

const void* worker_data() {
    return MyBgworkerEntry->bgw_extra;
}

} // namespace detail

void enter_worker(Oid database, Oid role) {
    pg_try([&] {
        pqsignal(SIGHUP, SignalHandlerForConfigReload);
        pqsignal(SIGTERM, cancel_on_terminate);
        BackgroundWorkerUnblockSignals();
        BackgroundWorkerInitializeConnectionByOid(database, role, 0);
        SetConfigOption("max_parallel_workers_per_gather", "0", PGC_USERSET, PGC_S_OVERRIDE);
    });
}

void report_activity(const char* what) {
    pg_try([&] { pgstat_report_activity(what ? STATE_RUNNING : STATE_IDLE, what); });
}

void wait_for_transaction(TransactionId transaction) {
    pg_try([&] { XactLockTableWait(transaction, nullptr, nullptr, XLTW_None); });
}

} // namespace rowhouse::pg
