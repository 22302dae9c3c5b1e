// Rows into one table as COPY writes them: many at a time into a page, and then into the indexes, where INSERT goes
// through the executor and to the log row by row. It does what CopyFrom() does and in that order: constraints,
// generated columns, indexes, the triggers after rows and after the statement. What it cannot do like an INSERT it says
// beforehand.
#pragma once

#include "pg/guard.hpp"

#include <cstdint>

extern "C" {
#include "access/heapam.h"
#include "executor/executor.h"
}

namespace rowhouse::pg {

// Calls PostgreSQL and has no destructor: it is to be used within pg_try in a subtransaction, which cleans up after an
// error. Runs as the current user.
class table_insert {
public:
    // With the lock of an INSERT.
    explicit table_insert(Oid table);

    Relation relation() const { return relation_; }
    // Whether the rows that this user writes are those that an INSERT would have written. Policies of row level
    // security are not looked at.
    bool is_plain() const;
    // How many of its columns there are, dropped ones included; they count from 0 here.
    int width() const { return relation_->rd_att->natts; }
    // Its parsed default, or null. Raises nothing.
    Node* default_of(int column) const;
    // Whether a column may be left out without a default.
    bool may_be_null(int column) const;

    // Something to evaluate.
    ExprState* prepare(Node* expression);
    // Without a row; what it gives lives until end().
    Datum now(ExprState* expression, bool& null);

    // The row to fill in: values and nulls of all columns.
    TupleTableSlot* next_row();
    // What lives until the next one.
    Datum of_next_row(ExprState* expression, bool& null);
    bool next_row_meets(Node* condition);

    // Before the first row is added.
    void begin();
    // What was filled in.
    void add_row();
    // With the row that was added last.
    Datum of_row(ExprState* expression, bool& null);
    void end();
    // Instead of begin() and all that follows.
    void close();

private:
    static constexpr int most_rows = 1000;
    static constexpr std::size_t most_bytes = 65'536;

    void flush();

    Relation relation_;
    EState* state_;
    ResultRelInfo* result_;
    TransitionCaptureState* capture_ = nullptr;
    CommandId command_ = 0;
    TupleTableSlot* rows_[most_rows] = {};
    int count_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace rowhouse::pg
