// The arguments and the authority that import_preview(), import_run() and import_start() have in common.
#pragma once

#include "context/authority.hpp"
#include "imports/options.hpp"
#include "pg/spi.hpp"

namespace rowhouse::imports {

struct import_request {
    context::identity importer;
    target wanted;
    Datum content = 0; // bytea
    pg::json options_json;
    import_options options;
};

// Arguments: target text, content bytea, options jsonb. Raises 28000 or 42501 unless somebody with the role asks that
// the target wants, P0002 for an unknown target, 22004 for a null target or content, 22023 for bad options; in this
// order. As rowhouse_owner.
import_request read_request(pg::spi& sql, FunctionCallInfo fcinfo);

// The target as the caller may fill it. Raises P0002, 28000, 42501.
target target_for(pg::spi& sql, const std::string& name, context::identity& importer);

// What the organization's earlier imports and its limits add to the options. As rowhouse_owner.
void complete_options(pg::spi& sql, const target& wanted, const std::optional<pg::uuid>& batch, Datum content,
                      import_options& options);

} // namespace rowhouse::imports
