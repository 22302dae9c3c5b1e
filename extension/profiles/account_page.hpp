// Accounts as they stand in their table, read with the rights of its owner and no more, as PostgreSQL's own maintenance
// does: planning and reading run whatever code the owner has put into indexes, casts or constraints, and that must not
// find itself with the rights of rowhouse. What comes back are values, which rowhouse_system then compares.
#pragma once

#include "profiles/mirror.hpp"

namespace rowhouse::profiles {

class account_page {
public:
    // Those with these ids.
    static account_page of(pg::spi& sql, const source& from, const ids& accounts);
    // The next ones above an id, in the order of their ids.
    static account_page above(pg::spi& sql, const source& from, const std::optional<pg::uuid>& after,
                              std::uint64_t max_rows);

    // The relation is there until end(). One page of a source at a time.
    const account_rows& rows() const { return rows_; }
    // Other accounts in the place of those, which are written piece by piece.
    void narrow(const ids& accounts);
    std::uint64_t size() const { return size_; }
    // Nothing for an empty page.
    const std::optional<pg::uuid>& last() const { return last_; }
    void end();

private:
    account_page(pg::spi& sql, const source& from, const std::string& condition, const pg::parameter& value);

    pg::spi* sql_;
    account_rows rows_;
    Tuplestorestate* store_ = nullptr;
    std::uint64_t size_ = 0;
    std::optional<pg::uuid> last_;
};

} // namespace rowhouse::profiles
