#include "pg/query.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "access/xact.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
}

namespace rowhouse::pg {

namespace {

// A rollback, which is what follows an error, restores it as well.
class read_only_for_now {
public:
    read_only_for_now() : before_(XactReadOnly) { XactReadOnly = true; }
    ~read_only_for_now() { XactReadOnly = before_; }
    read_only_for_now(const read_only_for_now&) = delete;
    read_only_for_now& operator=(const read_only_for_now&) = delete;

private:
    bool before_;
};

// What goes wrong is reported with the text of the query, and a position is one in it.
void explain(void* sql) {
    const int position = geterrposition();
    if (position > 0) {
        errposition(0);
        internalerrposition(position);
        internalerrquery(static_cast<const char*>(sql));
    } else {
        errcontext("SQL statement \"%s\"", static_cast<const char*>(sql));
    }
}

// Calls PostgreSQL on behalf of the query: read-only, with that context for errors.
template <typename Function>
void run(const char* sql, Function&& function) {
    read_only_for_now guard;
    pg_try([&] {
        ErrorContextCallback context = {};
        context.previous = error_context_stack;
        context.callback = explain;
        context.arg = const_cast<char*>(sql);
        error_context_stack = &context;
        function();
        error_context_stack = context.previous;
    });
}

[[noreturn]] void refuse() {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("query must only read"),
                    errhint("Give one SELECT, VALUES, TABLE or WITH, without INTO, FOR UPDATE and parts that write.")));
    pg_unreachable();
}

ParamListInfo bind(const parameter* values, int count) {
    if (count == 0) return nullptr;
    ParamListInfo list = makeParamList(count);
    for (int i = 0; i < count; i++)
        list->params[i] = {values[i].value, values[i].null, PARAM_FLAG_CONST, values[i].type};
    return list;
}

PlannedStmt* plan(const char* sql, const parameter* values, int count) {
    List* statements = pg_parse_query(sql);
    if (list_length(statements) != 1)
        ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("query must be one statement")));
    auto* statement = linitial_node(RawStmt, statements);
    if (!IsA(statement->stmt, SelectStmt)) refuse();
    auto* types = static_cast<Oid*>(palloc(sizeof(Oid) * static_cast<std::size_t>(count + 1)));
    for (int i = 0; i < count; i++)
        types[i] = values[i].type;
    List* queries = pg_analyze_and_rewrite_fixedparams(statement, sql, types, count, nullptr);
    if (list_length(queries) != 1 || linitial_node(Query, queries)->commandType != CMD_SELECT) refuse();
    PlannedStmt* planned = pg_plan_query(linitial_node(Query, queries), sql, 0, bind(values, count));
    if (!CommandIsReadOnly(planned)) refuse();
    return planned;
}

} // namespace

running_query* running_query::start(std::string_view sql, MemoryContext memory, ExprContext* caller,
                                    std::span<const parameter> values) {
    auto* query = pg_try([&] {
        MemoryContext const before = MemoryContextSwitchTo(memory);
        auto* made = static_cast<running_query*>(palloc0(sizeof(running_query)));
        made->sql_ = pnstrdup(sql.data(), sql.size());
        made->row_memory_ = AllocSetContextCreate(memory, "rowhouse row", ALLOCSET_DEFAULT_SIZES);
        MemoryContextSwitchTo(before);
        return made;
    });
    run(query->sql_, [&] {
        MemoryContext const before = MemoryContextSwitchTo(memory);
        query->prepare(caller, values.data(), static_cast<int>(values.size()));
        MemoryContextSwitchTo(before);
    });
    return query;
}

void running_query::prepare(ExprContext* caller, const parameter* values, int count) {
    receiver_.query = this;
    receiver_.base.receiveSlot = receive;
    receiver_.base.rStartup = [](DestReceiver*, int, TupleDesc) {};
    receiver_.base.rShutdown = [](DestReceiver*) {};
    receiver_.base.rDestroy = [](DestReceiver*) {};
    receiver_.base.mydest = DestNone;

    execution_ = CreateQueryDesc(plan(sql_, values, count), sql_, GetActiveSnapshot(), InvalidSnapshot, &receiver_.base,
                                 bind(values, count), nullptr, 0);
    ExecutorStart(execution_, 0);
    caller_ = caller;
    RegisterExprContextCallback(caller, stop, PointerGetDatum(this));

    TupleDesc const row = execution_->tupDesc;
    column_count_ = row->natts;
    columns_ = static_cast<query_column*>(palloc0(sizeof(query_column) * (row->natts + 1)));
    output_ = static_cast<FmgrInfo*>(palloc0(sizeof(FmgrInfo) * (row->natts + 1)));
    values_ = static_cast<char**>(palloc0(sizeof(char*) * (row->natts + 1)));
    for (int i = 0; i < row->natts; i++) {
        Form_pg_attribute const attribute = TupleDescAttr(row, i);
        columns_[i] = {pstrdup(NameStr(attribute->attname)), attribute->atttypid};
        Oid function = InvalidOid;
        bool is_varlena = false;
        getTypeOutputInfo(attribute->atttypid, &function, &is_varlena);
        fmgr_info(function, &output_[i]);
    }
}

bool running_query::next() {
    if (execution_ == nullptr) return false;
    run(sql_, [&] {
        MemoryContextReset(row_memory_);
        has_row_ = false;
        PushActiveSnapshot(execution_->snapshot);
        pg::ExecutorRun(execution_, 1);
        PopActiveSnapshot();
        if (!has_row_) {
            UnregisterExprContextCallback(caller_, stop, PointerGetDatum(this));
            stop(PointerGetDatum(this));
        }
    });
    return has_row_;
}

bool running_query::receive(TupleTableSlot* row, DestReceiver* self) {
    reinterpret_cast<receiver*>(self)->query->take(row);
    return true;
}

void running_query::take(TupleTableSlot* row) {
    MemoryContext const before = MemoryContextSwitchTo(row_memory_);
    slot_getallattrs(row);
    for (int i = 0; i < column_count_; i++)
        values_[i] = row->tts_isnull[i] ? nullptr : OutputFunctionCall(&output_[i], row->tts_values[i]);
    MemoryContextSwitchTo(before);
    has_row_ = true;
}

// Also called when the caller stops before the end, but not when its transaction fails: that frees all by itself.
void running_query::stop(Datum self) {
    auto* query = reinterpret_cast<running_query*>(DatumGetPointer(self));
    if (query->execution_ == nullptr) return;
    ExecutorFinish(query->execution_);
    ExecutorEnd(query->execution_);
    FreeQueryDesc(query->execution_);
    query->execution_ = nullptr;
}

} // namespace rowhouse::pg
