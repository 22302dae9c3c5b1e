// The trail of attempts: one line in the server log and a count for every row that somebody tried to write across the
// border.

#include "context/context.hpp"
#include "pg/lookup.hpp"

extern "C" {
#include "commands/sequence.h"
#include "tcop/cmdtag.h"
#include "tcop/pquery.h"
#include "utils/json.h"
#include "utils/portal.h"
}

namespace rowhouse::isolation {

// rowhouse.refuse(target regclass, scope text) boolean: always false. The second arm of the owner policy's WITH CHECK,
// so it is reached by refused rows alone. The number comes from a sequence because a sequence does not roll back.
ROWHOUSE_FUNCTION(rowhouse_refuse) {
    const Oid table = PG_GETARG_OID(0);
    if (!pg::pg_try([&] { return get_rel_name(table) != nullptr; })) PG_RETURN_BOOL(false); // called by hand
    if (context::is_pretending()) PG_RETURN_BOOL(false);                                    // verify_isolation() trying
    const std::string scope(pg::arg_text(fcinfo, 1));
    const context::identity who =
        pg::pg_try([&] { return scope == "user" ? context::current_user() : context::current(); });
    const std::string user = who.known ? "\"" + pg::to_string(who.user) + "\"" : "null";
    const std::string organization = who.in_organization ? "\"" + pg::to_string(who.organization) + "\"" : "null";
    pg::pg_try([&] {
        nextval_internal(pg::rowhouse_relation("refused_writes"), false);
        // JSON behind the word that log watchers look for. A name of a table is quoted as SQL needs it, then as JSON.
        StringInfoData relation;
        initStringInfo(&relation);
        escape_json(&relation,
                    quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), get_rel_name(table)));
        const char* command = ActivePortal ? GetCommandTagName(ActivePortal->commandTag) : "UNKNOWN";
        ereport(LOG, (errmsg("UNAUTHORIZED_ACCESS {\"user\":%s,\"organization\":%s,\"table\":%s,\"command\":\"%s\"}",
                             user.c_str(), organization.c_str(), relation.data, command),
                      errhidestmt(true), errhidecontext(true)));
    });
    PG_RETURN_BOOL(false);
}

} // namespace rowhouse::isolation
