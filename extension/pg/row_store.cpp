#include "pg/row_store.hpp"

namespace rowhouse::pg {

namespace {

// PostgreSQL only, no C++ objects.
TupleDesc shape_of(const row_column* columns, int count) {
    TupleDesc shape = CreateTemplateTupleDesc(count);
    for (int i = 0; i < count; i++) {
        const auto number = static_cast<AttrNumber>(i + 1);
        TupleDescInitEntry(shape, number, columns[i].name, columns[i].type, columns[i].typmod, 0);
        if (OidIsValid(columns[i].collation)) TupleDescInitEntryCollation(shape, number, columns[i].collation);
    }
    return shape;
}

} // namespace

row_store::row_store(const std::vector<row_column>& columns, lifetime lives) {
    pg_try([&] {
        memory_ = AllocSetContextCreate(lives == lifetime::process ? TopMemoryContext : CurrentMemoryContext,
                                        "rowhouse rows", ALLOCSET_DEFAULT_SIZES);
        MemoryContext const outer = MemoryContextSwitchTo(memory_);
        shape_ = shape_of(columns.data(), static_cast<int>(columns.size()));
        MemoryContextSwitchTo(outer);
    });
    open(lives);
}

row_store::row_store(const row_store& like) {
    pg_try([&] {
        memory_ = AllocSetContextCreate(CurrentMemoryContext, "rowhouse rows", ALLOCSET_DEFAULT_SIZES);
        MemoryContext const outer = MemoryContextSwitchTo(memory_);
        shape_ = CreateTupleDescCopy(like.shape_);
        MemoryContextSwitchTo(outer);
    });
    open(lifetime::transaction);
}

void row_store::open(lifetime lives) {
    pg_try([&] {
        MemoryContext const outer = MemoryContextSwitchTo(memory_);
        store_ = tuplestore_begin_heap(false, lives == lifetime::process, work_mem);
        reader_ = tuplestore_alloc_read_pointer(store_, EXEC_FLAG_REWIND);
        for (int& each : places_)
            each = tuplestore_alloc_read_pointer(store_, EXEC_FLAG_REWIND);
        slot_ = MakeSingleTupleTableSlot(shape_, &TTSOpsMinimalTuple);
        MemoryContextSwitchTo(outer);
    });
}

void row_store::add(const Datum* values, const bool* nulls, std::size_t rows) {
    pg_try([&] {
        for (std::size_t r = 0; r < rows; r++, values += shape_->natts, nulls += shape_->natts)
            tuplestore_putvalues(store_, shape_, const_cast<Datum*>(values), const_cast<bool*>(nulls));
    });
    size_ += rows;
}

void row_store::add(TupleTableSlot* row) {
    pg_try([&] { tuplestore_puttupleslot(store_, row); });
    size_++;
}

TupleTableSlot* row_store::next() {
    return pg_try([&]() -> TupleTableSlot* {
        // A row from disk is made in the current memory, and is the slot's until the next one.
        MemoryContext const outer = MemoryContextSwitchTo(memory_);
        tuplestore_select_read_pointer(store_, reader_);
        const bool found = tuplestore_gettupleslot(store_, true, false, slot_);
        if (found) slot_getallattrs(slot_);
        MemoryContextSwitchTo(outer);
        return found ? slot_ : nullptr;
    });
}

void row_store::rewind() {
    pg_try([&] {
        tuplestore_select_read_pointer(store_, reader_);
        tuplestore_rescan(store_);
    });
}

void row_store::remember(place which) {
    pg_try([&] { tuplestore_copy_read_pointer(store_, reader_, pointer_to(which)); });
}

void row_store::return_to(place which) {
    pg_try([&] { tuplestore_copy_read_pointer(store_, pointer_to(which), reader_); });
}

void row_store::close() {
    pg_try([&] {
        ExecDropSingleTupleTableSlot(slot_);
        tuplestore_end(store_);
        MemoryContextDelete(memory_);
    });
}

} // namespace rowhouse::pg
