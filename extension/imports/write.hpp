// Writing the good rows of a file, chunk by chunk. Whoever calls it decides about transactions.
#pragma once

#include "imports/examination.hpp"

namespace rowhouse::imports {

// Of one chunk; what was looked at is their sum.
struct chunk_counts {
    std::int64_t inserted = 0;
    std::int64_t updated = 0;
    std::int64_t skipped = 0;
    std::int64_t failed = 0;

    std::int64_t processed() const { return inserted + updated + skipped + failed; }
    void add(const chunk_counts& more) {
        inserted += more.inserted;
        updated += more.updated;
        skipped += more.skipped;
        failed += more.failed;
    }
};

// What import_undo() needs of one chunk.
struct chunk_journal {
    std::vector<std::string> inserted;                        // names of rows
    std::vector<std::pair<std::string, std::string>> updated; // names of rows, and what was there before, as jsonb
    std::vector<std::string> transactions; // that wrote them: what their xmin is as long as nobody else changes them
};

class row_writer {
public:
    // Both must outlive it.
    row_writer(const target& target, import_mode mode, examination& examined)
        : target_(target), mode_(mode), examined_(examined) {}

    // The next `most` records of the file, from where the last call ended: those that may be written are, and what only
    // the table can say about them is added to `refused`. False when there is none left. To be called as the owner of
    // the table.
    bool write(pg::spi& sql, std::int64_t most, std::vector<finding>& refused);
    // Passes over records that are written already.
    void skip(std::int64_t records);

    const chunk_counts& counts() const { return counts_; } // of the last write()
    const chunk_journal& journal() const { return journal_; }

private:
    struct portion;                                                         // records that go the same way
    using row_numbers = std::vector<std::pair<std::int64_t, std::int64_t>>; // record and line

    void write_copied(pg::spi& sql, bool updates, row_numbers numbers, std::vector<finding>& refused);
    bool write_in_place(pg::spi& sql, const row_numbers& numbers);
    void note_transaction();
    void write_all(pg::spi& sql, portion& rows, std::vector<finding>& refused);
    void write_once(pg::spi& sql, portion& rows);
    void run_statement(pg::spi& sql, const portion& rows);

    const target& target_;
    import_mode mode_;
    examination& examined_;
    chunk_counts counts_;
    chunk_journal journal_;
};

} // namespace rowhouse::imports
