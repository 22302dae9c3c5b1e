#include "pg/row_stream.hpp"

namespace rowhouse::pg {

namespace {

void destroy(void* generator) {
    delete static_cast<row_generator*>(generator);
}

// The generator goes with the memory context of the calls, however those end.
void own(MemoryContext context, FuncCallContext* calls, std::unique_ptr<row_generator> generator) {
    auto* callback = pg_try([&] {
        return static_cast<MemoryContextCallback*>(MemoryContextAllocZero(context, sizeof(MemoryContextCallback)));
    });
    callback->func = destroy;
    callback->arg = calls->user_fctx = generator.release();
    MemoryContextRegisterResetCallback(context, callback);
}

void begin(FunctionCallInfo fcinfo, std::unique_ptr<row_generator> (*make)(FunctionCallInfo)) {
    FuncCallContext* calls = pg_try([&] {
        FuncCallContext* made = init_MultiFuncCall(fcinfo);
        MemoryContext const outer = MemoryContextSwitchTo(made->multi_call_memory_ctx);
        TupleDesc shape = nullptr;
        if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE)
            elog(ERROR, "the result is no row type");
        made->tuple_desc = BlessTupleDesc(shape);
        MemoryContextSwitchTo(outer);
        return made;
    });
    struct switched {
        explicit switched(MemoryContext to) : outer(MemoryContextSwitchTo(to)) {}
        ~switched() { MemoryContextSwitchTo(outer); }
        MemoryContext outer;
    };
    const switched inside(calls->multi_call_memory_ctx);
    own(calls->multi_call_memory_ctx, calls, make(fcinfo));
}

} // namespace

Datum stream_rows(FunctionCallInfo fcinfo, std::unique_ptr<row_generator> (*make)(FunctionCallInfo fcinfo)) {
    auto* info = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    if (info == nullptr || !IsA(info, ReturnSetInfo))
        throw error(ERRCODE_FEATURE_NOT_SUPPORTED, "set-valued function called in context that cannot accept a set");
    if (fcinfo->flinfo->fn_extra == nullptr) begin(fcinfo, make);
    FuncCallContext* calls = pg_try([&] { return per_MultiFuncCall(fcinfo); });

    std::vector<Datum> values;
    if (!static_cast<row_generator*>(calls->user_fctx)->next(values)) {
        pg_try([&] { end_MultiFuncCall(fcinfo, calls); });
        info->isDone = ExprEndResult;
        fcinfo->isnull = true;
        return Datum{0};
    }
    info->isDone = ExprMultipleResult;
    return pg_try([&] {
        constexpr bool none[MaxTupleAttributeNumber] = {};
        return HeapTupleGetDatum(heap_form_tuple(calls->tuple_desc, values.data(), const_cast<bool*>(none)));
    });
}

} // namespace rowhouse::pg
