// import_undo: takes back what a batch has written, row by row as the journal of its chunks names them. A row that
// somebody has changed since is left alone and named: it was written by another transaction than those of the batch.

#include "imports/batch.hpp"
#include "imports/database_error.hpp"
#include "imports/define.hpp"
#include "pg/role.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

constexpr std::size_t most_named = 100;

struct journal_chunk {
    std::vector<std::string> inserted, updated, before, transactions;
};

std::vector<std::string> texts_of(pg::spi& sql, std::uint64_t row, int column) {
    return pg::json::parse(sql.text(row, column).value_or("[]")).get<std::vector<std::string>>();
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts, std::size_t from, std::size_t to) {
    return {texts.begin() + static_cast<std::ptrdiff_t>(from), texts.begin() + static_cast<std::ptrdiff_t>(to)};
}

// The last chunk first: what it updated may be what an earlier one inserted.
std::vector<journal_chunk> load_journal(pg::spi& sql, const pg::uuid& batch) {
    sql.run("SELECT to_jsonb(c.inserted), to_jsonb(c.updated), to_jsonb(c.before), to_jsonb(c.transactions)"
            " FROM rowhouse.import_chunks c WHERE c.batch_id = $1 ORDER BY c.first_record DESC",
            {pg::param(batch)});
    std::vector<journal_chunk> chunks;
    for (std::uint64_t i = 0; i < sql.row_count(); i++)
        chunks.push_back({texts_of(sql, i, 1), texts_of(sql, i, 2), texts_of(sql, i, 3), texts_of(sql, i, 4)});
    return chunks;
}

class undoing {
public:
    undoing(pg::spi& sql, const target& wanted) : sql_(sql), target_(wanted) {}

    void undo(const journal_chunk& chunk) {
        restore(chunk);
        remove(chunk);
    }

    pg::json result() const {
        return {{"removed", removed_}, {"restored", restored_}, {"refused", refused_}, {"refused_rows", named_}};
    }

private:
    void refuse(const std::string& row, const std::string& reason) {
        refused_++;
        if (named_.size() < most_named) named_.push_back({{"row", row}, {"reason", reason}});
    }

    void refuse_others(const std::vector<std::string>& rows, std::size_t from, std::size_t to,
                       std::vector<std::string> done) {
        std::sort(done.begin(), done.end());
        for (std::size_t i = from; i < to; i++)
            if (!std::binary_search(done.begin(), done.end(), rows[i])) refuse(rows[i], "changed or removed since");
    }

    pg::parameter writers(const journal_chunk& chunk) const {
        return pg::param(views_of(chunk.transactions, 0, chunk.transactions.size()));
    }

    std::string is_unchanged() const {
        return target_.row_name + " = j.name AND t.xmin::text = ANY ($2)" + owner_condition(target_.owners, "t");
    }

    // Runs `statement`, which returns the names of the rows it has taken back, for the rows from `from` to `to`: all
    // together, or else in halves, as far as it can be done. Gives how many those were.
    template <typename Statement>
    std::int64_t take_back(const std::vector<std::string>& rows, std::size_t from, std::size_t to,
                           const Statement& statement) {
        if (from == to) return 0;
        std::vector<std::string> done;
        ErrorData* error = pg::try_in_subtransaction([&] {
            if (!target_.all_deferrable.empty()) sql_.run("SET CONSTRAINTS " + target_.all_deferrable + " IMMEDIATE");
            statement(from, to);
            for (std::uint64_t i = 0; i < sql_.row_count(); i++)
                done.push_back(*sql_.text(i, 1));
        });
        if (!error) {
            if (done.size() < to - from) refuse_others(rows, from, to, done);
            return static_cast<std::int64_t>(done.size());
        }
        if (concerns_batch(error->sqlerrcode)) throw pg::postgres_error(error);
        if (to - from == 1) {
            refuse(rows[from], message_of(*error));
            return 0;
        }
        const std::size_t middle = from + (to - from) / 2;
        return take_back(rows, from, middle, statement) + take_back(rows, middle, to, statement);
    }

    void remove(const journal_chunk& chunk) {
        removed_ += take_back(chunk.inserted, 0, chunk.inserted.size(), [&](std::size_t from, std::size_t to) {
            sql_.run("DELETE FROM " + target_.relation + " t USING unnest($1::text[]) j(name) WHERE " + is_unchanged() +
                         " RETURNING j.name",
                     {pg::param(views_of(chunk.inserted, from, to)), writers(chunk)});
        });
    }

    // The columns that were updated are those that the journal has.
    void restore(const journal_chunk& chunk) {
        if (chunk.updated.empty()) return;
        const pg::json first = pg::json::parse(chunk.before.front());
        std::string columns;
        std::string values;
        for (const auto& [column, value] : first.items()) {
            const std::string name = pg::quote_identifier(column);
            columns += (columns.empty() ? "" : ", ") + name;
            values += (values.empty() ? "old." : ", old.") + name;
        }
        restored_ += take_back(chunk.updated, 0, chunk.updated.size(), [&](std::size_t from, std::size_t to) {
            sql_.run("UPDATE " + target_.relation + " t SET (" + columns + ") = (SELECT " + values +
                         " FROM jsonb_populate_record(t.*, j.before::jsonb) old)"
                         " FROM unnest($1::text[], $3::text[]) j(name, before) WHERE " +
                         is_unchanged() + " RETURNING j.name",
                     {pg::param(views_of(chunk.updated, from, to)), writers(chunk),
                      pg::param(views_of(chunk.before, from, to))});
        });
    }

    pg::spi& sql_;
    const target& target_;
    std::int64_t removed_ = 0, restored_ = 0, refused_ = 0;
    pg::json named_ = pg::json::array();
};

// Raises 55000 where there is nothing that could be taken back.
void require_undoable(pg::spi& sql, const pg::uuid& batch) {
    const std::uint64_t marked = sql.run(
        "UPDATE rowhouse.import_batches b SET undone_at = clock_timestamp() WHERE b.id = $1 AND b.undone_at IS NULL"
        " AND b.status IN ('completed', 'cancelled', 'failed') AND b.inserted + b.updated > 0",
        {pg::param(batch)});
    if (marked > 0) return;
    throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "import batch \"" + pg::to_string(batch) + "\" has nothing to undo",
                    "It was undone before, is still at work, or has written nothing.");
}

} // namespace

// rowhouse.import_undo(batch uuid) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_undo) {
    const pg::uuid batch = pg::uuid_from(PG_GETARG_DATUM(0));
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    require_batch(sql, batch);
    context::identity who;
    const target wanted = target_for(sql, load_batch(sql, batch).target, who);
    if (wanted.row_name.empty())
        throw pg::error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        "table " + wanted.relation + " has no primary key to find rows by");
    require_undoable(sql, batch);
    const std::vector<journal_chunk> chunks = load_journal(sql, batch);
    pg::as_role as_table_owner = pg::as_role::owner_of(wanted.table);
    undoing work(sql, wanted);
    for (const journal_chunk& chunk : chunks)
        work.undo(chunk);
    as_table_owner.end();
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(work.result());
}

} // namespace rowhouse::imports
