// The SQL face of core/csv and core/sanitize.

#include "core/csv.hpp"
#include "core/sanitize.hpp"
#include "core/unicode.hpp"
#include "imports/content.hpp"
#include "imports/options.hpp"
#include "imports/report.hpp"
#include "pg/interrupts.hpp"
#include "pg/stream.hpp"

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

// The records of a file, each as a row of csv_parse. What concerns the whole file stands with record 0, which comes
// first: so the file is read twice.
class record_rows {
public:
    explicit record_rows(FunctionCallInfo fcinfo)
        : type_(fcinfo), content_(PG_GETARG_DATUM(0)),
          options_(read_options_from(pg::arg_json_object(fcinfo, 1, "options"))) {
        reader_ = content_.open(options_);
        while (next_record(*reader_, record_)) {
        }
        about_file_ = codes_of(reader_->file_findings());
        reader_ = content_.open(options_);
        pending_ = next_record(*reader_, record_);
    }

    bool next(Datum& row) {
        if (first_) {
            first_ = false;
            if (!pending_ || (record_.number > 0 && !about_file_.empty())) {
                row = row_of({}, about_file_);
                return true;
            }
        }
        if (!pending_) return false;
        row = row_of(record_, record_.number == 0 ? about_file_ : std::vector<std::string_view>());
        pending_ = next_record(*reader_, record_);
        return true;
    }

private:
    Datum row_of(const csv::record& record, std::vector<std::string_view> codes) const {
        std::vector<std::string_view> cells;
        std::vector<bool> nulls;
        for (const csv::cell& cell : record.cells) {
            cells.push_back(cell.text);
            nulls.push_back(cell.null);
        }
        for (const finding& each : record.findings)
            codes.push_back(each.code);
        return type_.make({Int64GetDatum(record.number), Int64GetDatum(record.line), pg::make_text_array(cells, nulls),
                           pg::make_text_array(codes)});
    }

    pg::row_type type_;
    content content_;
    csv::read_options options_;
    std::unique_ptr<csv::reader> reader_;
    csv::record record_;
    bool pending_ = false; // record_ is still to be given out
    bool first_ = true;
    std::vector<std::string_view> about_file_;
};

csv::cell_type cell_type_argument(FunctionCallInfo fcinfo, int index) {
    const std::string_view name = pg::arg_text(fcinfo, index);
    if (const auto type = csv::cell_type_from_name(name)) return *type;
    throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "cell type \"" + std::string(name) + "\" does not exist",
                    "Types are text, number, email, phone and header.");
}

} // namespace

// rowhouse.csv_sniff(content bytea) jsonb
ROWHOUSE_FUNCTION(rowhouse_csv_sniff) {
    const content file(PG_GETARG_DATUM(0));
    const std::unique_ptr<csv::reader> reader = file.open({});
    csv::record record;
    pg::json columns = pg::json::array();
    std::int64_t records = 0;
    while (next_record(*reader, record)) {
        if (record.number > 0)
            records++;
        else
            for (const csv::cell& cell : record.cells)
                columns.push_back(unicode::excerpt(cell.text));
    }
    pg::json result = format_json(reader->file_format());
    result["columns"] = std::move(columns);
    result["records"] = records;
    result["findings"] = pg::json::array();
    for (const finding& each : reader->file_findings())
        result["findings"].push_back(finding_json(each, {}, {}));
    return pg::make_jsonb(result);
}

// rowhouse.csv_parse(content bytea, options jsonb) setof (record bigint, line bigint, cells text[], codes text[])
ROWHOUSE_FUNCTION(rowhouse_csv_parse) {
    return pg::stream_rows(
        fcinfo, [&](MemoryContext memory) { return pg::make_in<record_rows>(memory, fcinfo); },
        [](record_rows& rows, Datum& row) { return rows.next(row); });
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
