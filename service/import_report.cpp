#include "import_report.hpp"

#include "terminal.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace rowhouse {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t bar_width = 20;

// Strings without their quotes, everything else as JSON writes it.
std::string plain(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string member_or_nothing(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? "" : plain(*found);
}

void print_members(const json& object, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (const std::string text = member_or_nothing(object, name); !text.empty()) print_row(name, text);
}

void print_codes(const json& codes) {
    if (codes.empty()) return;
    std::puts("\nfindings");
    for (const auto& [code, count] : codes.items())
        std::printf("  %-30s %s\n", printable(code).c_str(), count.dump().c_str());
}

void print_finding(const json& finding, const std::string& file) {
    std::string text = file;
    if (const std::string number = member_or_nothing(finding, "line"); !number.empty()) text += ":" + number;
    text += ": " + plain(finding.at("severity")) + ": ";
    if (const std::string column = member_or_nothing(finding, "column"); !column.empty())
        text += "column \"" + column + "\": ";
    text += plain(finding.at("message"));
    if (const std::string value = member_or_nothing(finding, "value"); !value.empty()) text += ": \"" + value + "\"";
    text += " [" + plain(finding.at("code")) + "]";
    std::puts(printable(text).c_str());
}

} // namespace

std::string progress_text(const json& status) {
    const auto percent = std::clamp<std::size_t>(status.at("progress").get<std::size_t>(), 0, 100);
    const std::size_t full = percent * bar_width / 100;
    std::string number = std::to_string(percent);
    number.insert(0, 3 - number.size(), ' ');
    std::string text = "[" + std::string(full, '#') + std::string(bar_width - full, ' ') + "] " + number + "%";
    if (const std::string total = member_or_nothing(status, "total_rows"); !total.empty())
        text += "  " + status.at("processed_rows").dump() + " of " + total + " rows";
    if (const std::string speed = member_or_nothing(status, "rows_per_second"); !speed.empty())
        text += "  " + speed + " rows/s";
    const std::string phase = member_or_nothing(status, "phase");
    return text + "  " + (phase.empty() ? plain(status.at("status")) : phase);
}

bool has_ended(const json& status) {
    return status.at("status") != "pending" && status.at("status") != "processing";
}

bool all_is_well(const json& status) {
    return status.at("status") != "failed" && status.at("status") != "cancelled" && status.at("failed") == 0;
}

// An error on the file or its header keeps all of it out, and there are no rows then.
bool would_import_all(const json& preview) {
    const json& file = preview.at("file");
    return preview.at("invalid_rows") == 0 && std::none_of(file.begin(), file.end(), [](const json& finding) {
               return finding.at("severity") == "error";
           });
}

void print_status(const json& status) {
    print_row("batch", plain(status.at("id")));
    print_members(status, {"target", "file_name", "status", "phase", "error", "total_rows", "processed_rows",
                           "inserted", "updated", "skipped", "failed", "rows_per_second", "undone_at"});
    print_codes(status.at("codes"));
}

void print_preview(const json& preview, const std::string& file) {
    for (const char* list : {"file", "findings"})
        for (const json& finding : preview.at(list))
            print_finding(finding, file);
    const auto shown = preview.at("findings").size(), all = preview.at("findings_total").get<std::size_t>();
    if (shown < all) std::printf("and %zu findings more\n", all - shown);
    std::printf("\n%s rows, of which %s can be imported and %s cannot\n", preview.at("total_rows").dump().c_str(),
                preview.at("valid_rows").dump().c_str(), preview.at("invalid_rows").dump().c_str());
    print_members(preview.at("would"), {"insert", "update", "skip", "fail"});
}

void print_undo(const json& undone) {
    print_members(undone, {"removed", "restored", "refused"});
    for (const json& row : undone.at("refused_rows"))
        std::printf("  %s: %s\n", printable(plain(row.at("row"))).c_str(), printable(plain(row.at("reason"))).c_str());
}

} // namespace rowhouse
