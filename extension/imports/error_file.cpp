// import_error_file: the failed records as a CSV file to correct and upload again. Made from the content as it was
// uploaded, so nothing is lost that the import did not keep.

#include "core/csv_writer.hpp"
#include "imports/batch.hpp"
#include "imports/define.hpp"
#include "pg/interrupts.hpp"
#include "pg/role.hpp"

#include <map>

namespace rowhouse::imports {

namespace {

struct remarks {
    std::string codes;
    std::string messages;
};

struct failed_file {
    stored_batch batch;
    csv::read_options options;
    std::vector<csv::cell_type> types; // by column of the file
    std::vector<std::string> targets;  // likewise; empty where it fills none
};

failed_file load(pg::spi& sql, const pg::uuid& batch) {
    failed_file file{load_batch(sql, batch), {}, {}, {}};
    const target wanted = find_target(sql, file.batch.target);
    file.options = import_options_from(file.batch.options, wanted).read;
    sql.run("SELECT b.mapping FROM rowhouse.import_batches b WHERE b.id = $1", {pg::param(batch)});
    const pg::json columns = pg::json::parse(sql.text(0, 1).value_or("[]"));
    for (const pg::json& column : columns) {
        const std::string name = column["target"].is_string() ? column["target"].get<std::string>() : std::string();
        const auto index = find_column(wanted, name);
        file.types.push_back(index ? cell_type_of(wanted.columns[*index]) : csv::cell_type::text);
        file.targets.push_back(name);
    }
    return file;
}

std::map<std::int64_t, remarks> load_remarks(pg::spi& sql, const pg::uuid& batch) {
    sql.run("SELECT e.record, string_agg(e.code, ' ' ORDER BY e.seq),"
            " string_agg(coalesce(e.target_column || ': ', '') || e.message, '; ' ORDER BY e.seq)"
            " FROM rowhouse.import_errors e WHERE e.batch_id = $1 AND e.record IS NOT NULL AND e.severity <> 'info'"
            " GROUP BY e.record HAVING bool_or(e.severity = 'error')",
            {pg::param(batch)});
    std::map<std::int64_t, remarks> found;
    for (std::uint64_t i = 0; i < sql.row_count(); i++)
        found[std::stoll(*sql.text(i, 1))] = {*sql.text(i, 2), *sql.text(i, 3)};
    return found;
}

bool is_error_column(std::string_view label) {
    return std::find(std::begin(error_columns), std::end(error_columns), label) != std::end(error_columns);
}

// The file in the order of the original, with its delimiter.
class error_file {
public:
    error_file(const failed_file& stored, char delimiter) : stored_(stored), delimiter_(delimiter) {}

    void add_header(const csv::record* header) {
        const std::size_t count = header ? header->cells.size() : stored_.types.size();
        for (std::size_t i = 0; i < count; i++) {
            const std::string_view label = header ? header->cells[i].text : label_of(i);
            kept_.push_back(!is_error_column(label));
            if (kept_[i]) add_cell(csv::sanitize(label, csv::cell_type::header), false);
        }
        for (const std::string_view label : error_columns)
            add_cell(label, false);
        end_line();
    }

    void add_record(const csv::record& record, const remarks& about) {
        for (std::size_t i = 0; i < record.cells.size(); i++) {
            if (i < kept_.size() && !kept_[i]) continue;
            const csv::cell_type type = i < stored_.types.size() ? stored_.types[i] : csv::cell_type::text;
            add_cell(csv::sanitize(csv::unsanitize(record.cells[i].text), type), record.cells[i].null);
        }
        add_cell(std::to_string(record.line), false);
        add_cell(about.codes, false);
        add_cell(csv::sanitize(about.messages), false);
        end_line();
    }

    const std::string& text() const { return text_; }

private:
    // A file without a header gets one, or it could not come back with three columns more.
    std::string_view label_of(std::size_t i) const { return stored_.targets[i]; }

    void add_cell(std::string_view cell, bool null) {
        if (!line_empty_) text_ += delimiter_;
        csv::append_cell(text_, cell, null, delimiter_, true);
        line_empty_ = false;
    }
    void end_line() {
        text_ += "\r\n";
        line_empty_ = true;
    }

    const failed_file& stored_;
    char delimiter_;
    std::vector<bool> kept_;
    std::string text_ = "\xef\xbb\xbf";
    bool line_empty_ = true;
};

std::string make_error_file(const failed_file& stored, const std::map<std::int64_t, remarks>& failed) {
    const content bytes(stored.batch.content);
    const std::unique_ptr<csv::reader> reader = bytes.open(stored.options);
    error_file file(stored, reader->file_format().delimiter);
    csv::record record;
    bool first = true;
    while (reader->next(record)) {
        if (first) file.add_header(record.number == 0 ? &record : nullptr);
        first = false;
        if (record.number % 256 == 0) pg::check_for_interrupts();
        const auto about = failed.find(record.number);
        if (about == failed.end()) continue;
        apply_edits(stored.batch.edits, record);
        file.add_record(record, about->second);
    }
    if (first) file.add_header(nullptr);
    return file.text();
}

} // namespace

// rowhouse.import_error_file(batch uuid) text
ROWHOUSE_FUNCTION(rowhouse_import_error_file) {
    const pg::uuid batch = pg::uuid_from(PG_GETARG_DATUM(0));
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    require_batch(sql, batch);
    const failed_file stored = load(sql, batch);
    const std::map<std::int64_t, remarks> failed = load_remarks(sql, batch);
    sql.finish();
    as_owner.end();
    return pg::make_text(make_error_file(stored, failed));
}

} // namespace rowhouse::imports
