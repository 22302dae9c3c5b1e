// Other libraries of ours beside rowhouse.so, loaded when first asked for.
#pragma once

#include "pg/guard.hpp"

namespace rowhouse::pg {

// What `symbol` of $libdir/`library` is the address of. Loaded once in a session, and then it stays. Raises what
// PostgreSQL raises when it is not there.
inline const void* library_symbol(const char* library, const char* symbol) {
    return pg_try([&] {
        const void* found = load_external_function(psprintf("$libdir/%s", library), symbol, true, nullptr);
        return found;
    });
}

} // namespace rowhouse::pg
