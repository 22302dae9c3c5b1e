// What operators and the service alone may ask, of all organizations: the caller is checked with the caller's own role,
// since a security-definer function could not tell who calls it. The answer is found in SQL (purge.sql, metrics.sql).

#include "pg/role.hpp"
#include "pg/spi.hpp"

namespace rowhouse::imports {

namespace {

// The text of the one value.
std::string answer_for_operator(const char* question) {
    pg::spi sql;
    sql.run("SELECT rowhouse.require_upkeep()");
    pg::as_role as_system(pg::system_role);
    sql.run(question);
    std::string answer = *sql.text(0, 1);
    sql.finish();
    as_system.end();
    return answer;
}

} // namespace

// rowhouse.import_purge() bigint
ROWHOUSE_FUNCTION(rowhouse_import_purge) {
    PG_RETURN_INT64(std::stoll(answer_for_operator("SELECT rowhouse.purge_imports()")));
}

// rowhouse.import_metrics() jsonb
ROWHOUSE_FUNCTION(rowhouse_import_metrics) {
    return pg::make_jsonb(answer_for_operator("SELECT rowhouse.measure_imports()"));
}

} // namespace rowhouse::imports
