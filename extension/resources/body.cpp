#include "resources/body.hpp"

namespace rowhouse::resources {

namespace {

constexpr std::size_t most_rows = 1000;

pg::error no_object() {
    return pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "body must be a JSON object or an array of objects",
                     "Give an object with the columns of the row.");
}

// Trivially destructible: what the iteration over jsonb gives.
struct piece {
    JsonbIteratorToken token;
    JsonbValue value;
};

class walk {
public:
    explicit walk(JsonbContainer* container) {
        pg::pg_try([&] { at_ = JsonbIteratorInit(container); });
    }
    // What is nested comes as one piece.
    piece next() {
        return pg::pg_try([&] {
            piece found{};
            found.token = JsonbIteratorNext(&at_, &found.value, true);
            return found;
        });
    }

private:
    JsonbIterator* at_ = nullptr;
};

body_row read_row(const JsonbValue& content) {
    if (content.type != jbvBinary || !JsonContainerIsObject(content.val.binary.data)) throw no_object();
    body_row row{{}, content};
    walk pieces(content.val.binary.data);
    for (piece each = pieces.next(); each.token != WJB_DONE; each = pieces.next())
        if (each.token == WJB_KEY)
            row.names.emplace_back(each.value.val.string.val, static_cast<std::size_t>(each.value.val.string.len));
    return row;
}

} // namespace

body read_body(FunctionCallInfo fcinfo, int argument) {
    if (PG_ARGISNULL(argument)) throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "body must not be null");
    Jsonb* whole = pg::pg_try([&] { return PG_GETARG_JSONB_P(argument); });
    body read;
    if (JB_ROOT_IS_OBJECT(whole)) {
        JsonbValue content{};
        content.type = jbvBinary;
        content.val.binary.data = &whole->root;
        content.val.binary.len = static_cast<int>(VARSIZE(whole) - VARHDRSZ);
        read.rows.push_back(read_row(content));
        return read;
    }
    if (!JB_ROOT_IS_ARRAY(whole) || JB_ROOT_IS_SCALAR(whole)) throw no_object();
    if (JB_ROOT_COUNT(whole) > most_rows)
        throw pg::error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "body has more than 1000 rows",
                        "Send them in several requests.");
    read.is_list = true;
    walk pieces(&whole->root);
    for (piece each = pieces.next(); each.token != WJB_DONE; each = pieces.next())
        if (each.token == WJB_ELEM) read.rows.push_back(read_row(each.value));
    return read;
}

Datum array_of(const body& all, std::size_t first, std::size_t count) {
    const body_row* rows = all.rows.data() + first;
    return pg::pg_try([&] {
        JsonbParseState* state = nullptr;
        pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
        for (std::size_t i = 0; i < count; i++) {
            JsonbValue content = rows[i].content;
            pushJsonbValue(&state, WJB_ELEM, &content);
        }
        return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, nullptr)));
    });
}

} // namespace rowhouse::resources
