// The rows of rowhouse.import_batches and rowhouse.import_errors. Everything here runs as rowhouse_owner, bound by row
// level security to the organization of the context.
#pragma once

#include "imports/pipeline.hpp"
#include "imports/request.hpp"
#include "pg/spi.hpp"

namespace rowhouse::imports {

// A new batch, pending, with the content as it came.
pg::uuid create_batch(pg::spi& sql, const import_request& request);

// Its file was read for the first time and processing begins.
void begin_batch(pg::spi& sql, const pg::uuid& batch, const pipeline& work);

// Of one chunk; processed is their sum.
struct batch_counts {
    std::int64_t inserted = 0;
    std::int64_t failed = 0;
};
void add_counts(pg::spi& sql, const pg::uuid& batch, const batch_counts& counts);

void store_findings(pg::spi& sql, const pg::uuid& batch, const pipeline& work, const std::vector<finding>& findings);
void store_findings(pg::spi& sql, const pg::uuid& batch, const pipeline& work,
                    const std::vector<checked_record>& chunk);

void complete_batch(pg::spi& sql, const pg::uuid& batch);
void fail_batch(pg::spi& sql, const pg::uuid& batch, const std::string& error);

// "Not there" and "of another organization" are the same P0002.
pg::error batch_not_found(const pg::uuid& batch);

// The JSON that import_status() gives. Raises P0002.
std::string batch_status(pg::spi& sql, const pg::uuid& batch);

// The SQL expression that makes that JSON of a row b of import_batches.
extern const char* const status_expression;

} // namespace rowhouse::imports
