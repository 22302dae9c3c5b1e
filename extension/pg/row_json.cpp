#include "pg/row_json.hpp"

extern "C" {
#include "access/transam.h"
#include "nodes/makefuncs.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/numeric.h"
}

namespace rowhouse::pg {

namespace {

// to_jsonb(anyelement), which asks the expression it is called from what the element is.
void prepare_to_jsonb(FmgrInfo* function, Oid type, Oid collation) {
    fmgr_info(F_TO_JSONB, function);
    Node* argument = reinterpret_cast<Node*>(makeNullConst(type, -1, collation));
    FuncExpr* call =
        makeFuncExpr(F_TO_JSONB, JSONBOID, list_make1(argument), InvalidOid, collation, COERCE_EXPLICIT_CALL);
    fmgr_info_set_expr(reinterpret_cast<Node*>(call), function);
}

JsonbValue string_of(const char* text, std::size_t length) {
    JsonbValue value = {};
    value.type = jbvString;
    value.val.string.val = const_cast<char*>(text);
    value.val.string.len = static_cast<int>(length);
    return value;
}

JsonbValue binary_of(Jsonb* content) {
    JsonbValue value = {};
    value.type = jbvBinary;
    value.val.binary.data = &content->root;
    value.val.binary.len = static_cast<int>(VARSIZE(content) - VARHDRSZ);
    return value;
}

} // namespace

row_json::row_json(TupleDesc shape, int count) : shape_(shape), count_(count) {
    columns_ = pg_try([&] {
        auto* columns = static_cast<column*>(palloc0(sizeof(column) * static_cast<std::size_t>(shape->natts + 1)));
        for (int i = 0; i < shape->natts; i++) {
            const FormData_pg_attribute* attribute = TupleDescAttr(shape, i);
            column& made = columns[i];
            made.name = NameStr(attribute->attname);
            made.name_length = static_cast<int>(strlen(made.name));
            made.type = getBaseType(attribute->atttypid);
            switch (made.type) {
            case BOOLOID:
                made.how = kind::truth;
                break;
            case INT2OID:
                made.how = kind::whole2;
                break;
            case INT4OID:
                made.how = kind::whole4;
                break;
            case INT8OID:
                made.how = kind::whole8;
                break;
            case NUMERICOID:
                made.how = kind::numeric;
                break;
            case FLOAT4OID:
            case FLOAT8OID:
                made.how = kind::floating;
                break;
            case DATEOID:
            case TIMESTAMPOID:
            case TIMESTAMPTZOID:
                made.how = kind::date_time;
                break;
            case JSONBOID:
                made.how = kind::jsonb;
                break;
            default:
                // An element, a row or a type of somebody's own may be more than its text.
                made.how = made.type >= FirstNormalObjectId || made.type == JSONOID || type_is_array(made.type) ||
                                   type_is_rowtype(made.type)
                               ? kind::other
                               : kind::text;
            }
            Oid output = InvalidOid;
            bool is_varlena = false;
            getTypeOutputInfo(made.type, &output, &is_varlena);
            if (made.how == kind::other)
                prepare_to_jsonb(&made.function, made.type, attribute->attcollation);
            else
                fmgr_info(output, &made.function);
        }
        return columns;
    });
}

void row_json::push_value(JsonbParseState** state, const column& from, Datum value) const {
    JsonbValue made = {};
    switch (from.how) {
    case kind::truth:
        made.type = jbvBool;
        made.val.boolean = DatumGetBool(value);
        break;
    case kind::whole2:
        made.type = jbvNumeric;
        made.val.numeric = int64_to_numeric(DatumGetInt16(value));
        break;
    case kind::whole4:
        made.type = jbvNumeric;
        made.val.numeric = int64_to_numeric(DatumGetInt32(value));
        break;
    case kind::whole8:
        made.type = jbvNumeric;
        made.val.numeric = int64_to_numeric(DatumGetInt64(value));
        break;
    case kind::numeric: {
        Numeric const number = DatumGetNumeric(value);
        if (numeric_is_nan(number) || numeric_is_inf(number)) {
            const char* text = OutputFunctionCall(const_cast<FmgrInfo*>(&from.function), value);
            made = string_of(text, strlen(text));
            break;
        }
        made.type = jbvNumeric;
        made.val.numeric = number;
        break;
    }
    case kind::floating: {
        char* text = OutputFunctionCall(const_cast<FmgrInfo*>(&from.function), value);
        if (strpbrk(text, "Nn")) { // NaN, Infinity
            made = string_of(text, strlen(text));
            break;
        }
        made.type = jbvNumeric;
        made.val.numeric = DatumGetNumeric(
            DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
        break;
    }
    case kind::date_time: {
        auto* text = static_cast<char*>(palloc(MAXDATELEN + 1));
        JsonEncodeDateTime(text, value, from.type, nullptr);
        made = string_of(text, strlen(text));
        break;
    }
    case kind::text: {
        if (from.type == TEXTOID || from.type == VARCHAROID || from.type == BPCHAROID) {
            const varlena* plain = pg_detoast_datum_packed(reinterpret_cast<varlena*>(DatumGetPointer(value)));
            made = string_of(VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain));
            break;
        }
        const char* text = OutputFunctionCall(const_cast<FmgrInfo*>(&from.function), value);
        made = string_of(text, strlen(text));
        break;
    }
    case kind::jsonb:
        made = binary_of(DatumGetJsonbP(value));
        break;
    case kind::other:
        made = binary_of(DatumGetJsonbP(FunctionCall1(const_cast<FmgrInfo*>(&from.function), value)));
        break;
    }
    pushJsonbValue(state, WJB_VALUE, &made);
}

void row_json::push(JsonbParseState** state, HeapTuple row) const {
    pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
    for (int i = 0; i < count_; i++) {
        JsonbValue name = string_of(columns_[i].name, static_cast<std::size_t>(columns_[i].name_length));
        pushJsonbValue(state, WJB_KEY, &name);
        bool null = false;
        const Datum value = heap_getattr(row, i + 1, shape_, &null);
        if (null) {
            JsonbValue nothing = {};
            nothing.type = jbvNull;
            pushJsonbValue(state, WJB_VALUE, &nothing);
        } else {
            push_value(state, columns_[i], value);
        }
    }
}

Datum row_json::object(HeapTuple row) const {
    return pg_try([&] {
        JsonbParseState* state = nullptr;
        push(&state, row);
        return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
    });
}

Datum row_json::list(std::span<const HeapTuple> rows) const {
    return list(rows, nullptr, nullptr, 0);
}

Datum row_json::list(std::span<const HeapTuple> rows, const char* member,
                     const std::optional<std::string>& value) const {
    return list(rows, member, value ? value->data() : nullptr, value ? value->size() : 0);
}

Datum row_json::list(std::span<const HeapTuple> rows, const char* member, const char* value, std::size_t length) const {
    return pg_try([&] {
        JsonbParseState* state = nullptr;
        pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
        JsonbValue items = string_of("items", 5);
        pushJsonbValue(&state, WJB_KEY, &items);
        pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
        for (HeapTuple each : rows) {
            push(&state, each);
            pushJsonbValue(&state, WJB_END_OBJECT, nullptr);
        }
        pushJsonbValue(&state, WJB_END_ARRAY, nullptr);
        if (member) {
            JsonbValue name = string_of(member, strlen(member));
            pushJsonbValue(&state, WJB_KEY, &name);
            JsonbValue made = {};
            made.type = jbvNull;
            if (value) made = string_of(value, length);
            pushJsonbValue(&state, WJB_VALUE, &made);
        }
        return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
    });
}

std::optional<std::string> row_json::text(HeapTuple row, int number) const {
    const char* found = pg_try([&]() -> const char* {
        const column& from = columns_[number - 1];
        bool null = false;
        const Datum value = heap_getattr(row, number, shape_, &null);
        if (null) return nullptr;
        if (from.how == kind::date_time) {
            auto* text = static_cast<char*>(palloc(MAXDATELEN + 1));
            JsonEncodeDateTime(text, value, from.type, nullptr);
            return text;
        }
        Oid output = InvalidOid;
        bool is_varlena = false;
        getTypeOutputInfo(from.type, &output, &is_varlena);
        return OidOutputFunctionCall(output, value);
    });
    if (!found) return std::nullopt;
    return std::string(found);
}

} // namespace rowhouse::pg
