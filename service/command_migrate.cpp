#include "commands.hpp"

#include "command_line.hpp"
#include "session.hpp"
#include "terminal.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* rights =
    "To create the extension or to update it takes a superuser; nothing else of rowhouse does.";

// Replicas that are deployed together migrate together: the first one works, the others wait and find it done.
constexpr const char* lock_sql = "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('rowhouse migrate'))";
constexpr const char* installed_sql = "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'rowhouse'";
constexpr const char* offered_sql =
    "SELECT default_version FROM pg_catalog.pg_available_extensions WHERE name = 'rowhouse'";

std::string change(session& database, const std::optional<std::string>& from) {
    try {
        database.call(from ? "ALTER EXTENSION rowhouse UPDATE" : "CREATE EXTENSION rowhouse CASCADE");
    } catch (const refused& error) {
        // The control file was found, and what belongs to it was not: the library, the script, or a way from the
        // version that is there.
        if (error.state != "58P01" && error.state != "22023") throw;
        throw refused(error.state, std::string(error.what()) +
                                       "\nThe files of the extension on the server are not complete, or of another "
                                       "version: install them again.");
    }
    return database.call(installed_sql).value();
}

void print(const json& done) {
    const auto name = [&done](const char* key) {
        return done.at(key).is_null() ? std::string() : "version " + printable(done.at(key).get<std::string>());
    };
    const bool made = done.at("from").is_null();
    std::string text;
    if (done.at("up_to_date") && !done.at("changed"))
        text = "up to date, " + name("from");
    else if (made)
        text = (done.at("changed") ? "created, " : "not there; to be created, ") + name("to");
    else
        text = (done.at("changed") ? "updated from " : "to be updated from ") + name("from") + " to " + name("to");
    std::printf("rowhouse: %s\n", text.c_str());
}

} // namespace

int migrate(const std::vector<std::string>& arguments) {
    const command_line line = parse_command_line(arguments, {.flags = {"--json", "--check"}});
    session database(line.settings, rights);
    session::transaction work(database);
    if (!line.has("--check")) database.call(lock_sql);
    const std::optional<std::string> from = database.call(installed_sql);
    std::optional<std::string> to = database.call(offered_sql);
    if (!to)
        throw std::runtime_error(
            "the files of the extension rowhouse are not on the database server\n"
            "Install them there (make install, or ./deploy.sh), for the version of PostgreSQL that "
            "runs, and try again.");
    const bool needed = from != to;
    const bool changing = needed && !line.has("--check");
    if (changing) to = change(database, from);
    work.commit();
    const json done{{"extension", "rowhouse"},
                    {"from", from ? json(*from) : json()},
                    {"to", *to},
                    {"changed", changing},
                    {"up_to_date", !needed || changing}};
    if (line.has("--json"))
        std::puts(done.dump().c_str());
    else
        print(done);
    return done.at("up_to_date") ? well : wrong;
}

} // namespace rowhouse
