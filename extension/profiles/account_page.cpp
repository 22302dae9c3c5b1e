#include "profiles/account_page.hpp"

#include "pg/role.hpp"

extern "C" {
#include "storage/lmgr.h"
}

namespace rowhouse::profiles {

namespace {

// What the table is and of what types its columns are is looked up after this, and stays so until the transaction ends.
// Gives its name by now.
std::string lock_table(const source& from) {
    const char kind = pg::pg_try([&] {
        LockRelationOid(from.relation, AccessShareLock);
        return get_rel_relkind(from.relation);
    });
    if (kind == '\0') throw pg::error(ERRCODE_UNDEFINED_TABLE, "account table " + from.table + " does not exist");
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
        throw pg::error(ERRCODE_WRONG_OBJECT_TYPE, "account table " + from.table + " is not a table any more");
    return pg::qualified_name(from.relation);
}

std::string columns_of(const source& from) {
    std::string list;
    for (std::size_t i = 0; i < field_count; i++)
        if (const auto column = from.find(static_cast<field>(i))) {
            const std::string name = "c." + column->name;
            if ((list + ", ").find(name + ", ") == list.npos) list += (list.empty() ? "" : ", ") + name;
        }
    return list;
}

} // namespace

account_page::account_page(pg::spi& sql, const source& from, const std::string& condition, const pg::parameter& value)
    : sql_(&sql), rows_{from, "accounts_" + std::to_string(from.relation)} {
    const std::string table = lock_table(from);
    const std::string query = "SELECT " + columns_of(from) + " FROM " + table + " c WHERE " + condition;
    pg::as_role as_owner = pg::as_role::owner_of(from.relation);
    as_owner.see_all_rows_or_fail();
    size_ = sql.run(query, {value});
    as_owner.end();
    const ids read = sql.uuids(); // the id is the first column
    if (!read.empty()) last_ = read.back();
    store_ = sql.offer_rows(rows_.relation.c_str());
}

account_page account_page::of(pg::spi& sql, const source& from, const ids& accounts) {
    return {sql, from, "c." + from.id().name + " = ANY ($1)", pg::param(accounts)};
}

account_page account_page::above(pg::spi& sql, const source& from, const std::optional<pg::uuid>& after,
                                 std::uint64_t max_rows) {
    const std::string id = "c." + from.id().name;
    return {sql, from,
            (after ? id + " > $1" : "$1 IS NULL") + std::string(" ORDER BY ") + id + " LIMIT " +
                std::to_string(max_rows),
            after ? pg::param(*after) : pg::null_of(UUIDOID)};
}

void account_page::narrow(const ids& accounts) {
    end();
    const account_page narrower = of(*sql_, rows_.from, accounts);
    store_ = narrower.store_;
    size_ = narrower.size_;
    rows_.how = pg::spi::plan::again;
}

void account_page::end() {
    sql_->withdraw_rows(rows_.relation.c_str(), store_);
}

} // namespace rowhouse::profiles
