// MB/s of reading a users file, and of reading it with every cell checked. The files are made here, from a fixed seed.

#include "core/csv.hpp"
#include "imports/check.hpp"

#include <benchmark/benchmark.h>

#include <random>

namespace rowhouse {

namespace {

constexpr int rows = 50000;

struct words {
    std::vector<std::string> first, last, department, location;
};

const words plain = {{"Ada", "Grace", "Edsger", "Barbara", "Donald", "Margaret"},
                     {"Lovelace", "Hopper", "Dijkstra", "Liskov", "Knuth", "Hamilton"},
                     {"Engineering", "Human Resources", "Sales", "Finance and Control"},
                     {"Amsterdam", "New York", "London", "San Francisco"}};
const words accented = {{"José", "Zoë", "Łukasz", "Иван", "美咲", "Ada"},
                        {"Müller", "Ångström", "Дмитриев", "佐藤", "Núñez", "O'Neil"},
                        {"Vertrieb", "Größen & Maße", "Финансы", "Sales"},
                        {"Zürich", "São Paulo", "東京", "Kraków"}};
const words with_commas = {{"Ada", "Grace"}, {"Lovelace, Countess", "Hopper, USN"}, {"R&D, Tools"}, {"Paris, France"}};

std::string users_file(const words& from, bool separated_phone) {
    std::mt19937 random(7);
    const auto pick = [&](const std::vector<std::string>& list) {
        const std::string& word = list[random() % list.size()];
        return word.find(',') == std::string::npos ? word : "\"" + word + "\"";
    };
    constexpr const char* roles[] = {"member", "viewer", "admin"};
    std::string file = "email,first_name,last_name,role,department,location,phone\n";
    for (int i = 0; i < rows; i++) {
        const std::string digits = std::to_string(1000000000 + random() % 1000000000);
        const std::string phone =
            separated_phone ? "+1 (" + digits.substr(0, 3) + ") " + digits.substr(3, 3) + "-" + digits.substr(6)
                            : "+1" + digits;
        file += "person." + std::to_string(i) + "@example" + std::to_string(random() % 50) + ".com," +
                pick(from.first) + "," + pick(from.last) + "," + roles[random() % 3] + "," + pick(from.department) +
                "," + pick(from.location) + "," + phone + "\n";
    }
    return file;
}

void parse(benchmark::State& state, const std::string& file) {
    for (auto _ : state) {
        csv::reader reader(file, {});
        csv::record record;
        while (reader.next(record))
            benchmark::DoNotOptimize(record.cells.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

// What the import does with every record.
void parse_and_check_records(benchmark::State& state, const std::string& file) {
    const imports::target target = *imports::find_target("users");
    std::vector<std::string> labels;
    for (const auto& column : target.columns)
        labels.push_back(column.name);
    const imports::column_mapping mapping = imports::map_columns(target, labels, true, 1, {});
    const imports::record_checker checker(target, mapping);
    std::size_t findings = 0;
    for (auto _ : state) {
        csv::reader reader(file, {});
        csv::record record;
        while (reader.next(record))
            if (record.number > 0) findings += checker.check(record).findings.size();
    }
    state.counters["findings"] = static_cast<double>(findings) / static_cast<double>(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

std::vector<checks::column_rule> users_rules() {
    using checks::value_type;
    const checks::rule_options options[] = {
        {.name = "email", .type = value_type::email, .required = true, .max_length = 254},
        {.name = "first_name", .max_length = 200},
        {.name = "last_name", .max_length = 200},
        {.name = "role", .type = value_type::choice, .choices = {"viewer", "member", "admin", "owner"}},
        {.name = "department", .max_length = 200},
        {.name = "location", .max_length = 200},
        {.name = "phone", .type = value_type::phone}};
    std::vector<checks::column_rule> rules(std::size(options));
    for (std::size_t i = 0; i < rules.size(); i++)
        if (const std::string fault = rules[i].prepare(options[i]); !fault.empty()) std::abort();
    return rules;
}

void parse_and_check_cells(benchmark::State& state, const std::string& file) {
    const std::vector<checks::column_rule> rules = users_rules();
    checks::checked_cell cell;
    std::size_t findings = 0;
    for (auto _ : state) {
        csv::reader reader(file, {});
        csv::record record;
        while (reader.next(record)) {
            if (record.number == 0) continue;
            for (std::size_t i = 0; i < rules.size(); i++) {
                checks::check_cell(rules[i], record.cells[i].text, record.cells[i].null, cell);
                findings += cell.findings.size();
            }
        }
    }
    state.counters["findings"] = static_cast<double>(findings) / static_cast<double>(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

// The checks alone, of cells that are there already.
void check_cells(benchmark::State& state, const std::string& file) {
    const std::vector<checks::column_rule> rules = users_rules();
    std::vector<std::string> cells;
    csv::reader reader(file, {});
    csv::record record;
    while (reader.next(record))
        for (const csv::cell& each : record.cells)
            if (record.number > 0) cells.emplace_back(each.text);
    checks::checked_cell cell;
    for (auto _ : state) {
        for (std::size_t i = 0; i < cells.size(); i++) {
            checks::check_cell(rules[i % rules.size()], cells[i], false, cell);
            benchmark::DoNotOptimize(cell.value);
        }
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

} // namespace

} // namespace rowhouse

int main(int count, char** arguments) {
    using namespace rowhouse;
    const std::pair<const char*, std::string> files[] = {{"plain", users_file(plain, false)},
                                                         {"separated_phones", users_file(plain, true)},
                                                         {"accented", users_file(accented, false)},
                                                         {"commas", users_file(with_commas, false)}};
    for (const auto& [name, file] : files) {
        const auto named = [&](const char* what) { return std::string(what) + "/" + name; };
        benchmark::RegisterBenchmark(named("parse").c_str(), parse, file);
        benchmark::RegisterBenchmark(named("check_cells").c_str(), check_cells, file);
        benchmark::RegisterBenchmark(named("parse_and_check_cells").c_str(), parse_and_check_cells, file);
        benchmark::RegisterBenchmark(named("parse_and_check_records").c_str(), parse_and_check_records, file);
    }
    benchmark::Initialize(&count, arguments);
    benchmark::RunSpecifiedBenchmarks();
}
