// Rows of a query as jsonb, as to_jsonb() makes it of each, but with what is known of the columns found out once for
// all rows, and without a jsonb of each row in between: half the time of jsonb_agg().
#pragma once

#include "pg/spi.hpp"

namespace rowhouse::pg {

class row_json {
public:
    // For rows of that shape, of which the first so many columns are members of the objects.
    row_json(TupleDesc shape, int columns);

    // The object of a row, in the memory context that is current.
    Datum object(HeapTuple row) const;
    // {"items": [the rows]}; the second one with a member more, which is null for an empty optional.
    Datum list(std::span<const HeapTuple> rows) const;
    Datum list(std::span<const HeapTuple> rows, const char* member, const std::optional<std::string>& value) const;
    // The value of a column as text: dates and times in the one form of JSON, whatever DateStyle is.
    std::optional<std::string> text(HeapTuple row, int column) const;

private:
    enum class kind { truth, whole2, whole4, whole8, numeric, floating, date_time, text, jsonb, other };
    struct column {
        kind how;
        Oid type; // domains resolved
        const char* name;
        int name_length;
        FmgrInfo function; // that gives its text; for `other`, to_jsonb()
    };

    void push(JsonbParseState** state, HeapTuple row) const;
    void push_value(JsonbParseState** state, const column& column, Datum value) const;
    Datum list(std::span<const HeapTuple> rows, const char* member, const char* value, std::size_t length) const;

    TupleDesc shape_;
    column* columns_ = nullptr;
    int count_;
};

} // namespace rowhouse::pg
