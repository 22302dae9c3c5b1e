// Memory for the Datums of one round of a loop, so that a long loop does not pile them up.
#pragma once

#include "pg/guard.hpp"

namespace rowhouse::pg {

// Current from its construction to end(). Left by an exception it stays a child of the context it was made in, and goes
// with that; so there is no destructor that could fail.
class scratch_memory {
public:
    scratch_memory() {
        pg_try([this] {
            own_ = AllocSetContextCreate(CurrentMemoryContext, "rowhouse scratch", ALLOCSET_DEFAULT_SIZES);
            outer_ = MemoryContextSwitchTo(own_);
        });
    }
    scratch_memory(const scratch_memory&) = delete;
    scratch_memory& operator=(const scratch_memory&) = delete;

    // Frees what was made since the last reset.
    void reset() {
        pg_try([this] { MemoryContextReset(own_); });
    }
    void end() {
        pg_try([this] {
            MemoryContextSwitchTo(outer_);
            MemoryContextDelete(own_);
        });
    }

private:
    MemoryContext own_ = nullptr;
    MemoryContext outer_ = nullptr;
};

// What `make` gives is made in that context: as what a function returns, which outlives its SPI connection.
template <typename Make>
Datum made_in(MemoryContext memory, Make&& make) {
    struct switched {
        explicit switched(MemoryContext to) : before(MemoryContextSwitchTo(to)) {}
        ~switched() { MemoryContextSwitchTo(before); }
        MemoryContext before;
    };
    const switched inside(memory);
    return make();
}

} // namespace rowhouse::pg
