// Dynamic background workers: starting one, and what its main function stands on.
//
// A worker gets SIGTERM on a shutdown and from pg_terminate_backend(). Here that cancels what runs, as SIGINT does, so
// that the worker can still write down in a transaction of its own that it was interrupted.
#pragma once

#include "pg/guard.hpp"

#include <cstring>
#include <new>

namespace rowhouse::pg {

namespace detail {
bool start_worker(const char* function, const char* name, const void* data, std::size_t size);
bool run_worker(const char* function, const char* name, const void* data, std::size_t size, std::string_view note);
const void* worker_data();
} // namespace detail

// Starts `function` (see ROWHOUSE_WORKER) in a process of its own, at once: it does not wait for this transaction.
// False when every slot is taken.
template <typename Data>
bool start_worker(const char* function, const char* name, const Data& data) {
    static_assert(std::is_trivially_copyable_v<Data>);
    return detail::start_worker(function, name, &data, sizeof data);
}

// Starts `function`, hands it `note` besides (which may be long) and waits until it has ended. True when it called
// confirm_note(). For what must be committed whatever becomes of this transaction; so take no lock here that it needs.
template <typename Data>
bool run_worker(const char* function, const char* name, const Data& data, std::string_view note) {
    static_assert(std::is_trivially_copyable_v<Data>);
    return detail::run_worker(function, name, &data, sizeof data, note);
}

// In that worker, inside a transaction: the note.
std::string read_note();
// Once read_note() was called and its transaction committed.
void confirm_note();

// What start_worker() or run_worker() was given.
template <typename Data>
Data worker_data() {
    static_assert(std::is_trivially_copyable_v<Data>);
    Data data;
    std::memcpy(&data, detail::worker_data(), sizeof data);
    return data;
}

// First thing in a worker: signals, and the connection to the database. Without parallel query, whose processes would
// not know what this one keeps in memory (context::adopt).
void enter_worker(Oid database, Oid role);

// Whether SIGTERM has come: what was cancelled then, nobody wanted cancelled.
bool was_terminated();

// Shows in pg_stat_activity.
void report_activity(const char* what);

// Waits until that transaction has ended. Inside a transaction.
void wait_for_transaction(TransactionId transaction);

struct failure {
    int code;
    std::string message;
};

// Runs `function` (any C++) as one transaction. Gives back what went wrong, after rolling back; nothing when it was
// committed.
template <typename Function>
std::optional<failure> try_in_transaction(Function&& function) {
    std::optional<failure> failed;
    try {
        pg_try([] {
            StartTransactionCommand();
            PushActiveSnapshot(GetTransactionSnapshot());
        });
        function();
        pg_try([] {
            PopActiveSnapshot();
            CommitTransactionCommand();
        });
        return failed;
    } catch (const postgres_error& caught) {
        failed = failure{caught.data()->sqlerrcode, caught.data()->message};
    } catch (const error& caught) {
        failed = failure{caught.code(), caught.message()};
    } catch (const std::bad_alloc&) {
        failed = failure{ERRCODE_OUT_OF_MEMORY, "out of memory"};
    } catch (const std::exception& caught) {
        failed = failure{ERRCODE_INTERNAL_ERROR, caught.what()};
    }
    pg_try([] { AbortCurrentTransaction(); });
    return failed;
}

} // namespace rowhouse::pg

// Defines the main function of a worker: ROWHOUSE_WORKER(rowhouse_x_main) { … }
#define ROWHOUSE_WORKER(name)                                                                                          \
    static void name##_body();                                                                                         \
    extern "C" {                                                                                                       \
    PGDLLEXPORT void name(Datum);                                                                                      \
    void name(Datum) {                                                                                                 \
        rowhouse::pg::detail::run_guarded(nullptr, [](FunctionCallInfo) {                                              \
            name##_body();                                                                                             \
            return Datum{0};                                                                                           \
        });                                                                                                            \
    }                                                                                                                  \
    }                                                                                                                  \
    static void name##_body()
