// Sets of rows given one by one while the caller asks for them ("value per call"): nothing is collected, and a caller
// who stops asking is not charged for the rest. In FROM, PostgreSQL itself collects them (on disk, past work_mem).
#pragma once

#include "pg/guard.hpp"

#include <new>
#include <utility>

namespace rowhouse::pg {

// A C++ object that lives in a memory context and is destroyed with it. Its destructor must not call PostgreSQL.
template <typename Object, typename... Arguments>
Object* make_in(MemoryContext context, Arguments&&... arguments) {
    static_assert(alignof(Object) <= MAXIMUM_ALIGNOF);
    struct block {
        MemoryContextCallback callback;
        alignas(Object) unsigned char place[sizeof(Object)];
    };
    auto* memory = pg_try([&] { return static_cast<block*>(MemoryContextAlloc(context, sizeof(block))); });
    auto* object = new (memory->place) Object(std::forward<Arguments>(arguments)...);
    memory->callback.func = [](void* made) { static_cast<Object*>(made)->~Object(); };
    memory->callback.arg = object;
    MemoryContextRegisterResetCallback(context, &memory->callback); // only links it in
    return object;
}

// The body of a function declared RETURNS SETOF. `make(memory)` gives the source of the rows at the first call, a
// pointer to what lives in `memory`; `next(source, row)` gives the next row, made in the current memory context, or
// false at the end.
template <typename Make, typename Next>
Datum stream_rows(FunctionCallInfo fcinfo, Make&& make, Next&& next) {
    using source = std::remove_pointer_t<std::invoke_result_t<Make&, MemoryContext>>;
    if (fcinfo->flinfo->fn_extra == nullptr) {
        auto* first = pg_try([&] { return init_MultiFuncCall(fcinfo); });
        first->user_fctx = make(first->multi_call_memory_ctx);
    }
    auto* call = pg_try([&] { return per_MultiFuncCall(fcinfo); });
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    Datum row = 0;
    if (next(*static_cast<source*>(call->user_fctx), row)) {
        result->isDone = ExprMultipleResult;
        return row;
    }
    pg_try([&] { end_MultiFuncCall(fcinfo, call); }); // frees the source
    result->isDone = ExprEndResult;
    fcinfo->isnull = true;
    return Datum{0};
}

} // namespace rowhouse::pg
