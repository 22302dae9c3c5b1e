// pool_driver <admin conninfo> <conninfo through the pool> <clients> <transactions of each> <seed>
//
// Every client makes its choices from the seed and its own number. How they interleave is up to the machine.

#include "client.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <thread>

namespace {

using namespace pool_test;

std::uint64_t number(const char* text) {
    std::uint64_t value = 0;
    const char* end = text + std::strlen(text);
    if (const auto [stopped, error] = std::from_chars(text, end, value); error != std::errc() || stopped != end)
        throw std::runtime_error(std::string("not a number: ") + text);
    return value;
}

std::vector<written_row> stored_rows(session& admin) {
    const answer found =
        admin.run("SELECT marker, organization_id, author, body FROM pool_test.notes WHERE marker IS NOT NULL");
    if (!found.sqlstate().empty()) throw std::runtime_error(found.error());
    std::vector<written_row> rows;
    for (int row = 0; row < found.rows(); row++) {
        std::string organization(found.at(row, 1));
        if (found.at(row, 3) != organization) organization += ", but written for " + std::string(found.at(row, 3));
        rows.push_back({.marker = std::string(found.at(row, 0)),
                        .organization = std::move(organization),
                        .author = std::string(found.at(row, 2))});
    }
    return rows;
}

int run(char** arguments) {
    session admin(arguments[1]);
    const std::string conninfo = arguments[2];
    const int clients = static_cast<int>(number(arguments[3]));
    const int transactions = static_cast<int>(number(arguments[4]));
    const std::uint64_t seed = number(arguments[5]);

    const std::vector<member> members = load_members(admin);
    std::printf("seed %llu, %d clients, %zu memberships\n", static_cast<unsigned long long>(seed), clients,
                members.size());
    ledger book;
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; i++)
        threads.emplace_back([&, i] {
            try {
                client(i, seed, conninfo, members, book).run(transactions);
            } catch (const std::exception& error) {
                book.failed(property::unexpected, "client " + std::to_string(i) + " ended: " + error.what());
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    book.compare(stored_rows(admin));
    return book.report() ? 0 : 1;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 6) {
        std::fputs("usage: pool_driver <admin conninfo> <pool conninfo> <clients> <transactions of each> <seed>\n",
                   stderr);
        return 2;
    }
    try {
        return run(arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "pool_driver: %s\n", error.what());
        return 2;
    }
}
