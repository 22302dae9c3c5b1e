#include "commands.hpp"

#include "identity.hpp"
#include "import_report.hpp"
#include "import_request.hpp"
#include "match.hpp"
#include "terminal.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;
using namespace std::chrono_literals;

constexpr const char* preview_sql = "SELECT rowhouse.import_preview($1, $2, $3::jsonb)";
constexpr const char* run_sql = "SELECT rowhouse.import_run($1, $2, $3::jsonb)";
constexpr const char* start_sql = "SELECT rowhouse.import_start($1, $2, $3::jsonb)";
constexpr const char* status_sql = "SELECT rowhouse.import_status($1::uuid)";
constexpr const char* cancel_sql = "SELECT rowhouse.import_cancel($1::uuid)";
constexpr const char* undo_sql = "SELECT rowhouse.import_undo($1::uuid)";
constexpr const char* errors_sql = "SELECT rowhouse.import_error_file($1::uuid)";

// Changes of state are announced; the rows in between are looked for this often.
constexpr auto between_looks = 250ms;

// A database, and somebody in whose name it is asked.
struct importer {
    explicit importer(const command_line& line) : who(line), database(line.settings, import_rights) {
        who.establish(database);
    }
    json ask(const char* sql, const std::vector<session::value>& values) {
        return json::parse(who.call(database, sql, values).value());
    }
    identity who;
    session database;
};

void print(const json& document, bool as_json, void (*readable)(const json&)) {
    if (as_json)
        std::puts(document.dump().c_str());
    else
        readable(document);
}

// Until the batch has ended.
json watch(importer& with, const std::string& batch) {
    status_line line;
    while (true) {
        json status = with.ask(status_sql, {batch});
        if (has_ended(status)) return status;
        line.show(progress_text(status));
        with.database.wait(between_looks, batch);
    }
}

json watch_or_cancel(importer& with, const std::string& batch, bool as_json) {
    try {
        return watch(with, batch);
    } catch (const interrupted& stop) {
        with.database.resume();
        with.ask(cancel_sql, {batch});
        const json status = watch(with, batch);
        print(status, as_json, print_status);
        throw interrupted(stop.signal, status.at("status") == "cancelled"
                                           ? "interrupted: the batch was cancelled; what it has written stays, unless "
                                             "you take it back: rowhouse import undo " +
                                                 batch
                                           : "interrupted, but the batch had ended before");
    } catch (const refused& error) {
        throw refused(error.state, std::string(error.what()) +
                                       "\nThe database goes on with the batch: rowhouse import status " + batch);
    }
}

void save_errors(importer& with, const command_line& line, const json& status) {
    const auto path = line.value("--errors");
    if (!path || status.at("failed") == 0) return;
    const std::string batch = status.at("id").get<std::string>();
    try {
        write_file(*path, with.who.call(with.database, errors_sql, {batch}).value_or(""));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(std::string(error.what()) + "\nTo get the file again: rowhouse import status " +
                                 batch + " --errors FILE");
    }
}

std::string batch_of(const command_line& line) {
    const std::string& batch = line.operands.front();
    if (!is_uuid(batch)) throw config_error("the batch must be a uuid, got \"" + batch + "\"");
    return batch;
}

} // namespace

int import_file(const std::vector<std::string>& arguments) {
    const command_line line =
        parse_command_line(arguments, {.flags = {"--json", "--dry-run", "--preview"},
                                       .values = {"--target", "--mode", "--errors", as_option, organization_option},
                                       .lists = {"--option"},
                                       .operands = {"the file"}});
    const std::string& path = line.operands.front();
    const std::string target = line.required("--target"), options = import_options(line, path);
    const bool only_tried = line.has("--preview") || line.has("--dry-run"), as_json = line.has("--json");
    if (only_tried && line.value("--errors")) throw config_error("--errors is for what was imported");
    if (line.has("--preview") && line.has("--dry-run")) throw config_error("give --preview or --dry-run");
    identity{line}; // before a large file is read for nobody
    const std::string content = read_file(path);
    importer with(line);

    if (line.has("--preview")) {
        const json found = with.ask(preview_sql, {target, bytes{content}, options});
        if (as_json)
            std::puts(found.dump().c_str());
        else
            print_preview(found, path == "-" ? "stdin" : path);
        return would_import_all(found) ? well : wrong;
    }
    json status;
    if (only_tried) {
        json with_dry_run = json::parse(options);
        with_dry_run["dry_run"] = true;
        status = with.ask(run_sql, {target, bytes{content}, with_dry_run.dump()});
    } else {
        with.database.call("LISTEN rowhouse_imports");
        const std::string batch = with.who.call(with.database, start_sql, {target, bytes{content}, options}).value();
        status = watch_or_cancel(with, batch, as_json);
        save_errors(with, line, status);
    }
    print(status, as_json, print_status);
    return all_is_well(status) ? well : wrong;
}

int import_status(const std::vector<std::string>& arguments) {
    const command_line line = parse_command_line(
        arguments,
        {.flags = {"--json"}, .values = {"--errors", as_option, organization_option}, .operands = {"the batch"}});
    const std::string batch = batch_of(line);
    importer with(line);
    const json status = with.ask(status_sql, {batch});
    save_errors(with, line, status);
    print(status, line.has("--json"), print_status);
    return all_is_well(status) ? well : wrong;
}

int import_undo(const std::vector<std::string>& arguments) {
    const command_line line = parse_command_line(
        arguments, {.flags = {"--json"}, .values = {as_option, organization_option}, .operands = {"the batch"}});
    const std::string batch = batch_of(line);
    const json undone = importer(line).ask(undo_sql, {batch});
    print(undone, line.has("--json"), print_undo);
    return undone.at("refused") == 0 ? well : wrong;
}

} // namespace rowhouse
