#include "commands.hpp"

#include "command_line.hpp"
#include "match.hpp"
#include "session.hpp"
#include "terminal.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* status_sql = "SELECT rowhouse.sync_status()";
constexpr const char* create_sql = "SELECT rowhouse.create_profile($1::uuid, $2)";
// Chunks are large enough that looking for the faults is shared by many, and short enough to show progress, to stop
// between them and to hold locks for a moment only.
constexpr const char* run_sql = "SELECT rowhouse.sync_profiles($1::boolean, 10000, $2::uuid)";

// What a run counts; all but the last were put right.
constexpr std::array counted{"missing", "stale", "orphaned", "joined", "failed"};

// The sum of nothing, in the shape of one call's answer.
json no_sums(bool dry_run) {
    json sums{{"dry_run", dry_run}};
    for (const char* name : counted)
        sums[name] = 0;
    sums["unreadable"] = json::array();
    sums["next"] = nullptr;
    return sums;
}

void add(json& sums, const json& chunk) {
    for (const char* name : counted)
        sums[name] = sums.at(name).get<long long>() + chunk.at(name).get<long long>();
    for (const json& source : chunk.at("unreadable")) // every chunk meets it again
        if (json& known = sums.at("unreadable"); std::find(known.begin(), known.end(), source) == known.end())
            known.push_back(source);
    sums["next"] = chunk.at("next");
}

std::string yes_or_no(bool value) {
    return value ? "yes" : "no";
}

void print_status(const json& status) {
    const auto row = [](const char* name, const json& value) {
        std::printf("%-14s%12s\n", name, value.is_string() ? value.get<std::string>().c_str() : value.dump().c_str());
    };
    row("status", status.at("status"));
    row("accounts", status.at("total_auth_users"));
    row("profiles", status.at("total_profiles"));
    row("missing", status.at("missing_profiles"));
    for (const char* name : {"orphaned", "stale", "unjoined", "failed"})
        row(name, status.at(name));
    std::printf("\n%-32s %8s %10s %10s %10s %10s\n", "source", "triggers", "accounts", "missing", "stale", "orphaned");
    for (const json& source : status.at("sources")) {
        std::printf("%-32s %8s", source.at("source").get<std::string>().c_str(),
                    yes_or_no(source.at("triggers").get<bool>()).c_str());
        for (const char* name : {"accounts", "missing", "stale", "orphaned"})
            std::printf(" %10s", source.at(name).dump().c_str());
        std::puts("");
        if (source.at("error").is_string()) std::printf("  error: %s\n", source.at("error").get<std::string>().c_str());
    }
    std::printf("\nsynchronized  %11g%%\n", status.at("sync_percentage").get<double>());
}

void show_progress(status_line& line, const json& sums) {
    long long done = 0;
    for (const char* name : counted)
        done += sums.at(name).get<long long>();
    line.show("accounts so far: " + std::to_string(done));
}

void print_sums(const json& sums, bool as_json) {
    if (as_json) return void(std::puts(sums.dump().c_str()));
    std::puts(sums.at("dry_run").get<bool>() ? "dry run, to be repaired:" : "repaired:");
    for (const char* name : counted)
        std::printf("%-14s%12s\n", name, sums.at(name).dump().c_str());
    for (const json& source : sums.at("unreadable"))
        std::printf("\n%s could not be read: %s (%s)\n", source.at("source").get<std::string>().c_str(),
                    source.at("message").get<std::string>().c_str(), source.at("sqlstate").get<std::string>().c_str());
    if (sums.at("failed") != 0) std::puts("\nWhy they failed: SELECT * FROM rowhouse.profile_sync_failures");
}

} // namespace

int sync_status(const std::vector<std::string>& arguments) {
    const command_line line = parse_command_line(arguments, {.flags = {"--json"}});
    const std::string found = session(line.settings, sync_rights).call(status_sql).value();
    const json status = json::parse(found);
    if (line.has("--json"))
        std::puts(found.c_str());
    else
        print_status(status);
    return status.at("status") == "healthy" ? well : wrong;
}

int sync_run(const std::vector<std::string>& arguments) {
    const command_line line = parse_command_line(arguments, {.flags = {"--json", "--dry-run"}});
    const bool dry_run = line.has("--dry-run");
    json sums = no_sums(dry_run);
    session database(line.settings, sync_rights);
    try {
        status_line shown;
        do {
            std::optional<std::string> after;
            if (sums.at("next").is_string()) after = sums.at("next").get<std::string>();
            add(sums, json::parse(database.call(run_sql, {dry_run ? "true" : "false", after}).value()));
            show_progress(shown, sums);
        } while (!sums.at("next").is_null());
    } catch (const interrupted&) {
        print_sums(sums, line.has("--json"));
        throw;
    }
    print_sums(sums, line.has("--json"));
    return sums.at("failed") == 0 && sums.at("unreadable").empty() ? well : wrong;
}

int sync_create_profile(const std::vector<std::string>& arguments) {
    const command_line line =
        parse_command_line(arguments, {.flags = {"--json"}, .values = {"--role"}, .operands = {"the account's id"}});
    const std::string& id = line.operands.front();
    if (!is_uuid(id)) throw config_error("the account's id must be a uuid, got \"" + id + "\"");
    const std::string made = session(line.settings, sync_rights).call(create_sql, {id, line.value("--role")}).value();
    if (line.has("--json")) return std::puts(made.c_str()), well;
    const json profile = json::parse(made);
    for (const char* name : {"user_id", "email", "full_name", "role", "status"})
        if (profile.at(name).is_string()) std::printf("%-14s%s\n", name, profile.at(name).get<std::string>().c_str());
    std::printf("%-14s%s\n", "created", profile.at("created").get<bool>() ? "now" : "before; brought up to date");
    return well;
}

} // namespace rowhouse
