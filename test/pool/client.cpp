#include "client.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace pool_test {

namespace {

// What ends a transaction early that should have gone on. It is recorded already.
struct given_up : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// By setup.sql: rows of each organization, and of each person.
constexpr int rows_from_the_start = 20;
constexpr int drafts_from_the_start = 3;

// The ways to the rows of an organization: by page, whole, through a plan that PL/pgSQL keeps, and below a fence.
constexpr const char* reads[] = {
    "SELECT organization_id, body FROM pool_test.notes ORDER BY id LIMIT 40",
    "SELECT organization_id, body FROM pool_test.notes ORDER BY id DESC LIMIT 40",
    "SELECT organization_id, body FROM pool_test.notes_by_function()",
    "SELECT organization_id, body FROM (SELECT * FROM pool_test.notes OFFSET 0) n WHERE body IS NOT NULL LIMIT 200",
};

} // namespace

const std::vector<client::kind> client::kinds{
    {"commit", 34, &client::commits},
    {"ROLLBACK", 8, &client::rolls_back},
    {"abort by an error", 8, &client::breaks},
    {"abort by query cancel", 3, &client::is_cancelled},
    {"abort by a client that vanishes", 1, &client::vanishes},
    {"savepoint as somebody else, rolled back", 8, &client::rolls_back_to_savepoint},
    {"savepoint as somebody else, released", 4, &client::releases_savepoint},
    {"EXECUTE of a plan left on the server connection", 10, &client::shares_a_plan},
    {"no token", 6, &client::is_nobody},
    {"token taken off", 3, &client::is_nobody_any_more},
    {"expired token", 4, &client::has_expired},
    {"forged token", 3, &client::is_forged},
    {"organization of others", 3, &client::is_no_member},
    {"write into an organization of others", 3, &client::writes_elsewhere},
};

client::client(int number, std::uint64_t seed, const std::string& conninfo, const std::vector<member>& members,
               ledger& book)
    : number_(number), random_(seed + static_cast<std::uint64_t>(number)), session_(conninfo), members_(members),
      book_(book) {}

void client::run(int transactions) {
    int weights = 0;
    for (const kind& each : kinds)
        weights += each.weight;
    for (int i = 0; i < transactions; i++) {
        int chosen = random_below(weights);
        const kind* which = kinds.data();
        while (chosen >= which->weight)
            chosen -= which++->weight;
        pending_.clear();
        try {
            book_.ran(which->name);
            (this->*which->run)();
        } catch (const given_up&) {
            session_.reconnect();
        } catch (const connection_lost& lost) {
            book_.failed(property::unexpected, std::string(which->name) + ": connection lost: " + lost.what());
            session_.reconnect();
        }
    }
}

// ---- kinds ----------------------------------------------------------------------------------------------------------

void client::commits() {
    const member& who = anybody();
    begin_as(who);
    read_as(who);
    write_as(who);
    read_as(who);
    commit();
}

void client::rolls_back() {
    const member& who = anybody();
    begin_as(who);
    write_as(who);
    read_as(who);
    roll_back();
}

void client::breaks() {
    const member& who = anybody();
    begin_as(who);
    write_as(who);
    switch (random_below(3)) {
    case 0: // in the middle of a scan of the isolated table
        expect_error(session_.run("SELECT 1 / (length(body) - length(body)) FROM pool_test.notes"), "22012",
                     property::broken_statement);
        break;
    case 1:
        expect_error(
            session_.run("INSERT INTO pool_test.notes (id, body) SELECT id, body FROM pool_test.notes LIMIT 1"),
            "23505", property::broken_statement);
        break;
    default:
        expect_error(session_.run("SELECT pool_test.raise(rowhouse.organization_id()::text)"), "P0001",
                     property::broken_statement);
    }
    expect_error(session_.run("SELECT rowhouse.user_id()"), "25P02", property::broken_statement);
    roll_back();
}

void client::is_cancelled() {
    const member& who = anybody();
    begin_as(who);
    write_as(who);
    expect_error(session_.run_cancelled("SELECT pg_sleep(60) FROM pool_test.notes"), "57014",
                 property::cancelled_statement);
    roll_back();
}

void client::vanishes() {
    const member& who = anybody();
    begin_as(who);
    write_as(who);
    if (random_below(2))
        session_.vanish();
    else
        session_.vanish_during("SELECT pg_sleep(0.01) FROM pool_test.notes LIMIT 1");
}

void client::rolls_back_to_savepoint() {
    const member& before = anybody();
    const member& after = somebody_outside(before);
    begin_as(before);
    if (random_below(2)) read_as(before); // else the context is used for the first time inside of the savepoint
    good(session_.run("SAVEPOINT here"));
    become(after);
    read_as(after);
    const std::vector<written_row> kept = pending_;
    write_as(after);
    if (random_below(2)) expect_error(session_.run("SELECT 1 / 0"), "22012", property::broken_statement);
    good(session_.run("ROLLBACK TO SAVEPOINT here"));
    pending_ = kept;
    const answer now = good(session_.run("SELECT rowhouse.user_id(), rowhouse.organization_id()"));
    book_.checked(property::restored_identity);
    if (now.at(0, 0) != before.user || now.at(0, 1) != before.organization)
        book_.failed(property::restored_identity, "got " + std::string(now.at(0, 0)) + ", wanted " + before.user);
    read_as(before);
    write_as(before);
    commit();
}

