// Running a part of a function as one of rowhouse's own roles.
//
//   rowhouse_owner    owns rowhouse's tables and is bound by their row level security (FORCE): what runs as it sees the
//                     organization of the context and no other.
//   rowhouse_system   BYPASSRLS: for the few functions whose work crosses organizations (log in, create an
//                     organization). Each states its own authority check.
#pragma once

#include "pg/guard.hpp"

namespace rowhouse::pg {

// Switches user and search_path ("pg_catalog, pg_temp") for its lifetime. end() restores both; without it, as after an
// exception, the rollback that follows does.
class as_role {
public:
    explicit as_role(const char* role_name);
    // The owner of a table, with no more rights than that: for statements that may run code of the owner's, such as
    // triggers, when somebody mightier has called us (as REINDEX and REFRESH do).
    static as_role owner_of(Oid table);
    as_role(const as_role&) = delete;
    as_role& operator=(const as_role&) = delete;
    // Until end(): what row level security would leave out is an error.
    void see_all_rows_or_fail();
    // Until end(): nobody waits longer than that for a lock (55P03), nor longer than they would have.
    void limit_lock_timeout(int milliseconds);
    void end();

private:
    as_role(Oid role, int restrictions);

    Oid user_ = InvalidOid;
    int security_context_ = 0;
    int guc_level_ = 0;
};

inline constexpr const char* owner_role = "rowhouse_owner";
inline constexpr const char* system_role = "rowhouse_system";

} // namespace rowhouse::pg
