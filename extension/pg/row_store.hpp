// Rows set aside for statements to come, in work_mem and past that on disk. Offered to an SPI connection (see
// offered_rows), a statement reads them under a name, like a table.
#pragma once

#include "pg/datum.hpp"

extern "C" {
#include "executor/tuptable.h"
#include "utils/tuplestore.h"
}

namespace rowhouse::pg {

struct row_column {
    const char* name;
    Oid type;
    std::int32_t typmod = -1;
    Oid collation = InvalidOid; // that of the type
};

class row_store {
public:
    // For one transaction, or (in a process that ends with its work) for several: what is on disk is then removed by
    // close() or by the end of the process, not by an error. The first rows must be added in the transaction in which
    // it was made.
    enum class lifetime { transaction, process };
    row_store(const std::vector<row_column>& columns, lifetime lives = lifetime::transaction);
    // Without rows, and of the same columns.
    explicit row_store(const row_store& like);
    row_store& operator=(const row_store&) = delete;

    // Row after row, as many values as it has columns.
    void add(const Datum* values, const bool* nulls, std::size_t rows = 1);
    std::uint64_t size() const { return size_; }

    // Reads on from where the last call ended, at first from the beginning: null behind the last row. The slot is good
    // until the next call.
    TupleTableSlot* next();
    // Then next() begins anew.
    void rewind();
    // Remembers where next() is, and goes back there.
    enum class place { begin, end };
    void remember(place which);
    void return_to(place which);
    // The row of another store of the same columns that next() gave.
    void add(TupleTableSlot* row);

    // Frees it all. Nothing may be called after it.
    void close();

    Tuplestorestate* rows() const { return store_; }
    TupleDesc shape() const { return shape_; }

private:
    void open(lifetime lives);

    MemoryContext memory_ = nullptr;
    TupleDesc shape_ = nullptr;
    Tuplestorestate* store_ = nullptr;
    TupleTableSlot* slot_ = nullptr;
    int pointer_to(place which) const { return places_[static_cast<int>(which)]; }

    int reader_ = 0;
    int places_[2] = {};
    std::uint64_t size_ = 0;
};

} // namespace rowhouse::pg