void client::releases_savepoint() {
    const member& before = anybody();
    const member& after = somebody_outside(before);
    begin_as(before);
    read_as(before);
    good(session_.run("SAVEPOINT here"));
    become(after);
    write_as(after);
    good(session_.run("RELEASE SAVEPOINT here"));
    const answer now = good(session_.run("SELECT rowhouse.user_id(), rowhouse.organization_id()"));
    book_.checked(property::kept_identity);
    if (now.at(0, 0) != after.user || now.at(0, 1) != after.organization)
        book_.failed(property::kept_identity, "got " + std::string(now.at(0, 0)) + ", wanted " + after.user);
    read_as(after);
    commit();
}

// Statements prepared with PREPARE belong to the server connection: whoever comes next finds them, plan and all.
void client::shares_a_plan() {
    const member& who = anybody();
    begin_as(who);
    good(session_.run("SET LOCAL plan_cache_mode = force_generic_plan"));
    const answer there = good(session_.run("SELECT FROM pg_prepared_statements WHERE name = 'pool_page'"));
    if (there.rows() == 0)
        good(session_.run("PREPARE pool_page(int) AS SELECT organization_id, body FROM pool_test.notes LIMIT $1"));
    const answer page = good(session_.run("EXECUTE pool_page(100)"));
    if (there.rows() > 0) {
        book_.checked(property::shared_plan);
        check_rows(page, who, property::shared_plan);
    } else {
        check_rows(page, who, property::own_rows);
    }
    commit();
}

void client::is_nobody() {
    if (random_below(2)) { // outside of any transaction
        read_nothing();
        expect_error(session_.run("INSERT INTO pool_test.notes (body) VALUES ('nobody')"), "42501",
                     property::nobody_writes);
        return;
    }
    good(session_.run("BEGIN"));
    read_nothing();
    expect_error(session_.run("INSERT INTO pool_test.notes (body) VALUES ('nobody')"), "42501",
                 property::nobody_writes);
    roll_back();
}

void client::is_nobody_any_more() {
    const member& who = anybody();
    begin_as(who);
    read_as(who);
    good(session_.run("SELECT set_config('rowhouse.token', '', true)"));
    read_nothing();
    expect_error(session_.run("INSERT INTO pool_test.drafts (body) VALUES ('nobody')"), "42501",
                 property::nobody_writes);
    roll_back();
}

void client::has_expired() {
    const member& who = anybody();
    good(session_.run("BEGIN"));
    good(session_.run("SELECT set_config('rowhouse.token', $1, true)", {who.expired_token}));
    expect_error(session_.run(random_below(2) ? "SELECT * FROM pool_test.notes"
                                              : "INSERT INTO pool_test.notes (body) VALUES ('expired')"),
                 "28000", property::expired);
    roll_back();
}

// The header and the claims of one member with the signature of another.
void client::is_forged() {
    const member& who = anybody();
    const member& other = somebody_outside(who);
    const std::string token =
        who.token.substr(0, who.token.rfind('.')) + other.token.substr(other.token.rfind('.'), std::string::npos);
    good(session_.run("BEGIN"));
    good(session_.run("SELECT set_config('rowhouse.token', $1, true)", {token}));
    expect_error(session_.run("SELECT * FROM pool_test.notes"), "28000", property::forged);
    roll_back();
}

void client::is_no_member() {
    const member& who = anybody();
    const member& other = somebody_outside(who);
    good(session_.run("BEGIN"));
    good(session_.run("SELECT set_config('rowhouse.token', $1, true), set_config('rowhouse.organization', $2, true)",
                      {who.token, random_below(2) ? other.organization : other.slug}));
    expect_error(session_.run("SELECT * FROM pool_test.notes"), "P0002", property::no_member);
    roll_back();
}

void client::writes_elsewhere() {
    const member& who = anybody();
    const member& other = somebody_outside(who);
    begin_as(who);
    for (const char* statement : {"UPDATE pool_test.notes SET body = 'taken' WHERE organization_id = $1",
                                  "DELETE FROM pool_test.notes WHERE organization_id = $1"}) {
        const answer got = good(session_.run(statement, {other.organization}));
        book_.checked(property::foreign_write);
        if (got.touched() != "0")
            book_.failed(property::foreign_write, std::string(got.touched()) + " rows of others touched");
    }
    const char* statement = random_below(2)
                                ? "INSERT INTO pool_test.notes (body, organization_id) VALUES ('smuggled', $1)"
                                : "UPDATE pool_test.notes SET organization_id = $1";
    expect_error(session_.run(statement, {other.organization}), "42501", property::foreign_write);
    roll_back();
}

