#include "imports/staging.hpp"

#include "core/unicode.hpp"
#include "imports/database_error.hpp"
#include "pg/memory.hpp"

#include <cstring>

namespace rowhouse::imports {

namespace {

// Of record and line.
constexpr std::size_t own_columns = 2;

std::vector<pg::row_column> finding_columns() {
    return {{"severity", TEXTOID},
            {"level", TEXTOID},
            {"code", TEXTOID},
            {"line", INT8OID},
            {"record", INT8OID},
            {"byte_offset", INT8OID},
            {"column_position", INT4OID},
            {"column_name", TEXTOID},
            {"target_column", TEXTOID},
            {"value", TEXTOID},
            {"message", TEXTOID},
            {"hint", TEXTOID},
            {"related", TEXTOID},
            {"found_order", INT8OID}};
}

} // namespace

finding_store::finding_store(pg::row_store::lifetime lives) : rows_(finding_columns(), lives) {}

void finding_store::add(const finding& found, const column_mapping& mapping, const target& target) {
    const auto position = static_cast<std::size_t>(found.column);
    const source_column nowhere;
    const source_column& source =
        found.column > 0 && position <= mapping.sources.size() ? mapping.sources[position - 1] : nowhere;
    const std::string label = unicode::excerpt(source.label);
    const std::string_view column =
        source.target ? std::string_view(target.columns[*source.target].name) : std::string_view();
    Datum values[14];
    bool nulls[14];
    int count = 0;
    const auto text = [&](std::string_view value) {
        nulls[count] = value.empty();
        values[count++] = value.empty() ? Datum{0} : pg::make_text(value);
    };
    const auto number = [&](std::int64_t value, bool null) {
        nulls[count] = null;
        values[count++] = Int64GetDatum(value);
    };
    text(to_string(found.severity));
    text(to_string(found.level));
    text(found.code);
    number(found.line, found.line == 0);
    number(found.record, found.record == 0);
    number(found.byte_offset, found.byte_offset < 0);
    number(found.column, found.column == 0);
    text(label);
    text(column);
    text(found.value);
    text(found.message);
    text(found.hint);
    text(found.related);
    number(static_cast<std::int64_t>(rows_.size()), false);
    rows_.add(values, nulls);
    codes_[std::string(found.code)]++;
    if (found.severity == finding_severity::error) errors_++;
}

std::vector<pg::row_column> staged_rows::columns_of(const target& target, const column_mapping& mapping) {
    std::vector<pg::row_column> columns = {{target.record_name.c_str(), INT8OID}, {target.line_name.c_str(), INT8OID}};
    for (const std::size_t i : mapping.written) {
        const target_column& column = target.columns[i];
        columns.push_back(pg::pg_try([&] {
            pg::row_column found{column.name.c_str(), InvalidOid};
            get_atttypetypmodcoll(target.table, static_cast<AttrNumber>(column.position), &found.type, &found.typmod,
                                  &found.collation);
            return found;
        }));
    }
    return columns;
}

staged_rows::staged_rows(const target& target, const column_mapping& mapping, pg::row_store::lifetime lives)
    : target_(target), mapping_(mapping), rows_(columns_of(target, mapping), lives) {
    for (std::size_t i = 0; i < mapping.written.size(); i++) {
        inputs_.push_back(pg::pg_try([&] {
            const FormData_pg_attribute* attribute = TupleDescAttr(rows_.shape(), static_cast<int>(i + own_columns));
            input column{};
            column.typmod = attribute->atttypmod;
            Oid function = InvalidOid;
            getTypeInputInfo(attribute->atttypid, &function, &column.parameter);
            fmgr_info(function, &column.function);
            // Its length was checked.
            column.plain = attribute->atttypid == TEXTOID || attribute->atttypid == VARCHAROID;
            return column;
        }));
    }
}

// PostgreSQL only, no C++ objects with destructors.
Datum staged_rows::convert_cell(std::string_view text, input& column) {
    if (column.plain) return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
    auto* terminated = static_cast<char*>(palloc(text.size() + 1));
    std::memcpy(terminated, text.data(), text.size());
    terminated[text.size()] = '\0';
    return InputFunctionCall(&column.function, terminated, column.parameter, column.typmod);
}

void staged_rows::convert(record_chunk& chunk, std::size_t from, std::size_t to) {
    const std::size_t width = inputs_.size() + own_columns;
    pg::pg_try([&] {
        for (std::size_t r = from; r < to; r++) {
            Datum* values = &values_[r * width];
            bool* nulls = &nulls_[r * width];
            values[0] = Int64GetDatum(chunk.records[r].number);
            values[1] = Int64GetDatum(chunk.records[r].line);
            nulls[0] = nulls[1] = false;
            for (std::size_t i = 0; i < inputs_.size(); i++) {
                const cell_value& value = chunk.value(r, i);
                nulls[i + own_columns] = !value;
                values[i + own_columns] = value ? convert_cell(*value, inputs_[i]) : Datum{0};
            }
        }
    });
}

void staged_rows::report(record_chunk& chunk, std::size_t record, std::size_t column, const ErrorData& error) const {
    const auto source = mapping_.source_of[mapping_.written[column]];
    finding found;
    found.code = cell_code_of(error.sqlerrcode);
    found.record = chunk.records[record].number;
    found.line = chunk.records[record].line;
    found.column = source ? static_cast<int>(*source) + 1 : 0;
    found.value = unicode::excerpt(*chunk.value(record, column));
    found.message = message_of(error);
    chunk.records[record].add(std::move(found));
}

// What cannot be converted all together is looked at in halves, down to the cells of one record.
void staged_rows::convert_patiently(record_chunk& chunk, std::size_t from, std::size_t to) {
    if (from == to) return;
    ErrorData* error = pg::try_in_subtransaction([&] { convert(chunk, from, to); });
    if (!error) return;
    if (concerns_batch(error->sqlerrcode)) throw pg::postgres_error(error);
    if (to - from > 1) {
        const std::size_t middle = from + (to - from) / 2;
        convert_patiently(chunk, from, middle);
        convert_patiently(chunk, middle, to);
        return;
    }
    for (std::size_t i = 0; i < inputs_.size(); i++) {
        if (!chunk.value(from, i)) continue;
        ErrorData* wrong =
            pg::try_in_subtransaction([&] { pg::pg_try([&] { convert_cell(*chunk.value(from, i), inputs_[i]); }); });
        if (!wrong) continue;
        if (concerns_batch(wrong->sqlerrcode)) throw pg::postgres_error(wrong);
        report(chunk, from, i, *wrong);
        chunk.value(from, i).reset();
    }
    convert(chunk, from, to);
}

void staged_rows::add(record_chunk& chunk) {
    const std::size_t width = inputs_.size() + own_columns;
    const std::size_t cells = chunk.records.size() * width;
    if (values_.size() < cells) {
        values_.resize(cells);
        nulls_ = std::make_unique<bool[]>(cells);
    }
    pg::scratch_memory scratch;
    convert_patiently(chunk, 0, chunk.records.size());
    rows_.add(values_.data(), nulls_.get(), chunk.records.size());
    scratch.end();
}

} // namespace rowhouse::imports
