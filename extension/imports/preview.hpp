// What import_preview() says about a file.
#pragma once

#include "imports/examination.hpp"
#include "pg/json.hpp"

namespace rowhouse::imports {

// As rowhouse_owner.
pg::json preview_json(pg::spi& sql, examination& examined, import_mode mode);

} // namespace rowhouse::imports
