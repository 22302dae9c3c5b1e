#include "imports/mapping.hpp"

#include "core/unicode.hpp"
#include "pg/guard.hpp"

#include <algorithm>
#include <limits>

namespace rowhouse::imports {

namespace {

constexpr std::size_t no_match = std::numeric_limits<std::size_t>::max();

// How many letters two names differ by; more than `most` where it is more.
int distance(std::string_view a, std::string_view b, int most) {
    if (a.size() > NAMEDATALEN || b.size() > NAMEDATALEN) return most + 1;
    return pg::pg_try([&] {
        return varstr_levenshtein_less_equal(a.data(), static_cast<int>(a.size()), b.data(), static_cast<int>(b.size()),
                                             1, 1, 1, most, true);
    });
}

// How well a name fits a column: 0 best.
std::size_t rank_of(const target_column& column, const std::string& name) {
    if (name.empty()) return no_match;
    if (name == canonical_name(column.name) || name == canonical_name(column.label)) return 1;
    const auto found = std::find(column.synonyms.begin(), column.synonyms.end(), name);
    return found == column.synonyms.end() ? no_match : 2 + static_cast<std::size_t>(found - column.synonyms.begin());
}

std::size_t rank_of(const target_column& column, const source_column& source) {
    if (source.label == column.name || source.label == column.label) return 0;
    return std::min(rank_of(column, canonical_name(source.label)), rank_of(column, bracketed_name(source.label)));
}

class mapper {
public:
    mapper(const target& target, std::int64_t header_line) : target_(target), line_(header_line) {
        result_.source_of.resize(target.columns.size());
    }

    void add_source(std::string label) {
        const bool own =
            std::find(std::begin(error_columns), std::end(error_columns), label) != std::end(error_columns);
        result_.sources.push_back({std::move(label), std::nullopt, own});
        left_out_.push_back(own);
    }

    void apply(const std::vector<mapping_choice>& choices) {
        for (const mapping_choice& choice : choices) {
            const auto source = find_source(choice.source);
            if (!source)
                add_finding("incorrect-label", finding_severity::warning, 0, choice.source,
                            "the option mapping names a column that the file does not have");
            else if (!choice.target)
                left_out_[*source] = true;
            else if (result_.source_of[*choice.target])
                add_finding("duplicate-mapping", finding_severity::error, position(*source), choice.source,
                            "the option mapping fills column \"" + target_.columns[*choice.target].name + "\" twice");
            else
                connect(*source, *choice.target);
        }
    }

    void match_names() {
        for (std::size_t i = 0; i < target_.columns.size(); i++) {
            if (result_.source_of[i]) continue;
            std::size_t best = no_match;
            std::size_t best_source = 0;
            for (std::size_t s = 0; s < result_.sources.size(); s++) {
                if (result_.sources[s].target || left_out_[s]) continue;
                const std::size_t rank = rank_of(target_.columns[i], result_.sources[s]);
                if (rank >= best) continue;
                best = rank;
                best_source = s;
            }
            if (best != no_match) connect(best_source, i);
        }
    }

    // What an earlier file of the organization had under the same name; never a second source for a column.
    void match_learned(const std::vector<mapping_choice>& learned) {
        for (const mapping_choice& choice : learned) {
            if (!choice.target || result_.source_of[*choice.target]) continue;
            const std::string name = canonical_name(choice.source);
            for (std::size_t s = 0; s < result_.sources.size(); s++)
                if (!result_.sources[s].target && !left_out_[s] && !name.empty() &&
                    canonical_name(result_.sources[s].label) == name) {
                    connect(s, *choice.target);
                    break;
                }
        }
    }

    void match_positions() {
        for (std::size_t i = 0; i < std::min(target_.columns.size(), result_.sources.size()); i++)
            if (!result_.source_of[i] && !result_.sources[i].target && !left_out_[i]) connect(i, i);
    }

