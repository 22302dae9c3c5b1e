// SQL from C++. One connection per SQL function: pg::spi sql; … sql.finish(); Values are bound, never pasted;
// identifiers are quoted by quote_identifier() below.
//
// A connection that is not finished is closed by PostgreSQL when the (sub)transaction rolls back, which is what follows
// any exception here; so there is no closing destructor that could itself fail.
#pragma once

#include "pg/row_store.hpp"

#include <initializer_list>
#include <map>
#include <span>

namespace rowhouse::pg {

struct parameter {
    Oid type;
    Datum value = 0;
    bool null = false;
};

inline parameter null_of(Oid type) {
    return {type, 0, true};
}
inline parameter param(std::string_view value) {
    return {TEXTOID, make_text(value)};
}
inline parameter param(const uuid& value) {
    return {UUIDOID, make_uuid(value)};
}
inline parameter param(std::int64_t value) {
    return {INT8OID, Int64GetDatum(value)};
}
inline parameter param_oid(Oid value) {
    return {REGCLASSOID, ObjectIdGetDatum(value)};
}
inline parameter param_bool(bool value) {
    return {BOOLOID, BoolGetDatum(value)};
}
inline parameter param_jsonb(std::string_view text) {
    return {JSONBOID, make_jsonb(text)};
}
inline parameter param(const std::vector<std::string_view>& values) {
    return {TEXTARRAYOID, make_text_array(values)};
}

inline parameter param(const std::vector<uuid>& values) {
    return {UUIDARRAYOID, make_uuid_array(values)};
}

class spi {
public:
    spi();
    spi(const spi&) = delete;
    spi& operator=(const spi&) = delete;

    // Runs one statement and keeps its rows until the next run() or finish(). Returns how many rows it touched or gave.
    std::uint64_t run(const char* sql, std::initializer_list<parameter> parameters = {});
    std::uint64_t run(const std::string& sql, std::initializer_list<parameter> parameters = {}) {
        return run(sql.c_str(), parameters);
    }

    // The same with a plan that is made once, for statements that cost less to run than to plan.
    enum class plan {
        once,
        again, // is kept until finish(): offered rows must then keep their columns
        kept // is kept by the backend; PostgreSQL makes it anew when a table that it reads, or whose transition table,
             // has changed
    };
    std::uint64_t run(const std::string& sql, std::initializer_list<parameter> parameters, plan how) {
        return run(sql, std::span(parameters.begin(), parameters.size()), how);
    }
    // Raises 54000 for more than 128 of them.
    std::uint64_t run(const std::string& sql, std::span<const parameter> parameters, plan how);

    // Runs a query and calls `each()` for every so many of its rows, which are then those that text() and value() give.
    template <typename Each>
    void run_in_portions(const std::string& sql, int rows, Each&& each) {
        Portal query = open_query(sql);
        while (fetch(query, rows) > 0)
            each();
        close_query(query);
    }

    // For a trigger function: makes the transition tables of the statement visible under their names.
    void register_transition_tables(TriggerData* trigger);

    // The rows of the last run() as a relation of that name, in place of one that had it, for the statements that
    // follow, until they are withdrawn; without that they take up disk until the (sub)transaction ends.
    Tuplestorestate* offer_rows(const char* name);
    void withdraw_rows(const char* name, Tuplestorestate* rows);
    // The same with rows that were set aside, which go on living when they are withdrawn.
    void offer(const char* name, const row_store& rows);
    void withdraw(const char* name);

    std::uint64_t row_count() const { return rows_ ? rows_->numvals : 0; }
    // Columns count from 1. A NULL is an empty optional.
    std::optional<std::string> text(std::uint64_t row, int column) const;
    Datum value(std::uint64_t row, int column, bool& null) const;
    TupleDesc shape() const { return rows_->tupdesc; }
    std::span<const HeapTuple> rows() const { return {rows_->vals, rows_->numvals}; }
    // The first column, of type uuid and not null, of all rows.
    std::vector<uuid> uuids() const;

    // Must be called on the way out of a function that succeeded.
    void finish();

private:
    std::uint64_t run_once(const char* sql, std::span<const parameter> parameters);
    Portal open_query(const std::string& sql);
    std::uint64_t fetch(Portal query, int rows);
    void close_query(Portal query);
    void drop_rows();
    void take_rows();

    MemoryContext memory_ = nullptr;          // of the connection
    std::map<std::string, SPIPlanPtr> plans_; // of plan::again
    SPITupleTable* rows_ = nullptr;
    SubTransactionId rows_from_ = InvalidSubTransactionId; // PostgreSQL frees them itself when this one rolls back
};

std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);
// A name as SQL writes it, "schema.name" or a part of that, quoted anew. Raises 42602 for what is no name.
std::string quote_qualified_name(std::string_view name);
// schema.name, each quoted where needed.
std::string qualified_name(Oid relation);

} // namespace rowhouse::pg
