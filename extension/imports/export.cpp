// csv_export: what a query gives as the lines of a CSV file that is safe to open in a spreadsheet.

#include "imports/export.hpp"

#include "pg/stream.hpp"

namespace rowhouse::imports {

namespace {

// Types whose text is made by PostgreSQL from numbers and dates alone, and holds no formula, whoever filled the column.
bool is_plain(Oid type) {
    switch (type) {
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case FLOAT4OID:
    case FLOAT8OID:
    case NUMERICOID:
    case CASHOID:
    case DATEOID:
    case TIMEOID:
    case TIMETZOID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
    case POINTOID:
    case LSEGOID:
    case LINEOID:
    case PATHOID:
    case BOXOID:
    case POLYGONOID:
    case CIRCLEOID:
        return true;
    default:
        return false;
    }
}

// Of an array or range type, the type of what is in it, down to one that is neither. PostgreSQL only, no C++ objects.
Oid innermost_type(Oid type) {
    while (true) {
        const Oid base = getBaseType(type);
        Oid inner = get_element_type(base);
        if (!OidIsValid(inner)) inner = get_range_subtype(base);
        if (!OidIsValid(inner)) inner = get_multirange_range(base);
        if (!OidIsValid(inner)) return base;
        type = inner;
    }
}

// A domain says by its name what it holds; of domains over domains the first name counts that says something.
column_kind kind_by_domain(Oid type) {
    while (true) {
        HeapTuple found = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
        if (!HeapTupleIsValid(found)) return column_kind::text;
        const FormData_pg_type entry = *reinterpret_cast<Form_pg_type>(GETSTRUCT(found));
        ReleaseSysCache(found);
        if (entry.typtype != TYPTYPE_DOMAIN) return column_kind::text;
        for (const char* phone : {"phone", "phone_number", "telephone", "mobile", "e164"})
            if (pg_strcasecmp(NameStr(entry.typname), phone) == 0) return column_kind::phone;
        for (const char* email : {"email", "email_address"})
            if (pg_strcasecmp(NameStr(entry.typname), email) == 0) return column_kind::email;
        type = entry.typbasetype;
    }
}

column_kind kind_of(Oid type) {
    return pg::pg_try([&] {
        if (getBaseType(type) == BOOLOID) return column_kind::truth;
        return is_plain(innermost_type(type)) ? column_kind::plain : kind_by_domain(type);
    });
}

column_kind kind_of(csv::cell_type chosen) {
    switch (chosen) {
    case csv::cell_type::email:
        return column_kind::email;
    case csv::cell_type::phone:
        return column_kind::phone;
    default:
        return column_kind::text;
    }
}

} // namespace

exporter::exporter(pg::running_query* query, export_options options)
    : query_(query), options_(std::move(options)), writer_(options_.write), header_due_(options_.header) {
    for (int i = 0; i < query_->column_count(); i++) {
        const auto chosen = options_.columns.find(query_->column(i).name);
        kinds_.push_back(chosen == options_.columns.end() ? kind_of(query_->column(i).type) : kind_of(chosen->second));
    }
    check();
}

bool exporter::next(std::string_view& line) {
    writer_.clear();
    if (header_due_) {
        for (int i = 0; i < query_->column_count(); i++)
            writer_.add(query_->column(i).name, csv::cell_type::header);
        header_due_ = false;
    } else {
        if (!query_->next()) return false;
        for (std::size_t i = 0; i < kinds_.size(); i++)
            add(kinds_[i], query_->text(static_cast<int>(i)));
    }
    if (first_ && options_.bom) writer_.line().insert(0, "\xEF\xBB\xBF");
    writer_.line() += options_.line_break;
    first_ = false;
    check_size();
    line = writer_.line();
    return true;
}

void exporter::check() const {
    if (kinds_.empty()) throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "query must give at least one column");
    for (const auto& [label, type] : options_.columns) {
        bool found = false;
        for (int i = 0; i < query_->column_count(); i++)
            found = found || label == query_->column(i).name;
        if (!found)
            throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                            "option \"columns\" names \"" + label + "\", which the query does not give");
    }
}

void exporter::add(column_kind kind, const char* text) {
    if (text == nullptr) return writer_.add_null();
    switch (kind) {
    case column_kind::plain:
        writer_.add_plain(text);
        break;
    case column_kind::truth:
        writer_.add_plain(*text == 't' ? "true" : "false");
        break;
    case column_kind::email:
        writer_.add(text, csv::cell_type::email);
        break;
    case column_kind::phone:
        writer_.add(text, csv::cell_type::phone);
        break;
    case column_kind::text:
        writer_.add(text, csv::cell_type::text);
        break;
    }
    check_size(); // before the next cell makes it longer still
}

void exporter::check_size() {
    if (writer_.line().size() > MaxAllocSize - VARHDRSZ)
        throw pg::error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "a line of the export is longer than a text can be");
}

// rowhouse.csv_export(query text, options jsonb) setof text
ROWHOUSE_FUNCTION(rowhouse_csv_export) {
    return pg::stream_rows(
        fcinfo,
        [&](MemoryContext memory) {
            export_options options = export_options_from(pg::arg_json_object(fcinfo, 1, "options"));
            auto* caller = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo)->econtext;
            return pg::make_in<exporter>(memory, pg::running_query::start(pg::arg_text(fcinfo, 0), memory, caller),
                                         std::move(options));
        },
        [](exporter& lines, Datum& row) {
            std::string_view line;
            if (!lines.next(line)) return false;
            row = pg::make_text(line);
            return true;
        });
}

} // namespace rowhouse::imports
