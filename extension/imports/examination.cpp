#include "imports/examination.hpp"

#include "core/unicode.hpp"
#include "imports/database_error.hpp"
#include "imports/labels.hpp"
#include "isolation/owners.hpp"
#include "pg/memory.hpp"
#include "pg/role.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

constexpr std::size_t chunk_size = 1000;

// "day", "shift"
std::string names_of(const target& target, const std::vector<std::string>& columns) {
    std::string names;
    for (const std::string& column : columns)
        if (find_column(target, column)) names += (names.empty() ? "\"" : ", \"") + column + "\"";
    return names;
}

} // namespace

examination::examination(pg::spi& sql, const content& bytes, target& wanted, const import_options& options,
                         const cell_edits& edits, pg::row_store::lifetime lives, const edit_scope* scope)
    : sql_(sql), target_(wanted), options_(options), scope_(scope), file_(bytes, wanted, options, edits),
      statements_(wanted, file_.mapping(), options.mode), found_(lives) {
    if (!scope_)
        for (const finding& each : file_.file_findings())
            found_.add(each, file_.mapping(), target_);
    if (file_.obstacle()) return;
    staged_.emplace(target_, file_.mapping(), lives);
    failed_.resize(static_cast<std::size_t>(file_.total_records()) + 1);
    exists_.resize(failed_.size());
    if (scope_ && std::none_of(target_.keys.begin(), target_.keys.end(), [&](const auto& key) { return touches(key); }))
        file_.look_only_at(scope_->record);
    require_owners();
    pg::as_role as_owner = pg::as_role::owner_of(target_.table);
    read();
    compare();
    as_owner.end();
}

void examination::require_owners() {
    std::vector<std::string> expressions;
    for (const given_column& each : target_.owners)
        expressions.push_back(each.expression);
    isolation::require_owner_keys(sql_, expressions, target_.relation);
}

bool examination::touches(const unique_key& key) const {
    if (!scope_ || scope_->column >= file_.mapping().sources.size()) return false;
    const auto column = file_.mapping().sources[scope_->column].target;
    if (!column) return false;
    // Findings say no more of a key than the column they are about.
    return std::any_of(target_.keys.begin(), target_.keys.end(), [&](const unique_key& each) {
        const bool has =
            std::find(each.columns.begin(), each.columns.end(), target_.columns[*column].name) != each.columns.end();
        return has && statements_.first_column(each.columns) == statements_.first_column(key.columns);
    });
}

void examination::add(const finding& about) {
    if (scope_ && about.record != scope_->record && about.code != "unique-in-file") return;
    found_.add(about, file_.mapping(), target_);
    if (about.severity != finding_severity::error || about.record == 0) return;
    if (!failed(about.record)) failed_count_++;
    failed_[static_cast<std::size_t>(about.record)] = true;
}

void examination::read() {
    record_chunk chunk(file_.mapping().written.size());
    label_resolver labels(sql_, target_, file_.mapping());
    for (const unique_key& key : target_.keys)
        filters_.emplace_back(target_, file_.mapping(), key);
    pg::scratch_memory scratch;
    progress_.table = target_.table;
    progress_.bytes_total = file_.bytes();
    while (file_.next(chunk, chunk_size)) {
        labels.resolve(chunk);
        staged_->add(chunk);
        for (key_filter& each : filters_)
            each.add(chunk);
        for (const checked_record& record : chunk.records) {
            for (const finding& each : record.findings)
                add(each);
            if (record.failed && !failed(record.number)) {
                failed_[static_cast<std::size_t>(record.number)] = true;
                failed_count_++;
            }
        }
        scratch.reset();
        progress_.bytes_processed = file_.bytes_read();
        pg::report_progress(progress_);
    }
    scratch.end();
    progress_.bytes_processed = file_.bytes();
}

void examination::report_written(std::int64_t records) {
    progress_.rows_processed = records;
    pg::report_progress(progress_);
}

// A statement that fails leaves its question to the write, which asks it again row by row: an expression of an index or
// a constraint may fail for a row that is at fault otherwise. Unless it `must` be answered, because the write would not
// ask: which rows are there already, and whose rows others point to.
template <typename Each>
void examination::for_each_row(const std::string& statement, Each&& each, bool must) {
    if (statement.empty()) return;
    ErrorData* error = pg::try_in_subtransaction([&] {
        pg::scratch_memory scratch;
        sql_.run_in_portions(statement, chunk_size, [&] {
            for (std::uint64_t i = 0; i < sql_.row_count(); i++)
                each(i);
            scratch.reset();
        });
        scratch.end();
    });
    if (error && (must || concerns_batch(error->sqlerrcode))) throw pg::postgres_error(error);
}

