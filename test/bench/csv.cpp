// What test/bench/csv runs. Every task is a process of its own, with the file read anew, like the programs beside it.
//
//   csv_bench make <kind> <megabytes>     a users file on standard output; kinds: plain, quoted, broken, long, accented
//   csv_bench scan|parse|check <file>     prints the number of records (and what was found in the cells)
//   csv_bench memory <megabytes>          parses a generated file of that size through a callback, prints the peak
//   memory
#include "core/csv.hpp"
#include "core/checks.hpp"
#include "core/csv_cursor.hpp"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace rowhouse;

constexpr std::string_view header = "email,first_name,last_name,phone,role,department,note\n";

// Some thousand rows, which a file repeats.
std::string rows_of(const std::string& kind) {
    std::mt19937 random(5);
    const auto pick = [&](auto&... names) {
        const std::string list[] = {names...};
        return list[random() % sizeof...(names)];
    };
    std::string rows;
    for (int i = 0; i < 20'000; ++i) {
        const std::string first = pick("Ada", "Grace", "Alan", "Barbara", "Edsger", "Donald", "Margaret", "Katherine");
        const std::string last = pick("Lovelace", "Hopper", "Turing", "Liskov", "Dijkstra", "Knuth", "Hamilton");
        const bool accented = kind == "accented";
        std::string cells[] = {first + '.' + last + std::to_string(i) + "@example.com",
                               accented ? pick("José", "Zoë", "Łukasz", "Иван", "美咲", "Ada") : first,
                               accented ? pick("Müller", "Ångström", "Дмитриев", "佐藤", "Núñez", "O'Neil") : last,
                               "+1555" + std::to_string(1'000'000 + random() % 9'000'000),
                               pick("member", "admin", "owner"),
                               pick("Sales", "Engineering", "Support") + ' ' + std::to_string(random() % 100),
                               kind == "long" ? std::string(200, 'x') : "note " + std::to_string(random() % 1'000'000)};
        const bool broken = kind == "broken" && i % 10 == 0;
        for (std::string& cell : cells) {
            const bool damaged = broken && &cell == &cells[1];
            if (damaged) {
                cell = '"' + cell + "\" x";
            } else if (kind == "quoted" && random() % 3 == 0) {
                cell = '"' + cell + '"';
            }
            rows += cell;
            rows += &cell == &cells[6] ? '\n' : ',';
        }
    }
    return rows;
}

void make(const std::string& kind, std::size_t megabytes) {
    const std::string rows = rows_of(kind);
    std::cout << header;
    for (std::size_t size = 0; size < megabytes * 1'000'000; size += rows.size())
        std::cout << rows;
}

// The file as it lies in the page cache.
std::string_view map(const char* path) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about = {};
    if (file < 0 || fstat(file, &about) != 0) {
        std::perror(path);
        std::exit(1);
    }
    const auto size = static_cast<std::size_t>(about.st_size);
    const void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    return {static_cast<const char*>(bytes), size};
}

// Where the records are and nothing more.
std::int64_t scan(std::string_view bytes) {
    csv::record_parser parser(bytes, {});
    parser.expect(7, 0);
    csv::raw_record record;
    std::int64_t records = -1;
    for (const char* at = bytes.data(); parser.parse(at, record); at = record.next)
        ++records;
    return records;
}

template <class visitor>
std::int64_t parse(csv::reader&& reader, visitor visit) {
    csv::record record;
    std::int64_t records = 0;
    while (reader.next(record)) {
        if (record.number == 0) continue;
        ++records;
        for (std::size_t column = 0; column < record.cells.size(); ++column)
            visit(column, record.cells[column]);
    }
    return records;
}

// What an import of users asks of each column.
std::vector<checks::column_rule> users_rules() {
    using checks::value_type;
    const checks::rule_options options[] = {
        {.name = "email", .type = value_type::email, .required = true},
        {.name = "first_name", .max_length = 200},
        {.name = "last_name", .max_length = 200},
        {.name = "phone", .type = value_type::phone},
        {.name = "role", .type = value_type::choice, .choices = {"viewer", "member", "admin", "owner"}},
        {.name = "department"},
        {.name = "note"}};
    std::vector<checks::column_rule> rules(std::size(options));
    for (std::size_t i = 0; i < rules.size(); i++) {
        if (const std::string fault = rules[i].prepare(options[i]); !fault.empty()) {
            std::cerr << fault << '\n';
            std::exit(1);
        }
    }
    return rules;
}

// Every finding of every cell, as an import makes it.
class cell_checks {
public:
    void operator()(std::size_t column, const csv::cell& cell) {
        checks::check_cell(rules_[column], cell.text, cell.null, checked_);
        found += static_cast<std::int64_t>(checked_.findings.size());
    }

    std::int64_t found = 0;

private:
    std::vector<checks::column_rule> rules_ = users_rules();
    checks::checked_cell checked_;
};

void measure_memory(std::size_t megabytes) {
    const std::string rows = rows_of("quoted");
    const auto size = static_cast<std::int64_t>(rows.size() * (megabytes * 1'000'000 / rows.size() + 1));
    const csv::source source{size + static_cast<std::int64_t>(header.size()),
                             [&](std::int64_t offset, char* to, std::size_t room) {
                                 if (const auto at = static_cast<std::size_t>(offset); at < header.size())
                                     return header.copy(to, room, at);
                                 const auto body = static_cast<std::size_t>(offset) - header.size();
                                 return rows.copy(to, room, body % rows.size());
                             }};
    const std::int64_t records = parse({source, {}}, [](std::size_t, const csv::cell&) {});
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%zu MB, %lld records, peak %ld kB\n", megabytes, static_cast<long long>(records), usage.ru_maxrss);
}

} // namespace

int main(int count, char** arguments) {
    const std::string task = count > 1 ? arguments[1] : "";
    if (task == "make" && count == 4) {
        make(arguments[2], std::stoul(arguments[3]));
    } else if (task == "memory" && count == 3) {
        measure_memory(std::stoul(arguments[2]));
    } else if (task == "scan" && count == 3) {
        std::cout << scan(map(arguments[2])) << '\n';
    } else if (task == "parse" && count == 3) {
        std::size_t bytes = 0;
        const auto add = [&](std::size_t, const csv::cell& cell) { bytes += cell.text.size(); };
        std::cout << parse({map(arguments[2]), {}}, add) << ' ' << bytes << '\n';
    } else if (task == "check" && count == 3) {
        cell_checks checks;
        std::cout << parse({map(arguments[2]), {}}, std::ref(checks)) << ' ' << checks.found << '\n';
    } else {
        std::cerr << "usage: csv_bench make <kind> <megabytes> | scan|parse|check <file> | memory <megabytes>\n";
        return 2;
    }
}
