#include "pg/role.hpp"

namespace rowhouse::pg {

as_role::as_role(const char* role_name) {
    pg_try([&] {
        const Oid role = get_role_oid(role_name, false);
        GetUserIdAndSecContext(&user_, &security_context_);
        guc_level_ = NewGUCNestLevel();
        SetUserIdAndSecContext(role, security_context_ | SECURITY_LOCAL_USERID_CHANGE);
        set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                          false);
    });
}

void as_role::end() {
    pg_try([&] {
        AtEOXact_GUC(true, guc_level_);
        SetUserIdAndSecContext(user_, security_context_);
    });
}

} // namespace rowhouse::pg
