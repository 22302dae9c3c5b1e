// One query of the caller's, given as text: parsed under the caller's search_path, run with the caller's rights and row
// level security, and read row by row while it runs.
//
// It only reads: one SELECT, VALUES, TABLE or WITH, and as long as it runs the transaction is read-only, so that the
// functions it calls cannot write either. It sees what the statement sees that it is run from.
#pragma once

#include "pg/spi.hpp"

extern "C" {
#include "executor/executor.h"
}

namespace rowhouse::pg {

struct query_column {
    const char* name;
    Oid type;
};

// Lives in a memory context and holds nothing that needs a destructor. It runs on PostgreSQL's executor as an SQL
// function does, not on a cursor: a cursor has a name that others can close, and ends with the savepoint it was opened
// in.
class running_query {
public:
    // Raises 42601 for anything but one statement, 22023 for one that does more than read, and whatever PostgreSQL has
    // to say about it. It ends with `caller` at the latest. `values` are those of $1 and so on.
    static running_query* start(std::string_view sql, MemoryContext memory, ExprContext* caller,
                                std::span<const parameter> values = {});

    int column_count() const { return column_count_; }
    const query_column& column(int index) const { return columns_[index]; }

    // False behind the last row; the query has ended then.
    bool next();

    // A value of the row as text, good until next(); null for NULL.
    const char* text(int index) const { return values_[index]; }

private:
    struct receiver {
        DestReceiver base;
        running_query* query;
    };

    static bool receive(TupleTableSlot* row, DestReceiver* self);
    static void stop(Datum self);
    void prepare(ExprContext* caller, const parameter* values, int count);
    void take(TupleTableSlot* row);

    MemoryContext row_memory_;
    const char* sql_;
    QueryDesc* execution_;
    ExprContext* caller_;
    receiver receiver_;
    int column_count_;
    query_column* columns_;
    FmgrInfo* output_;
    char** values_;
    bool has_row_;
};

} // namespace rowhouse::pg
