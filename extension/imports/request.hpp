// The arguments and the authority that import_preview(), import_run() and import_start() have in common.
#pragma once

#include "context/authority.hpp"
#include "imports/options.hpp"

namespace rowhouse::imports {

struct import_request {
    context::identity importer;
    target wanted;
    Datum content_value = 0;
    std::string_view content; // the same; valid for the call
    pg::json options_json;
    import_options options;
};

// Arguments: target text, content bytea, options jsonb. Raises 28000 or 42501 unless an admin, an owner or a super
// admin asks, P0002 for an unknown target, 22004 for a null target or content, 22023 for bad options; in this order.
import_request read_request(FunctionCallInfo fcinfo);

// The target as this member may fill it. Raises P0002.
target target_for(std::string_view name, context::member_role importer);

} // namespace rowhouse::imports
