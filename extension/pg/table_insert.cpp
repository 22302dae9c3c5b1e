#include "pg/table_insert.hpp"

#include "pg/compat.hpp"
#include "pg/expression.hpp"

extern "C" {
#include "access/tableam.h"
#include "catalog/pg_am.h"
#include "executor/nodeModifyTable.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/typcache.h"
}

namespace rowhouse::pg {

namespace {

bool has_unknown_checks(const TupleConstr* constraints) {
    if (!constraints) return false;
    for (int i = 0; i < constraints->num_check; i++)
        if (has_unknown_doings(static_cast<Node*>(stringToNode(constraints->check[i].ccbin)))) return true;
    return false;
}

// Triggers that may change or leave out a row, look at the table between two rows, or change what rows are made with.
bool has_triggers_before(const TriggerDesc* triggers) {
    return triggers && (triggers->trig_insert_before_row || triggers->trig_insert_instead_row ||
                        triggers->trig_insert_before_statement);
}

bool has_virtual_columns([[maybe_unused]] const TupleConstr* constraints) {
#if PG_VERSION_NUM >= 180000
    return constraints && constraints->has_generated_virtual;
#else
    return false;
#endif
}

} // namespace

table_insert::table_insert(Oid table) {
    relation_ = table_open(table, RowExclusiveLock);
    state_ = CreateExecutorState();
    RangeTblEntry* entry = makeNode(RangeTblEntry);
    entry->rtekind = RTE_RELATION;
    entry->relid = table;
    entry->relkind = relation_->rd_rel->relkind;
    entry->rellockmode = RowExclusiveLock;
    MemoryContext const outer = MemoryContextSwitchTo(state_->es_query_cxt);
    pg::ExecInitRangeTable(state_, entry);
    result_ = makeNode(ResultRelInfo);
    ExecInitResultRelation(state_, result_, 1);
    MemoryContextSwitchTo(outer);
}

// Extensions that keep the rows of a table elsewhere do so where plans are made, and those that have a say in who may
// write hear of it from the executor: they would not see this.
bool table_insert::is_plain() const {
    const Form_pg_class form = relation_->rd_rel;
    const TupleConstr* constraints = relation_->rd_att->constr;
    const Oid user = GetUserId();
    return form->relkind == RELKIND_RELATION && form->relam == HEAP_TABLE_AM_OID && !form->relispartition &&
           !form->relhasrules && RelationGetRelid(relation_) >= FirstNormalObjectId &&
           !RELATION_IS_OTHER_TEMP(relation_) && !XactReadOnly && !has_triggers_before(relation_->trigdesc) &&
           !has_virtual_columns(constraints) && !has_unknown_checks(constraints) &&
           pg_class_aclcheck(RelationGetRelid(relation_), user, ACL_INSERT) == ACLCHECK_OK &&
           pg_class_aclcheck(RelationGetRelid(relation_), user, ACL_SELECT) == ACLCHECK_OK &&
           may_use_schema(form->relnamespace, user) && !ExecutorCheckPerms_hook &&
           !OidIsValid(get_extension_oid("citus", true));
}

Node* table_insert::default_of(int column) const {
    const FormData_pg_attribute* attribute = TupleDescAttr(relation_->rd_att, column);
    if (attribute->attisdropped || attribute->attgenerated) return nullptr;
    return build_column_default(relation_, column + 1);
}

bool table_insert::may_be_null(int column) const {
    const FormData_pg_attribute* attribute = TupleDescAttr(relation_->rd_att, column);
    return attribute->attisdropped || attribute->attgenerated || !DomainHasConstraints(attribute->atttypid);
}

ExprState* table_insert::prepare(Node* expression) {
    MemoryContext const outer = MemoryContextSwitchTo(state_->es_query_cxt);
    ExprState* prepared = ExecPrepareExpr(reinterpret_cast<Expr*>(expression), state_);
    MemoryContextSwitchTo(outer);
    return prepared;
}

Datum table_insert::now(ExprState* expression, bool& null) {
    MemoryContext const outer = MemoryContextSwitchTo(state_->es_query_cxt);
    const Datum value = ExecEvalExpr(expression, GetPerTupleExprContext(state_), &null);
    MemoryContextSwitchTo(outer);
    return value;
}

Datum table_insert::of_next_row(ExprState* expression, bool& null) {
    return ExecEvalExprSwitchContext(expression, GetPerTupleExprContext(state_), &null);
}

bool table_insert::next_row_meets(Node* condition) {
    ExprState* prepared = prepare(condition);
    ExprContext* context = GetPerTupleExprContext(state_);
    context->ecxt_scantuple = ExecStoreVirtualTuple(rows_[count_]);
    bool null = true;
    const Datum met = ExecEvalExprSwitchContext(prepared, context, &null);
    return !null && DatumGetBool(met);
}

Datum table_insert::of_row(ExprState* expression, bool& null) {
    ExprContext* context = GetPerTupleExprContext(state_);
    context->ecxt_scantuple = rows_[count_ - 1];
    return ExecEvalExprSwitchContext(expression, context, &null);
}

void table_insert::begin() {
    ExecOpenIndices(result_, false);
    command_ = GetCurrentCommandId(true);
    AfterTriggerBeginQuery();
    capture_ = MakeTransitionCaptureState(relation_->trigdesc, RelationGetRelid(relation_), CMD_INSERT);
}

TupleTableSlot* table_insert::next_row() {
    if (count_ == most_rows || bytes_ >= most_bytes) flush();
    ResetPerTupleExprContext(state_);
    if (!rows_[count_]) {
        MemoryContext const outer = MemoryContextSwitchTo(state_->es_query_cxt);
        rows_[count_] = table_slot_create(relation_, &state_->es_tupleTable);
        MemoryContextSwitchTo(outer);
    }
    return ExecClearTuple(rows_[count_]);
}

// The row's values go with the next one; its tuple, made here, is the slot's own.
void table_insert::add_row() {
    TupleTableSlot* row = rows_[count_++];
    if (TTS_EMPTY(row)) ExecStoreVirtualTuple(row);
    row->tts_tableOid = RelationGetRelid(relation_);
    const TupleConstr* constraints = relation_->rd_att->constr;
    if (constraints && constraints->has_generated_stored) ExecComputeStoredGenerated(result_, state_, row, CMD_INSERT);
    if (constraints) ExecConstraints(result_, row, state_);
    ExecMaterializeSlot(row);
    bytes_ += ExecFetchSlotHeapTuple(row, false, nullptr)->t_len;
}

void table_insert::flush() {
    CHECK_FOR_INTERRUPTS();
    ResetPerTupleExprContext(state_);
    MemoryContext const outer = MemoryContextSwitchTo(GetPerTupleMemoryContext(state_));
    table_multi_insert(relation_, rows_, count_, command_, 0, nullptr);
    MemoryContextSwitchTo(outer);
    const TriggerDesc* triggers = result_->ri_TrigDesc;
    const bool queues = triggers && (triggers->trig_insert_after_row || triggers->trig_insert_new_table);
    List* recheck[most_rows] = {};
    // One index after the other: what they compare stays at hand.
    for (int n = 0; n < result_->ri_NumIndices; n++) {
        ResultRelInfo one = *result_;
        one.ri_NumIndices = 1;
        one.ri_IndexRelationDescs = result_->ri_IndexRelationDescs + n;
        one.ri_IndexRelationInfo = result_->ri_IndexRelationInfo + n;
        for (int i = 0; i < count_; i++) {
            recheck[i] = list_concat(recheck[i], pg::ExecInsertIndexTuples(&one, rows_[i], state_));
            ResetPerTupleExprContext(state_);
        }
    }
    for (int i = 0; i < count_; i++) {
        if (queues) ExecARInsertTriggers(state_, result_, rows_[i], recheck[i], capture_);
        list_free(recheck[i]);
        ExecClearTuple(rows_[i]);
    }
    count_ = 0;
    bytes_ = 0;
}

void table_insert::end() {
    if (count_ > 0) flush();
    ExecASInsertTriggers(state_, result_, capture_);
    AfterTriggerEndQuery(state_);
    close();
    CommandCounterIncrement();
}

void table_insert::close() {
    ExecResetTupleTable(state_->es_tupleTable, false);
    ExecCloseResultRelations(state_);
    ExecCloseRangeTableRelations(state_);
    FreeExecutorState(state_);
    table_close(relation_, NoLock);
}

} // namespace rowhouse::pg
