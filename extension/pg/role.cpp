#include "pg/role.hpp"

extern "C" {
#include "storage/proc.h"
}

namespace rowhouse::pg {

namespace {

// Until the guc level that is current now is closed.
void set_for_now(const char* name, const char* value) {
    set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

} // namespace

as_role::as_role(const char* role_name)
    : as_role(pg_try([&] { return get_role_oid(role_name, false); }), SECURITY_LOCAL_USERID_CHANGE) {}

as_role::as_role(Oid role, int restrictions) {
    pg_try([&] {
        GetUserIdAndSecContext(&user_, &security_context_);
        guc_level_ = NewGUCNestLevel();
        SetUserIdAndSecContext(role, security_context_ | restrictions);
        set_for_now("search_path", "pg_catalog, pg_temp");
        set_for_now("row_security", "on"); // off would turn our own queries into errors
    });
}

as_role as_role::owner_of(Oid table) {
    const Oid owner = pg_try([&] {
        Relation relation = relation_open(table, AccessShareLock);
        const Oid found = relation->rd_rel->relowner;
        relation_close(relation, NoLock);
        return found;
    });
    return as_role(owner, SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
}

void as_role::see_all_rows_or_fail() {
    pg_try([] { set_for_now("row_security", "off"); });
}

void as_role::limit_lock_timeout(int milliseconds) {
    if (LockTimeout > 0 && LockTimeout <= milliseconds) return;
    const std::string value = std::to_string(milliseconds);
    pg_try([&] { set_for_now("lock_timeout", value.c_str()); });
}

void as_role::end() {
    pg_try([&] {
        AtEOXact_GUC(true, guc_level_);
        SetUserIdAndSecContext(user_, security_context_);
    });
}

} // namespace rowhouse::pg