// About the row that the statement gives; see statements.
finding examination::cell_finding(std::string_view code, std::size_t column) const {
    finding about;
    about.code = code;
    if (const auto source = file_.mapping().source_of[column]) about.column = static_cast<int>(*source) + 1;
    return about;
}

// Of rows of the same organization or user.
bool examination::is_table_empty() {
    return sql_.run("SELECT FROM " + target_.relation + " t WHERE true" + owner_condition(target_.owners, "t") +
                    " LIMIT 1") == 0;
}

void examination::compare_keys(std::size_t index, bool table_is_empty) {
    const unique_key& key = target_.keys[index];
    const bool names_rows = options_.mode != import_mode::insert && target_.key == index;
    const std::string names = names_of(target_, key.columns);
    const bool together = names.find(',') != names.npos;
    const auto report = [&](std::uint64_t row, std::string_view code, std::string message, std::string related) {
        finding about = cell_finding(code, statements_.first_column(key.columns));
        about.record = std::stoll(*sql_.text(row, 1));
        about.line = std::stoll(*sql_.text(row, 2));
        about.value = unicode::excerpt(sql_.text(row, 4).value_or(""));
        about.message = std::move(message);
        about.related = std::move(related);
        add(about);
    };
    // What a cell leaves alone may repeat as well.
    const bool keeps = !names_rows && (options_.mode == import_mode::update || options_.mode == import_mode::upsert);
    if ((keeps || filters_[index].may_repeat()) && (!scope_ || touches(key)))
        for_each_row(statements_.repeated_keys(key), [&](std::uint64_t row) {
            const std::string first = *sql_.text(row, 3);
            report(row, "unique-in-file", "the same " + names + (together ? " together" : "") + " as in line " + first,
                   first);
        });
    const unique_key* named =
        options_.mode != import_mode::insert && !names_rows ? &target_.keys[*target_.key] : nullptr;
    if (!table_is_empty)
        for_each_row(
            statements_.taken_keys(key, named),
            [&](std::uint64_t row) {
                if (names_rows)
                    exists_[static_cast<std::size_t>(std::stoll(*sql_.text(row, 1)))] = true;
                else
                    report(row, "unique-in-table", "a row with this " + names + " is there already",
                           sql_.text(row, 3).value_or(""));
            },
            names_rows);
    if (names_rows && options_.mode == import_mode::update)
        for_each_row(statements_.unknown_keys(key), [&](std::uint64_t row) {
            report(row, "not-in-table", "no row with this " + names + " is there to update", "");
        });
}

void examination::compare_checks() {
    std::vector<const check_constraint*> checks;
    for (const check_constraint& each : target_.checks)
        if (statements_.can_judge(each.columns)) checks.push_back(&each);
    if (checks.empty()) return;
    for_each_row(statements_.broken_checks(checks), [&](std::uint64_t row) {
        if (failed(std::stoll(*sql_.text(row, 1)))) return; // what is wrong with it may be all that breaks the check
        for (std::size_t i = 0; i < checks.size(); i++) {
            if (sql_.text(row, static_cast<int>(i) + 3) != "t") continue;
            finding about = cell_finding("check-violation", statements_.first_column(checks[i]->columns));
            if (checks[i]->columns.size() > 1) about.level = finding_level::row, about.column = 0;
            about.record = std::stoll(*sql_.text(row, 1));
            about.line = std::stoll(*sql_.text(row, 2));
            about.message = "violates check constraint \"" + checks[i]->name + "\"";
            add(about);
        }
    });
}

void examination::compare() {
    sql_.offer(staged_rows::name, staged_->rows());
    compare_checks(); // first, while the records that have failed are those whose cells are wrong
    const bool table_is_empty = is_table_empty();
    for (std::size_t i = 0; i < target_.keys.size(); i++)
        compare_keys(i, table_is_empty);
    for (const foreign_key& key : target_.foreign_keys)
        for_each_row(
            statements_.dangling(key),
            [&](std::uint64_t row) {
                std::vector<std::string> columns;
                for (const foreign_key::part& part : key.parts)
                    columns.push_back(part.column);
                finding about = cell_finding("foreign-key", statements_.first_column(columns));
                about.record = std::stoll(*sql_.text(row, 1));
                about.line = std::stoll(*sql_.text(row, 2));
                about.value = unicode::excerpt(sql_.text(row, 4).value_or(""));
                about.message = "no row of " + key.relation + " has this " + names_of(target_, columns);
                add(about);
            },
            !key.condition.empty());
    sql_.withdraw(staged_rows::name);
}

void examination::close() {
    if (staged_) staged_->close();
    found_.close();
    pg::end_progress();
}

} // namespace rowhouse::imports
