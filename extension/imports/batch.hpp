// The rows of rowhouse.import_batches and what belongs to them. Everything here runs as rowhouse_owner, bound by row
// level security to the organization of the context.
#pragma once

#include "imports/request.hpp"
#include "imports/write.hpp"

namespace rowhouse::imports {

// What a batch was made with, as it is read back.
struct stored_batch {
    pg::uuid id;
    std::string target;
    Datum content = 0; // bytea, as it is stored; for this transaction
    pg::json options;
    cell_edits edits;
    std::int64_t processed = 0;
};

// A new batch with the content as it came: pending, or held until somebody starts it. Raises 53400 past the limits.
pg::uuid create_batch(pg::spi& sql, const import_request& request, bool held = false);

// Makes sure that the caller may see the batch: admins see those of their organization, everybody else their own.
// Raises 28000, 42501, and P0002 for one that is not there, of another organization or somebody else's.
context::identity require_batch(pg::spi& sql, const pg::uuid& batch);
// Raises P0002.
stored_batch load_batch(pg::spi& sql, const pg::uuid& batch);
pg::error batch_not_found(const pg::uuid& batch);

// The file was examined: how it was read, how many records it has, and its findings, but for those of the records that
// were written before.
void store_examination(pg::spi& sql, const pg::uuid& batch, const examination& examined, std::int64_t written_before);

// What import_undo() needs of the chunk that begins behind that record.
void store_journal(pg::spi& sql, const pg::uuid& batch, std::int64_t written_before, const chunk_journal& journal);
// What became of the records behind that one. False when the batch is not there, or not processing any more: then
// somebody else is at it, and this transaction must not be committed. Locks the batch, and import_cancel() waits.
bool store_counts(pg::spi& sql, const pg::uuid& batch, std::int64_t written_before, const chunk_counts& counts);

// Those that were found, as they are.
void store_found(pg::spi& sql, const pg::uuid& batch, const finding_store& found, std::int64_t after_record = 0);

// Findings that only the write has made.
void store_refused(pg::spi& sql, const pg::uuid& batch, const examination& examined,
                   const std::vector<finding>& refused);

// Lets a held batch go. Raises 55000 where it is not held.
void release_batch(pg::spi& sql, const pg::uuid& batch);

void begin_batch(pg::spi& sql, const pg::uuid& batch);
void complete_batch(pg::spi& sql, const pg::uuid& batch);
void fail_batch(pg::spi& sql, const pg::uuid& batch, const std::string& error);
// Ends it where import_cancel() has asked for that, and tells whether it has.
bool cancel_if_asked(pg::spi& sql, const pg::uuid& batch);
// Only tells.
bool is_cancel_asked(pg::spi& sql, const pg::uuid& batch);

// The JSON that import_status() gives. Raises P0002.
std::string batch_status(pg::spi& sql, const pg::uuid& batch);

// The SQL expression that makes that JSON of a row b of import_batches, and where it is taken from.
extern const char* const status_expression;
extern const char* const status_from;

} // namespace rowhouse::imports