    column_mapping finish() {
        report_sources();
        report_missing();
        for (std::size_t i = 0; i < target_.columns.size(); i++)
            if (result_.source_of[i] || !target_.columns[i].default_value.empty()) result_.written.push_back(i);
        return std::move(result_);
    }

private:
    static int position(std::size_t source) { return static_cast<int>(source) + 1; }

    std::optional<std::size_t> find_source(const std::string& label) const {
        for (std::size_t s = 0; s < result_.sources.size(); s++)
            if (result_.sources[s].label == label) return s;
        return std::nullopt;
    }

    void connect(std::size_t source, std::size_t target) {
        result_.sources[source].target = target;
        result_.source_of[target] = source;
    }

    void add_finding(std::string_view code, finding_severity severity, int column, const std::string& value,
                     std::string message, std::string hint = {}) {
        finding found;
        found.code = code;
        found.severity = severity;
        found.level = finding_level::header;
        found.line = line_;
        found.column = column;
        found.value = unicode::excerpt(value);
        found.message = std::move(message);
        found.hint = std::move(hint);
        result_.findings.push_back(std::move(found));
    }

    // Blank labels, repeated ones and formulas are the reader's to report.
    void report_sources() {
        for (std::size_t s = 0; s < result_.sources.size(); s++) {
            const source_column& source = result_.sources[s];
            if (source.target || source.own || source.label.empty()) continue;
            add_finding("extra-label", finding_severity::info, position(s), source.label, reason_left_out(s),
                        suggestion(s));
        }
    }

    // The column without a source whose name looks most like it.
    std::string suggestion(std::size_t s) const {
        if (left_out_[s]) return {};
        const std::string name = canonical_name(result_.sources[s].label);
        int least = std::min(3, static_cast<int>(name.size()) / 3 + 1);
        const target_column* best = nullptr;
        for (std::size_t i = 0; i < target_.columns.size(); i++) {
            if (result_.source_of[i]) continue;
            const int differ = std::min(distance(name, canonical_name(target_.columns[i].name), least),
                                        distance(name, canonical_name(target_.columns[i].label), least));
            if (differ >= least) continue;
            least = differ;
            best = &target_.columns[i];
        }
        return best ? "If it is " + best->name + ", say so with the option mapping." : std::string();
    }

    std::string reason_left_out(std::size_t s) const {
        if (left_out_[s]) return "not imported: the option mapping leaves it out";
        for (std::size_t i = 0; i < target_.columns.size(); i++)
            if (rank_of(target_.columns[i], result_.sources[s]) != no_match && result_.source_of[i])
                return "not imported: \"" + target_.columns[i].name + "\" is already filled from column \"" +
                       unicode::excerpt(result_.sources[*result_.source_of[i]].label, 100) + "\"";
        return "not imported: no column of \"" + target_.name + "\" has this name";
    }

    void report_missing() {
        for (std::size_t i = 0; i < target_.columns.size(); i++) {
            if (!target_.columns[i].rule.options().required || result_.source_of[i]) continue;
            add_finding("missing-label", finding_severity::error, 0, "",
                        "no column for \"" + target_.columns[i].name + "\", which is required",
                        "Name a column " + target_.columns[i].name +
                            ", or say with the option mapping which column it is.");
        }
    }

    const target& target_;
    std::int64_t line_;
    column_mapping result_;
    std::vector<bool> left_out_; // by source: not to be matched
};

} // namespace

column_mapping map_columns(const target& target, const std::vector<std::string>& labels, bool has_header,
                           std::int64_t header_line, const std::vector<mapping_choice>& choices,
                           const std::vector<mapping_choice>& learned) {
    mapper mapper(target, header_line);
    for (const std::string& label : labels)
        mapper.add_source(label);
    mapper.apply(choices);
    if (has_header) {
        mapper.match_names();
        mapper.match_learned(learned);
    } else if (choices.empty())
        mapper.match_positions();
    return mapper.finish();
}

} // namespace rowhouse::imports
