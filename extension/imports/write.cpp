#include "imports/write.hpp"

#include "imports/bulk_insert.hpp"
#include "imports/database_error.hpp"
#include "pg/memory.hpp"

namespace rowhouse::imports {

namespace {

constexpr const char* rows_name = "rows_to_write";

std::int64_t number_of(TupleTableSlot* row, int column) {
    return DatumGetInt64(row->tts_values[column]);
}

// The table may have fewer rows in than were sent: a trigger has left some out, or (in an update) they are gone.
struct not_all_written : std::exception {};

// A row refers to one of its own table that is somebody else's, or the constraint would have seen that there is none.
struct points_elsewhere : std::exception {
    explicit points_elsewhere(const foreign_key& broken) : key(broken) {}
    const foreign_key& key;
};

} // namespace

struct row_writer::portion {
    bool update;
    pg::row_store rows;
    row_numbers numbers;
};

void row_writer::skip(std::int64_t records) {
    for (std::int64_t i = 0; i < records; i++)
        examined_.rows().rows().next();
}

void row_writer::run_statement(pg::spi& sql, const portion& rows) {
    const statements& texts = examined_.sql_of();
    const std::uint64_t written =
        sql.run(rows.update ? texts.update(rows_name) : texts.insert(rows_name), {}, pg::spi::plan::again);
    if (written != rows.numbers.size()) throw not_all_written();
    for (std::uint64_t i = 0; i < written && !target_.row_name.empty(); i++) {
        if (rows.update)
            journal_.updated.emplace_back(*sql.text(i, 1), *sql.text(i, 2));
        else
            journal_.inserted.push_back(*sql.text(i, 1));
    }
}

void row_writer::note_transaction() {
    const TransactionId writer = pg::pg_try([] { return GetCurrentTransactionId(); });
    journal_.transactions.push_back(std::to_string(writer));
}

// As one statement, with the constraints that would wait for the end of the transaction.
void row_writer::write_once(pg::spi& sql, portion& rows) {
    pg::scratch_memory scratch;
    sql.offer(rows_name, rows.rows);
    const std::string& deferrable = rows.update ? target_.all_deferrable : target_.deferrable;
    if (!deferrable.empty()) sql.run("SET CONSTRAINTS " + deferrable + " IMMEDIATE");
    const bool done = !rows.update && rows.numbers.size() >= least_bulk_rows &&
                      bulk_insert(target_, examined_.file().mapping(), {rows.rows, rows.numbers}, journal_.inserted);
    if (!done) run_statement(sql, rows);
    note_transaction();
    for (const foreign_key& key : target_.foreign_keys) {
        const std::string elsewhere = examined_.sql_of().points_elsewhere(key, rows_name);
        if (!elsewhere.empty() && sql.run(elsewhere) > 0) throw points_elsewhere(key);
    }
    scratch.end();
}

// All at once; where the database refuses that, in halves, down to the record that it refuses.
void row_writer::write_all(pg::spi& sql, portion& rows, std::vector<finding>& refused) {
    if (rows.numbers.empty()) return;
    const std::size_t inserted = journal_.inserted.size();
    const std::size_t updated = journal_.updated.size();
    const std::size_t transactions = journal_.transactions.size();
    std::string message;
    std::string_view code;
    ErrorData* error = nullptr;
    try {
        error = pg::try_in_subtransaction([&] { write_once(sql, rows); });
        if (!error) {
            (rows.update ? counts_.updated : counts_.inserted) += static_cast<std::int64_t>(rows.numbers.size());
            return;
        }
        if (concerns_batch(error->sqlerrcode)) throw pg::postgres_error(error);
        code = row_code_of(error->sqlerrcode);
        message = message_of(*error);
    } catch (const not_all_written&) {
        code = "conflict";
        message = rows.update ? "not updated: somebody else changed or removed the row, or a trigger refused it"
                              : "not inserted: a trigger left it out";
    } catch (const points_elsewhere& wrong) {
        code = "foreign-key";
        message = "no row of " + wrong.key.relation + " is there for \"" + wrong.key.parts.front().column + "\"";
    }
    journal_.inserted.resize(inserted);
    journal_.updated.resize(updated);
    journal_.transactions.resize(transactions);
    if (rows.numbers.size() == 1) {
        finding about;
        about.code = code;
        about.level = finding_level::row;
        about.record = rows.numbers.front().first;
        about.line = rows.numbers.front().second;
        about.message = std::move(message);
        refused.push_back(std::move(about));
        counts_.failed++;
        return;
    }
    rows.rows.rewind();
    for (const bool second : {false, true}) {
        portion half{rows.update, pg::row_store(rows.rows), {}};
        const std::size_t middle = rows.numbers.size() / 2;
        for (std::size_t i = second ? middle : 0; i < (second ? rows.numbers.size() : middle); i++) {
            half.rows.add(rows.rows.next());
            half.numbers.push_back(rows.numbers[i]);
        }
        write_all(sql, half, refused);
        half.rows.close();
    }
}

// Without a copy of the rows: for a chunk that the table takes as it is, which most are.
bool row_writer::write_in_place(pg::spi& sql, const row_numbers& numbers) {
    if (numbers.size() < least_bulk_rows) return false;
    for (const foreign_key& key : target_.foreign_keys)
        if (!examined_.sql_of().points_elsewhere(key, rows_name).empty()) return false; // a statement has to see them
    examined_.rows().rows().return_to(pg::row_store::place::begin);
    bool written = false;
    ErrorData* error = pg::try_in_subtransaction([&] {
        pg::scratch_memory scratch;
        if (!target_.deferrable.empty()) sql.run("SET CONSTRAINTS " + target_.deferrable + " IMMEDIATE");
        written =
            bulk_insert(target_, examined_.file().mapping(), {examined_.rows().rows(), numbers}, journal_.inserted);
        if (written) note_transaction();
        scratch.end();
    });
    if (!error && written) {
        counts_.inserted += static_cast<std::int64_t>(numbers.size());
        return true;
    }
    journal_ = {};
    if (error && concerns_batch(error->sqlerrcode)) throw pg::postgres_error(error);
    return false;
}

void row_writer::write_copied(pg::spi& sql, bool updates, row_numbers numbers, std::vector<finding>& refused) {
    if (numbers.empty()) return;
    pg::row_store& staged = examined_.rows().rows();
    portion copied{updates, pg::row_store(staged), std::move(numbers)};
    staged.return_to(pg::row_store::place::begin);
    bulk_rows rows{staged, copied.numbers};
    while (TupleTableSlot* row = rows.next())
        copied.rows.add(row);
    write_all(sql, copied, refused);
    sql.withdraw(rows_name);
    copied.rows.close();
}

bool row_writer::write(pg::spi& sql, std::int64_t most, std::vector<finding>& refused) {
    counts_ = {};
    journal_ = {};
    pg::row_store& staged = examined_.rows().rows();
    row_numbers inserts, updates;
    const bool updating =
        (mode_ == import_mode::update || mode_ == import_mode::upsert) && !examined_.sql_of().updated_columns().empty();
    std::int64_t seen = 0;
    staged.remember(pg::row_store::place::begin);
    while (seen < most) {
        TupleTableSlot* row = staged.next();
        if (!row) break;
        seen++;
        const std::int64_t record = number_of(row, 0);
        if (examined_.failed(record)) {
            counts_.failed++;
            continue;
        }
        const bool exists = examined_.exists(record);
        if (exists && !updating) {
            counts_.skipped++;
            continue;
        }
        (exists ? updates : inserts).emplace_back(record, number_of(row, 1));
    }
    staged.remember(pg::row_store::place::end);
    if (!updates.empty() || !write_in_place(sql, inserts)) {
        write_copied(sql, true, std::move(updates), refused);
        write_copied(sql, false, std::move(inserts), refused);
    }
    staged.return_to(pg::row_store::place::end);
    return seen > 0;
}

} // namespace rowhouse::imports
