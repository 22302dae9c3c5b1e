// For the suite "guard": raises what its argument names, across every crossing of guard.hpp. No SQL function is
// declared for it in the install script; the suite, as superuser, declares one for itself.

#include "pg/spi.hpp"

#include <new>
#include <stdexcept>

namespace rowhouse::pg {

namespace {

int alive = 0;

// Counts itself, so that the suite sees whether unwinding ran the destructors.
struct witness {
    witness() { alive++; }
    ~witness() { alive--; }
    witness(const witness&) = delete;
    witness& operator=(const witness&) = delete;
};

void raise_division() {
    ereport(ERROR, (errcode(ERRCODE_DIVISION_BY_ZERO), errmsg("division by zero"), errdetail("Detail of the server."),
                    errhint("Hint of the server.")));
}

Datum act(std::string_view what) {
    const witness here;
    if (what == "bad_alloc") throw std::bad_alloc();
    if (what == "length_error") std::string().reserve(std::string().max_size() + 1);
    if (what == "runtime_error") throw std::runtime_error("thrown in C++");
    if (what == "not an exception") throw 42;
    if (what == "error")
        throw error(ERRCODE_INVALID_PARAMETER_VALUE, "primary message", "Hint of rowhouse.", "Detail of rowhouse.");
    if (what == "long error") throw error(ERRCODE_INVALID_PARAMETER_VALUE, std::string(1022, 'x') + "\u00e9\u00e9");
    if (what == "ereport") pg_try(raise_division);
    if (what == "ereport under a throw") {
        try {
            pg_try(raise_division);
        } catch (const postgres_error&) {
            throw; // rethrown, never swallowed
        }
    }
    if (what == "throw inside pg_try")
        pg_try([] { throw error(ERRCODE_INVALID_PARAMETER_VALUE, "thrown under PG_TRY"); });
    if (what == "sql") {
        spi sql;
        sql.run("SELECT 1 / 0");
    }
    if (what == "subtransaction") {
        spi sql;
        ErrorData* failure = try_in_subtransaction([&] {
            const witness inside;
            sql.run("CREATE TEMP TABLE never_seen ()");
            sql.run("SELECT 1 / 0");
        });
        const std::string caught = failure ? failure->message : "nothing";
        sql.run("SELECT to_regclass('pg_temp.never_seen') IS NULL");
        const std::string gone = *sql.text(0, 1);
        sql.finish();
        return make_text("caught: " + caught + ", rolled back: " + gone);
    }
    if (what == "throw in a subtransaction") {
        try_in_subtransaction([] { throw error(ERRCODE_INVALID_PARAMETER_VALUE, "thrown in a subtransaction"); });
    }
    return make_text("went well");
}

} // namespace

ROWHOUSE_FUNCTION(rowhouse_guard_probe) {
    return act(arg_text(fcinfo, 0));
}

ROWHOUSE_FUNCTION(rowhouse_guard_probe_alive) {
    PG_RETURN_INT32(alive);
}

} // namespace rowhouse::pg
