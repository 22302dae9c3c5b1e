#include "imports/labels.hpp"

#include "core/unicode.hpp"
#include "pg/memory.hpp"

namespace rowhouse::imports {

namespace {

// Beyond that, what is known is forgotten, for a file of any size to be read in bounded memory.
constexpr std::size_t most_known = 50'000;

} // namespace

void label_resolver::ask(const label_look_up& where, record_chunk& chunk, std::size_t column) {
    answers& known = known_[column];
    if (known.size() > most_known) known.clear();
    std::vector<std::string_view> unknown;
    for (std::size_t r = 0; r < chunk.records.size(); r++)
        if (const cell_value& label = chunk.value(r, column))
            if (const auto [entry, is_new] = known.try_emplace(std::string(*label)); is_new)
                unknown.push_back(entry->first);
    if (unknown.empty()) return;
    pg::scratch_memory scratch;
    sql_.run("SELECT r." + where.label + "::text, count(*)::text, min(r." + where.column + "::text) FROM " +
                 where.relation + " r WHERE r." + where.label + "::text = ANY ($1)" + where.condition + " GROUP BY 1",
             {pg::param(unknown)}, pg::spi::plan::again);
    for (std::uint64_t i = 0; i < sql_.row_count(); i++)
        known[*sql_.text(i, 1)] = {std::stoll(*sql_.text(i, 2)), sql_.text(i, 3).value_or("")};
    scratch.end();
}

void label_resolver::report(record_chunk& chunk, std::size_t record, std::size_t column, const answer& found) const {
    const auto source = mapping_.source_of[mapping_.written[column]];
    const target_column& into = target_.columns[mapping_.written[column]];
    finding about;
    about.code = found.rows == 0 ? "foreign-key" : "foreign-key-ambiguous";
    about.record = chunk.records[record].number;
    about.line = chunk.records[record].line;
    about.column = source ? static_cast<int>(*source) + 1 : 0;
    about.value = unicode::excerpt(*chunk.value(record, column));
    about.message = found.rows == 0 ? "no row of " + into.look_up->relation + " has this " + into.look_up->label
                                    : std::to_string(found.rows) + " rows of " + into.look_up->relation +
                                          " have this " + into.look_up->label;
    chunk.records[record].add(std::move(about));
}

void label_resolver::resolve(record_chunk& chunk) {
    for (std::size_t column = 0; column < mapping_.written.size(); column++) {
        const auto& where = target_.columns[mapping_.written[column]].look_up;
        if (!where) continue;
        ask(*where, chunk, column);
        for (std::size_t r = 0; r < chunk.records.size(); r++) {
            cell_value& label = chunk.value(r, column);
            if (!label) continue;
            const answer& found = known_[column][std::string(*label)];
            if (found.rows == 1) {
                label = found.value;
            } else {
                report(chunk, r, column, found);
                label.reset();
            }
        }
    }
}

} // namespace rowhouse::imports