// ---- parts ----------------------------------------------------------------------------------------------------------

void client::begin_as(const member& who) {
    good(session_.run("BEGIN"));
    const answer server = good(session_.run("SELECT pg_backend_pid()"));
    book_.served(server.at(0, 0), who.user);
    become(who);
}

// The organization in one of the ways there are, and nothing left of the one before.
void client::become(const member& who) {
    enum way { by_id, by_slug, by_claim, by_only_membership };
    const int chosen = random_below(who.only_membership ? 4 : 3);
    const std::string& token = chosen == by_claim ? who.scoped_token : who.token;
    const std::string organization = chosen == by_id ? who.organization : chosen == by_slug ? who.slug : "";
    good(session_.run("SELECT set_config('rowhouse.token', $1, true), set_config('rowhouse.organization', $2, true)",
                      {token, organization}));
}

void client::read_as(const member& who) {
    const answer identity = good(session_.run("SELECT rowhouse.user_id(), rowhouse.organization_id()"));
    book_.checked(property::identity);
    if (identity.at(0, 0) != who.user || identity.at(0, 1) != who.organization)
        book_.failed(property::identity, "got " + std::string(identity.at(0, 0)) + " in " +
                                             std::string(identity.at(0, 1)) + ", wanted " + who.user + " in " +
                                             who.organization);
    check_rows(good(session_.run(reads[static_cast<std::size_t>(random_below(static_cast<int>(std::size(reads))))])),
               who, property::own_rows);
    const answer drafts = good(session_.run("SELECT user_id, body FROM pool_test.drafts"));
    book_.checked(property::own_drafts, drafts.rows());
    if (drafts.rows() != drafts_from_the_start)
        book_.failed(property::own_drafts, who.user + " reads " + std::to_string(drafts.rows()) + " drafts");
    for (int row = 0; row < drafts.rows(); row++)
        if (drafts.at(row, 0) != who.user || drafts.at(row, 1) != who.user)
            book_.failed(property::own_drafts, who.user + " reads a draft of " + std::string(drafts.at(row, 1)));
}

void client::read_nothing() {
    for (const char* table : {"pool_test.notes", "pool_test.drafts", "rowhouse.members"}) {
        const answer found = good(session_.run((std::string("SELECT * FROM ") + table).c_str()));
        book_.checked(property::nobody_sees);
        if (found.rows() > 0) book_.failed(property::nobody_sees, std::to_string(found.rows()) + " rows of " + table);
    }
}

// Whose a row is says its owner column, and says its body, which was written by whoever made the row.
void client::check_rows(const answer& rows, const member& who, property wrong_row) {
    book_.checked(wrong_row, rows.rows());
    book_.checked(property::all_own_rows);
    for (int row = 0; row < rows.rows(); row++)
        if (rows.at(row, 0) != who.organization || rows.at(row, 1) != who.organization)
            book_.failed(wrong_row, "a member of " + who.organization + " reads a row of " +
                                        std::string(rows.at(row, 0)) + " that says " + std::string(rows.at(row, 1)));
    if (rows.rows() < rows_from_the_start)
        book_.failed(property::all_own_rows, "only " + std::to_string(rows.rows()) + " rows in " + who.organization);
}

// The owner columns are left to their defaults.
void client::write_as(const member& who) {
    const std::string marker = std::to_string(number_) + "-" + std::to_string(written_++);
    good(session_.run("INSERT INTO pool_test.notes (body, marker) VALUES ($1, $2)", {who.organization, marker}));
    pending_.push_back({.marker = marker, .organization = who.organization, .author = who.user});
}

void client::commit() {
    good(session_.run("COMMIT"));
    book_.committed(std::move(pending_));
}

void client::roll_back() {
    good(session_.run("ROLLBACK"));
}

answer client::good(answer got) {
    if (got.sqlstate().empty()) return got;
    book_.failed(property::unexpected, got.error());
    throw given_up(got.error());
}

void client::expect_error(const answer& got, std::string_view sqlstate, property what) {
    book_.checked(what);
    if (got.sqlstate() == sqlstate) return;
    const std::string how = got.sqlstate().empty() ? "no error" : got.error();
    book_.failed(what, "wanted " + std::string(sqlstate) + ", got " + how);
}

const member& client::anybody() {
    return members_[static_cast<std::size_t>(random_below(static_cast<int>(members_.size())))];
}

// Somebody of an organization that this person is no member of.
const member& client::somebody_outside(const member& who) {
    while (true) {
        const member& other = anybody();
        const auto same_place = [&](const member& each) {
            return each.user == who.user && each.organization == other.organization;
        };
        if (other.user != who.user && std::none_of(members_.begin(), members_.end(), same_place)) return other;
    }
}

int client::random_below(int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random_);
}

} // namespace pool_test
