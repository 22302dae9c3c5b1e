#include "pg/worker.hpp"

#include <cerrno>

extern "C" {
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
}

namespace rowhouse::pg {

namespace {

volatile sig_atomic_t terminated = 0;

extern "C" void cancel_on_terminate(SIGNAL_ARGS) {
    const int saved = errno;
    (void)postgres_signal_arg;
    terminated = 1;
    InterruptPending = true;
    QueryCancelPending = true;
    SetLatch(MyLatch);
    errno = saved;
}

} // namespace

namespace {

// In dynamic shared memory: what run_worker() hands over, and whether it arrived.
struct shared_note {
    bool confirmed;
    std::size_t size;
    char text[FLEXIBLE_ARRAY_MEMBER];
};

shared_note* received_note = nullptr;

BackgroundWorker describe(const char* function, const char* name, const void* data, std::size_t size) {
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
    return worker;
}

} // namespace

namespace detail {

bool start_worker(const char* function, const char* name, const void* data, std::size_t size) {
    return pg_try([&] {
        BackgroundWorker worker = describe(function, name, data, size);
        return RegisterDynamicBackgroundWorker(&worker, nullptr);
    });
}

bool run_worker(const char* function, const char* name, const void* data, std::size_t size, std::string_view note) {
    return pg_try([&] {
        dsm_segment* segment = dsm_create(offsetof(shared_note, text) + note.size(), 0);
        auto* shared = static_cast<shared_note*>(dsm_segment_address(segment));
        shared->confirmed = false;
        shared->size = note.size();
        std::memcpy(shared->text, note.data(), note.size());

        BackgroundWorker worker = describe(function, name, data, size);
        worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(segment));
        worker.bgw_notify_pid = MyProcPid;
        BackgroundWorkerHandle* handle = nullptr;
        bool confirmed = false;
        if (RegisterDynamicBackgroundWorker(&worker, &handle)) {
            if (WaitForBackgroundWorkerShutdown(handle) == BGWH_POSTMASTER_DIED) proc_exit(1);
            confirmed = shared->confirmed;
        }
        dsm_detach(segment);
        return confirmed;
    });
}

const void* worker_data() {
    return MyBgworkerEntry->bgw_extra;
}

} // namespace detail

std::string read_note() {
    pg_try([] {
        dsm_segment* segment = dsm_attach(DatumGetUInt32(MyBgworkerEntry->bgw_main_arg));
        if (!segment)
            ereport(ERROR,
                    (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("the process that asked is gone")));
        dsm_pin_mapping(segment); // confirm_note() comes after the transaction
        received_note = static_cast<shared_note*>(dsm_segment_address(segment));
    });
    return {received_note->text, received_note->size};
}

void confirm_note() {
    received_note->confirmed = true;
}

void enter_worker(Oid database, Oid role) {
    pg_try([&] {
        pqsignal(SIGHUP, SignalHandlerForConfigReload);
        pqsignal(SIGTERM, cancel_on_terminate);
        BackgroundWorkerUnblockSignals();
        BackgroundWorkerInitializeConnectionByOid(database, role, 0);
        SetConfigOption("max_parallel_workers_per_gather", "0", PGC_USERSET, PGC_S_OVERRIDE);
    });
}

bool was_terminated() {
    return terminated != 0;
}

void report_activity(const char* what) {
    pg_try([&] { pgstat_report_activity(what ? STATE_RUNNING : STATE_IDLE, what); });
}

void wait_for_transaction(TransactionId transaction) {
    pg_try([&] { XactLockTableWait(transaction, nullptr, nullptr, XLTW_None); });
}

} // namespace rowhouse::pg
