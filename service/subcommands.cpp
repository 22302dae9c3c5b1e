#include "subcommands.hpp"

#include "commands.hpp"
#include "config.hpp"
#include "serve.hpp"

#include <array>

namespace rowhouse {
namespace {

constexpr std::array table{
    subcommand{
        "serve", "[--print-config]", "answer HTTP requests until SIGTERM or SIGINT",
        "It verifies profile sync first, and ends with exit code 1 when that does not pass in time. SIGHUP makes it\n"
        "read its settings again.\n"
        "--print-config shows the settings and where each is from, passwords hidden, and ends.\n",
        serve, describe_settings},
    subcommand{"sync status", "[--json]", "how complete the mirror of accounts is",
               "rowhouse.sync_status() as a table, or as it is with --json.\n\n"
               "Exit code: 0 healthy, 1 degraded, or the database could not be asked.\n",
               sync_status, describe_connection},
    subcommand{
        "sync run", "[--dry-run] [--json]", "repair missing, stale and orphaned profiles",
        "rowhouse.sync_profiles() until nothing is left to do, 10000 profiles to a transaction. It can run beside\n"
        "sign-ups and beside itself. Ctrl-C ends it; what was repaired stays, and the next run does the rest.\n"
        "--dry-run counts what would be repaired, and writes nothing.\n\n"
        "Exit code: 0 done, 1 an account could not be repaired (rowhouse.profile_sync_failures says why), an account\n"
        "table could not be read, or the database refused. The login must be a member of rowhouse_admin.\n",
        sync_run, describe_connection},
    subcommand{"sync create-profile", "ID [--role user|admin] [--json]", "make the profile of one account, at once",
               "rowhouse.create_profile(): mirrors the account with this id now, whatever state its profile is in.\n"
               "--role admin makes it a super admin, who holds every role in every organization.\n\n"
               "Exit code: 0 done, 1 no such account, or the database refused. The login must be a member of\n"
               "rowhouse_admin.\n",
               sync_create_profile, describe_connection},
    subcommand{"verify", "[--json]", "try whether profile sync works: triggers, rights, columns, a probe",
               "rowhouse.verify_profiles(); the account that it tries with is rolled back.\n\n"
               "Exit code: 0 every check passed or was not tried, 1 one failed, or the database could not be asked.\n",
               verify, describe_connection},
    subcommand{"migrate", "[--check] [--json]", "create the extension, or update it to the version the server offers",
               "CREATE EXTENSION rowhouse CASCADE, or ALTER EXTENSION rowhouse UPDATE, or nothing when it is up to\n"
               "date. Several at once wait for the first. --check changes nothing and tells what there is to do.\n\n"
               "Exit code: 0 the version that the server offers is there, 1 it is not (--check), or the database\n"
               "refused. To create or to update it, the login must be a superuser; --check takes any.\n",
               migrate, describe_connection},
    subcommand{
        "isolation verify", "[TABLE] [--json]", "try to get across the border between tenants",
        "rowhouse.verify_isolation(), for one isolated table or for all of them: rows of made-up owners are\n"
        "written, read and changed by others, and everything is rolled back.\n\n"
        "Exit code: 0 every attempt ended as it must or was not tried, 1 one did not, the table is not isolated,\n"
        "or the database refused. The login must be a member of rowhouse_admin.\n",
        isolation_verify, describe_connection},
    subcommand{
        "isolation lint", "[--json]", "look for what endangers isolation around the tables",
        "rowhouse.lint(): level, code and object of each finding, why it is one, and the statements that put it\n"
        "right. Read them before you run them.\n\n"
        "Exit code: 0 no finding of level error, 1 there is one, or the database refused. The login must be a\n"
        "member of rowhouse_admin.\n",
        isolation_lint, describe_connection},
    subcommand{
        "token", "EMAIL|ID [--ttl INTERVAL] [--org SLUG]", "print a token for an account",
        "rowhouse.issue_token(), and nothing else on stdout: TOKEN=$(rowhouse token alice@example.com). Whoever\n"
        "holds it is that person, so keep it out of files and arguments. It is good for 24 hours, or for --ttl\n"
        "('30 minutes'); --org makes that organization its default. Who asked is on record in\n"
        "rowhouse.system_contexts.\n\n"
        "Exit code: 0 printed, 1 no such account, it may not log in, it is no member of that organization, or\n"
        "the database refused. The login must be a member of rowhouse_admin.\n",
        token, describe_connection},
    subcommand{"import status", "BATCH [--org SLUG] [--as EMAIL] [--errors FILE] [--json]", "where an import is",
               "rowhouse.import_status(). --errors writes the rows that failed, as rowhouse import does.\n\n"
               "Exit code: 0 well so far, 1 it failed, was cancelled, has rows that failed, does not exist, or the\n"
               "database refused. Who asks: see rowhouse import --help.\n",
               import_status, describe_connection},
    subcommand{"import undo", "BATCH [--org SLUG] [--as EMAIL] [--json]", "take back what an import has written",
               "rowhouse.import_undo(): rows that were changed since are left alone, and named.\n\n"
               "Exit code: 0 all of it was taken back, 1 a row was not, there was nothing to undo, or the database\n"
               "refused. Who asks: see rowhouse import --help.\n",
               import_undo, describe_connection},
    subcommand{
        "import",
        "FILE --target TARGET [--org SLUG] [--as EMAIL] [--mode insert|skip|update|upsert]\n"
        "         [--option NAME=VALUE ...] [--preview|--dry-run] [--errors FILE] [--json]",
        "import a CSV file",
        "Uploads the file (- is stdin) and imports it in the background of the database, by\n"
        "rowhouse.import_start(); shows how far it is, and at the end the counts and the codes of the findings.\n"
        "Ctrl-C cancels the batch. A file called status or undo is ./status or ./undo.\n\n"
        "Who asks: the member whose token is in the environment as ROWHOUSE_TOKEN, or, for a login that is a\n"
        "member of rowhouse_admin as well as of rowhouse_user, the one named by --as, e-mail or id (on record\n"
        "in rowhouse.system_contexts). --org is needed by who has several organizations.\n\n"
        "  --mode MODE          what becomes of rows that are there already; default insert: they fail\n"
        "  --option NAME=VALUE  any other option of import_start(), as delimiter=';' or header=false or\n"
        "                       'mapping={\"Mail\": \"email\"}': JSON, or else text\n"
        "  --preview            print the findings with line and column, and import nothing\n"
        "  --dry-run            import all of it, in one transaction, and take it back\n"
        "  --errors FILE        when rows failed, write them there as CSV, to be corrected and imported again\n\n"
        "Exit code: 0 every row is in (--preview, --dry-run: would be), 1 a row or the batch failed, it was\n"
        "cancelled, the file cannot be read, or the database refused; 128 and the signal when interrupted.\n",
        import_file, describe_connection},
};

} // namespace

std::span<const subcommand> subcommands() {
    return table;
}

} // namespace rowhouse
