// The work of a batch, the same in the caller's transaction (import_run) and in the worker (import_start).
#pragma once

#include "imports/batch.hpp"

namespace rowhouse::imports {

// How many records are written at once: few at first, then as many as take about a quarter of a second, so that the
// progress is seen and a request to stop is heard.
class chunk_size {
public:
    explicit chunk_size(std::int64_t first) : size_(first) {}
    std::int64_t next() const { return size_; }
    void took(double seconds, std::int64_t rows);

private:
    std::int64_t size_;
    std::int64_t least_ = 10;
    double rate_ = 0; // rows a second, of the last chunk
    bool made_smaller_ = false;
};

// Writes the next records, with their journal and findings, but without their counts in the batch. False when none was
// left.
bool write_chunk(pg::spi& sql, const pg::uuid& batch, const target& wanted, row_writer& writer, examination& examined,
                 std::int64_t written_before, std::int64_t most, std::vector<finding>& refused);

// Somebody else has changed the batch meanwhile.
pg::error batch_taken(const pg::uuid& batch);

// All of it in this transaction: the batch ends completed or, where it wants all or nothing and something is at fault
// or somebody has cancelled it, failed or cancelled with nothing written. As rowhouse_owner.
void write_all_chunks(pg::spi& sql, const pg::uuid& batch, const target& wanted, const import_options& options,
                      examination& examined);

// Says why nothing is to be written, where that is known by now: the file as a whole, or all or nothing.
std::optional<std::string> reason_to_fail(const import_options& options, const examination& examined);

} // namespace rowhouse::imports
