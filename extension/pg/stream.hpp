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

// The row type that a function returns a set of. Lives in the memory context in which it was made.
class row_type {
public:
    explicit row_type(FunctionCallInfo fcinfo) {
        pg_try([&] {
            if (get_call_result_type(fcinfo, nullptr, &shape_) != TYPEFUNC_COMPOSITE)
                elog(ERROR, "the result is no row type");
            shape_ = BlessTupleDesc(shape_);
        });
    }

    // As many values as the type has columns, none of them NULL.
    Datum make(std::initializer_list<Datum> values) const {
        return pg_try([&] {
            constexpr bool none[MaxTupleAttributeNumber] = {};
            return HeapTupleGetDatum(
                heap_form_tuple(shape_, const_cast<Datum*>(values.begin()), const_cast<bool*>(none)));
        });
    }

private:
    TupleDesc shape_ = nullptr;
};

// The body of a function declared RETURNS SETOF. `make(memory)` gives the source of the rows at the first call, a
// pointer to what lives in `memory`, which is the current memory context meanwhile; `next(source, row)` gives the next
// row, made in the memory context of that call, or false at the end.
template <typename Make, typename Next>
Datum stream_rows(FunctionCallInfo fcinfo, Make&& make, Next&& next) {
    using source = std::remove_pointer_t<std::invoke_result_t<Make&, MemoryContext>>;
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    if (result == nullptr || !IsA(result, ReturnSetInfo))
        throw error(ERRCODE_FEATURE_NOT_SUPPORTED, "set-valued function called in context that cannot accept a set");
    if (fcinfo->flinfo->fn_extra == nullptr) {
        auto* first = pg_try([&] { return init_MultiFuncCall(fcinfo); });
        struct switched {
            explicit switched(MemoryContext to) : outer(MemoryContextSwitchTo(to)) {}
            ~switched() { MemoryContextSwitchTo(outer); }
            MemoryContext outer;
        };
        const switched inside(first->multi_call_memory_ctx);
        first->user_fctx = make(first->multi_call_memory_ctx);
    }
    auto* call = pg_try([&] { return per_MultiFuncCall(fcinfo); });
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
