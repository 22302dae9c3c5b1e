#include "commands.hpp"

#include "command_line.hpp"
#include "session.hpp"
#include "terminal.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;

// In the shape of verify_sql; a check has a relation besides.
constexpr const char* verify_isolation_sql =
    "SELECT jsonb_build_object('passed', coalesce(bool_and(passed), true), 'checks', coalesce(jsonb_agg("
    "jsonb_build_object('relation', relation, 'check', \"check\", 'passed', passed, 'detail', detail)"
    " ORDER BY position), '[]'))"
    " FROM rowhouse.verify_isolation($1::regclass) WITH ORDINALITY"
    " AS found (relation, \"check\", passed, detail, position)";

constexpr const char* lint_sql =
    "SELECT jsonb_build_object('errors', count(*) FILTER (WHERE level = 'error'),"
    " 'warnings', count(*) FILTER (WHERE level = 'warning'), 'infos', count(*) FILTER (WHERE level = 'info'),"
    " 'findings', coalesce(jsonb_agg(jsonb_build_object('code', code, 'level', level, 'object', object,"
    " 'detail', detail, 'fix', fix) ORDER BY position), '[]'))"
    " FROM rowhouse.lint() WITH ORDINALITY AS found (code, level, object, detail, fix, position)";

std::string text_of(const json& value) {
    return value.is_string() ? value.get<std::string>() : "";
}

// One block of checks for each table.
void print_tables(const json& checks) {
    for (std::size_t i = 0; i < checks.size();) {
        const json& relation = checks[i].at("relation");
        std::vector<check> block;
        for (; i < checks.size() && checks[i].at("relation") == relation; ++i)
            block.push_back(read_check(checks[i]));
        std::printf("%s\n", printable(text_of(relation)).c_str());
        print_checks(block);
        std::puts("");
    }
    const auto count = [&checks](const json& passed) {
        return std::count_if(checks.begin(), checks.end(), [&](const json& row) { return row.at("passed") == passed; });
    };
    std::printf("%td passed, %td failed, %td not tried\n", count(true), count(false), count(nullptr));
}

// A fix may be several statements, each on lines of its own, to be copied as they are.
void print_fix(const std::string& fix) {
    for (std::size_t begin = 0; begin < fix.size();) {
        const auto end = std::min(fix.find('\n', begin), fix.size());
        std::printf("    %s %s\n", begin == 0 ? "fix:" : "    ", printable(fix.substr(begin, end - begin)).c_str());
        begin = end + 1;
    }
}

void print_lint(const json& found) {
    for (const json& row : found.at("findings")) {
        std::printf("%-7s  %s  %s\n", text_of(row.at("level")).c_str(), text_of(row.at("code")).c_str(),
                    printable(text_of(row.at("object"))).c_str());
        std::printf("    %s\n", printable(text_of(row.at("detail"))).c_str());
        print_fix(text_of(row.at("fix")));
    }
    std::printf("\nerrors: %s, warnings: %s, infos: %s; docs/lint.md explains each code\n",
                found.at("errors").dump().c_str(), found.at("warnings").dump().c_str(),
                found.at("infos").dump().c_str());
}

} // namespace

int isolation_verify(const std::vector<std::string>& arguments) {
    const command_line line =
        parse_command_line(arguments, {.flags = {"--json"}, .operands = {"the table"}, .required = 0});
    std::optional<std::string> table;
    if (!line.operands.empty()) table = line.operands.front();
    const std::string text = session(line.settings, admin_rights).call(verify_isolation_sql, {table}).value();
    const json found = json::parse(text);
    if (line.has("--json"))
        std::puts(text.c_str());
    else
        print_tables(found.at("checks"));
    return found.at("passed") ? well : wrong;
}

int isolation_lint(const std::vector<std::string>& arguments) {
    const command_line line = parse_command_line(arguments, {.flags = {"--json"}});
    const std::string text = session(line.settings, admin_rights).call(lint_sql).value();
    const json found = json::parse(text);
    if (line.has("--json"))
        std::puts(text.c_str());
    else
        print_lint(found);
    return found.at("errors") == 0 ? well : wrong;
}

} // namespace rowhouse
