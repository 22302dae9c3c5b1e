// The SQL face of core/csv and core/sanitize.

#include "core/csv.hpp"
#include "core/sanitize.hpp"
#include "core/unicode.hpp"
#include "imports/options.hpp"
#include "imports/report.hpp"
#include "pg/interrupts.hpp"
#include "pg/memory.hpp"
#include "pg/result.hpp"

namespace rowhouse::imports {

namespace {

// Reads on to the next record and lets itself be cancelled now and then.
bool next_record(csv::reader& reader, csv::record& record) {
    if (record.number % 256 == 0) pg::check_for_interrupts();
    return reader.next(record);
}

std::vector<std::string_view> codes_of(const std::vector<finding>& findings) {
    std::vector<std::string_view> codes;
    for (const finding& each : findings)
        codes.push_back(each.code);
    return codes;
}

// They are complete only when the file was read to its end.
std::vector<finding> findings_about_file(std::string_view content, const csv::read_options& options) {
    csv::reader reader(content, options);
    csv::record record;
    while (next_record(reader, record)) {
    }
    return reader.file_findings();
}

void add_record(pg::row_collector& rows, const csv::record& record, const std::vector<std::string_view>& file_codes) {
    std::vector<std::string_view> cells;
    std::vector<bool> nulls;
    for (const csv::cell& cell : record.cells) {
        cells.push_back(cell.text);
        nulls.push_back(cell.null);
    }
    std::vector<std::string_view> codes = file_codes;
    for (const finding& each : record.findings)
        codes.push_back(each.code);
    rows.add({Int64GetDatum(record.number), Int64GetDatum(record.line), pg::make_text_array(cells, nulls),
              pg::make_text_array(codes)});
}

csv::cell_type cell_type_argument(FunctionCallInfo fcinfo, int index) {
    const std::string_view name = pg::arg_text(fcinfo, index);
    if (const auto type = csv::cell_type_from_name(name)) return *type;
    throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "cell type \"" + std::string(name) + "\" does not exist",
                    "Types are text, number, email, phone and header.");
}

} // namespace

// rowhouse.csv_sniff(content bytea) jsonb
ROWHOUSE_FUNCTION(rowhouse_csv_sniff) {
    csv::reader reader(pg::view_of_varlena(PG_GETARG_DATUM(0)), {});
    csv::record record;
    pg::json columns = pg::json::array();
    std::int64_t records = 0;
    while (next_record(reader, record)) {
        if (record.number > 0)
            records++;
        else
            for (const csv::cell& cell : record.cells)
                columns.push_back(unicode::excerpt(cell.text));
    }
    pg::json result = format_json(reader.file_format());
    result["columns"] = std::move(columns);
    result["records"] = records;
    result["findings"] = pg::json::array();
    for (const finding& each : reader.file_findings())
        result["findings"].push_back(finding_json(each, {}, {}));
    return pg::make_jsonb(result);
}

// rowhouse.csv_parse(content bytea, options jsonb) setof (record bigint, line bigint, cells text[], codes text[])
//
// What concerns the whole file stands with record 0, which comes first: so the file is read twice.
ROWHOUSE_FUNCTION(rowhouse_csv_parse) {
    const std::string_view content = pg::view_of_varlena(PG_GETARG_DATUM(0));
    const csv::read_options options = read_options_from(pg::arg_json_object(fcinfo, 1, "options"));
    const std::vector<finding> about_file = findings_about_file(content, options);

    pg::row_collector rows(fcinfo);
    pg::scratch_memory scratch;
    csv::reader reader(content, options);
    csv::record record;
    bool first = true;
    while (next_record(reader, record)) {
        if (first && record.number > 0 && !about_file.empty()) add_record(rows, {}, codes_of(about_file));
        add_record(rows, record, record.number == 0 ? codes_of(about_file) : std::vector<std::string_view>());
        scratch.reset();
        first = false;
    }
    if (first) add_record(rows, {}, codes_of(about_file));
    scratch.end();
    return Datum{0};
}

// rowhouse.csv_classify(value text, type text) text
ROWHOUSE_FUNCTION(rowhouse_csv_classify) {
    const csv::cell_type type = cell_type_argument(fcinfo, 1);
    return pg::make_text(to_string(csv::classify(pg::arg_text(fcinfo, 0), type)));
}

// rowhouse.csv_sanitize(value text, type text) text
ROWHOUSE_FUNCTION(rowhouse_csv_sanitize) {
    const csv::cell_type type = cell_type_argument(fcinfo, 1);
    return pg::make_text(csv::sanitize(pg::arg_text(fcinfo, 0), type));
}

} // namespace rowhouse::imports
