#include "pg/guard.hpp"

#include <cstring>
#include <new>

extern "C" {
#include "utils/resowner.h"
}

namespace rowhouse::pg::detail {

namespace {

// An error on its way from a catch clause to ereport. Plain memory: ereport leaves by longjmp, and nothing may be
// allocated inside the catch. Longer texts are cut at a character boundary.
struct error_record {
    int code = 0;
    ErrorData* data = nullptr; // set for an error that came from PostgreSQL; then the rest is unused
    char message[1024] = {};
    char detail[1024] = {};
    char hint[512] = {};

    template <std::size_t Size>
    static void copy(char (&target)[Size], const char* text, std::size_t length) noexcept {
        if (length >= Size) length = pg_mbcliplen(text, static_cast<int>(length), static_cast<int>(Size) - 1);
        std::memcpy(target, text, length);
        target[length] = '\0';
    }

    void set(int sqlstate, const char* text) noexcept {
        code = sqlstate;
        copy(message, text, std::strlen(text));
    }

    void set(const error& thrown) noexcept {
        code = thrown.code();
        copy(message, thrown.message().data(), thrown.message().size());
        copy(detail, thrown.detail().data(), thrown.detail().size());
        copy(hint, thrown.hint().data(), thrown.hint().size());
    }

    [[noreturn]] void raise() const {
        if (data) ReThrowError(data);
        ereport(ERROR, (errcode(code), errmsg("%s", message), detail[0] ? errdetail("%s", detail) : 0,
                        hint[0] ? errhint("%s", hint) : 0));
        pg_unreachable();
    }
};

} // namespace

ErrorData* run_catching(void (*call)(void*), void* argument) noexcept {
    MemoryContext const context = CurrentMemoryContext;
    ErrorData* volatile data = nullptr;
    PG_TRY();
    { call(argument); }
    PG_CATCH();
    {
        // Should the copy itself run out of memory, that error goes to the next handler outside, over our frames: their
        // memory leaks then, which is the lesser harm.
        MemoryContextSwitchTo(TopTransactionContext ? TopTransactionContext : TopMemoryContext);
        data = CopyErrorData();
        FlushErrorState();
        MemoryContextSwitchTo(context);
    }
    PG_END_TRY();
    return data;
}

Datum run_guarded(FunctionCallInfo fcinfo, Datum (*body)(FunctionCallInfo)) {
    error_record record;
    try {
        return body(fcinfo);
    } catch (const postgres_error& thrown) {
        record.data = thrown.data();
    } catch (const error& thrown) {
        record.set(thrown);
    } catch (const std::bad_alloc&) {
        record.set(ERRCODE_OUT_OF_MEMORY, "out of memory");
    } catch (const std::exception& thrown) {
        record.set(ERRCODE_INTERNAL_ERROR, thrown.what());
    } catch (...) {
        record.set(ERRCODE_INTERNAL_ERROR, "unknown C++ exception");
    }
    record.raise();
}

subtransaction begin_subtransaction() {
    const subtransaction current{CurrentMemoryContext, CurrentResourceOwner};
    pg_try([&] {
        BeginInternalSubTransaction(nullptr);
        MemoryContextSwitchTo(current.context);
    });
    return current;
}

void release(const subtransaction& current) {
    pg_try([&] {
        ReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(current.context);
        CurrentResourceOwner = current.owner;
    });
}

void roll_back(const subtransaction& current) {
    pg_try([&] {
        RollbackAndReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(current.context);
        CurrentResourceOwner = current.owner;
    });
}

} // namespace rowhouse::pg::detail
