// The two crossings between C++ and PostgreSQL, and the only users of PG_TRY.
//
// PostgreSQL reports an error by longjmp, which runs no destructor; C++ reports one by throw, which must never reach a
// C frame. So:
//   SQL -> C++   ROWHOUSE_FUNCTION(name) { … }   catches everything, leaves the catch, then raises one ereport.
//   C++ -> PG    pg_try([&] { … })               turns a longjmp into pg::postgres_error, which unwinds normally.
// A frame that calls PostgreSQL directly (no pg_try) holds only trivially destructible locals. The wrappers in spi.hpp
// and datum.hpp use pg_try inside, so rooms written on top of them may hold any object.
//
// Nobody swallows a postgres_error: it is rethrown, or the subtransaction it happened in is rolled back first
// (pg::try_in_subtransaction).
#pragma once

#include "pg/error.hpp"

#include <type_traits>

namespace rowhouse::pg {

namespace detail {

// Runs call(argument) under PG_TRY. Null when it returned normally, else a copy of the error, with the error state
// flushed.
ErrorData* run_catching(void (*call)(void*), void* argument) noexcept;

// Runs the body of an SQL function; whatever it throws becomes an ereport after the catch was left.
Datum run_guarded(FunctionCallInfo fcinfo, Datum (*body)(FunctionCallInfo));

// What has to be put back after a subtransaction, whichever way it ended.
struct subtransaction {
    MemoryContext context;
    ResourceOwner owner;
};
subtransaction begin_subtransaction();
void release(const subtransaction& current);
void roll_back(const subtransaction& current);

// Carries a C++ exception over the C frames of PG_TRY: nothing may be thrown through them.
template <typename Function>
struct crossing {
    Function& function;
    std::exception_ptr thrown;

    static void call(void* self_pointer) noexcept {
        auto* self = static_cast<crossing*>(self_pointer);
        try {
            self->function();
        } catch (...) {
            self->thrown = std::current_exception();
        }
    }
};

} // namespace detail

// Calls `function`, which may call PostgreSQL. A PostgreSQL error comes out as pg::postgres_error. The frames between
// here and the failing call are skipped by longjmp: keep `function` itself free of objects with destructors.
template <typename Function>
auto pg_try(Function&& function) {
    using result_type = std::invoke_result_t<Function&>;
    if constexpr (std::is_void_v<result_type>) {
        detail::crossing<Function> crossing{function, nullptr};
        if (ErrorData* data = detail::run_catching(&detail::crossing<Function>::call, &crossing))
            throw postgres_error(data);
        if (crossing.thrown) std::rethrow_exception(crossing.thrown);
    } else {
        static_assert(std::is_trivially_copyable_v<result_type>, "a longjmp may skip its destructor");
        result_type result{};
        auto store = [&] { result = function(); };
        pg_try(store);
        return result;
    }
}

// Calls `function` (any C++) in a subtransaction. On a PostgreSQL error the subtransaction is rolled back and the error
// is returned, to be freed with FreeErrorData at the latest at the end of the transaction; null when all went well. A
// C++ exception also rolls back, and goes on.
template <typename Function>
ErrorData* try_in_subtransaction(Function&& function) {
    const detail::subtransaction subtransaction = detail::begin_subtransaction();
    ErrorData* failure = nullptr;
    try {
        function();
    } catch (const postgres_error& caught) {
        failure = caught.data();
    } catch (...) {
        detail::roll_back(subtransaction);
        throw;
    }
    if (failure)
        detail::roll_back(subtransaction);
    else
        detail::release(subtransaction);
    return failure;
}

} // namespace rowhouse::pg

// Defines an SQL-callable function: ROWHOUSE_FUNCTION(rowhouse_user_id) { … return …; }. `fcinfo` is at hand in the
// body.
#define ROWHOUSE_FUNCTION(name)                                                                                        \
    static Datum name##_body(FunctionCallInfo fcinfo);                                                                 \
    extern "C" {                                                                                                       \
    PG_FUNCTION_INFO_V1(name);                                                                                         \
    PGDLLEXPORT Datum name(PG_FUNCTION_ARGS) {                                                                         \
        return rowhouse::pg::detail::run_guarded(fcinfo, &name##_body);                                                \
    }                                                                                                                  \
    }                                                                                                                  \
    static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo)
