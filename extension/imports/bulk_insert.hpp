// Writing rows as COPY does, where that comes to the same as the INSERT of statements::insert(). Where it is not
// certain, that INSERT is to be run.
#pragma once

#include "imports/mapping.hpp"
#include "pg/row_store.hpp"

namespace rowhouse::imports {

// Fewer rows are written by the INSERT, whose plan is there already.
inline constexpr std::size_t least_bulk_rows = 100;

// Of the rows that a store of staged columns gives from where it is, those with these numbers (see staged_rows).
class bulk_rows {
public:
    // Both must outlive it; of the numbers, record and line, there is at least one.
    bulk_rows(pg::row_store& from, const std::vector<std::pair<std::int64_t, std::int64_t>>& numbers)
        : from_(from), numbers_(numbers) {}

    TupleDesc shape() const { return from_.shape(); }
    TupleTableSlot* next() {
        if (at_ == numbers_.size()) return nullptr;
        const std::int64_t record = numbers_[at_++].first;
        TupleTableSlot* row = from_.next();
        while (DatumGetInt64(row->tts_values[0]) != record)
            row = from_.next();
        return row;
    }

private:
    pg::row_store& from_;
    const std::vector<std::pair<std::int64_t, std::int64_t>>& numbers_;
    std::size_t at_ = 0;
};

// Writes them and adds their names (see target::row_name) to `names`. False where the table wants an INSERT; nothing
// was written then. To be called as the owner of the table, in a subtransaction.
bool bulk_insert(const target& target, const column_mapping& mapping, bulk_rows rows, std::vector<std::string>& names);

} // namespace rowhouse::imports
