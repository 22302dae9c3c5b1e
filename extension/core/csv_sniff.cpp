#include "core/csv_sniff.hpp"

#include "core/checks_contact.hpp"
#include "core/csv_sample.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace rowhouse::csv {

namespace {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// 1.234,56 and no other use of commas: they are decimal points.
bool commas_are_decimal(std::string_view text) {
    const std::string_view sample = sample_of(text);
    bool any = false;
    for (std::size_t at = 0; (at = sample.find(',', at)) != std::string_view::npos; ++at) {
        if (at == 0 || at + 1 == sample.size() || !is_digit(sample[at - 1]) || !is_digit(sample[at + 1])) return false;
        any = true;
    }
    return any;
}

struct candidate {
    char delimiter = ',';
    double score = 0;
    bool consistent = false;
};

bool is_number_like(std::string_view text) {
    return !text.empty() && std::any_of(text.begin(), text.end(), is_digit) &&
           text.find_first_not_of("0123456789.,+-%/: ") == std::string_view::npos;
}

// What a column holds and no label is.
bool is_value_like(std::string_view text) {
    return is_number_like(text) || checks::email(text);
}

struct row_sketch {
    std::int64_t field_count = 0;
    std::vector<std::string_view> cells;

    std::size_t filled() const {
        return static_cast<std::size_t>(
            std::count_if(cells.begin(), cells.end(), [](std::string_view cell) { return !cell.empty(); }));
    }
};

// A line of text in one cell, the others missing or empty.
bool looks_like_title(const row_sketch& row, const usual_count& usual) {
    if (row.field_count == 1) return true;
    return usual.fields >= 3 && row.filled() == 1 && !row.cells.front().empty();
}

bool looks_like_header(const row_sketch& row, const usual_count& usual) {
    if (row.field_count != usual.fields) return false;
    std::vector<std::string_view> labels = row.cells;
    std::sort(labels.begin(), labels.end());
    return std::adjacent_find(labels.begin(), labels.end()) == labels.end() &&
           std::none_of(labels.begin(), labels.end(),
                        [](std::string_view label) { return label.empty() || is_value_like(label); });
}

} // namespace

std::vector<std::int64_t> field_counts(std::string_view text, const dialect& style) {
    std::vector<std::int64_t> counts;
    each_record(text, style, 0, [&](const raw_record& record) {
        counts.push_back(record.field_count);
        return true;
    });
    return counts;
}

usual_count most_frequent(const std::vector<std::int64_t>& counts) {
    std::map<std::int64_t, std::size_t> tally;
    for (const std::int64_t count : counts)
        ++tally[count];
    usual_count usual;
    std::size_t most = 0;
    for (const auto& [fields, times] : tally) {
        if (times < most) continue; // of two equally frequent counts the larger one
        most = times;
        usual.fields = fields;
    }
    if (!counts.empty()) usual.share = static_cast<double>(most) / static_cast<double>(counts.size());
    return usual;
}

const char* blank_line_end(const char* at, const char* end, const dialect& style, bool strict) {
    for (; at != end && !is_line_break(at, end, style.only_break); ++at) {
        const bool white = *at == ' ' || *at == '\t' || (!strict && (*at == '\f' || *at == '\v'));
        if (!white || *at == style.delimiter) return nullptr;
    }
    return at;
}

std::optional<separator_line> read_separator_line(std::string_view text) {
    constexpr std::string_view key = "sep=";
    const auto same = [](char wanted, char c) { return wanted == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); };
    if (text.size() <= key.size() || !std::equal(key.begin(), key.end(), text.begin(), same)) return std::nullopt;

    separator_line line{text[key.size()], key.size() + 1, line_break::none};
    constexpr std::string_view possible = ",;\t|:^~!#$%&*+/\\_ ";
    if (possible.find(line.delimiter) == std::string_view::npos) return std::nullopt;
    const char* at = text.data() + line.length;
    const char* end = text.data() + text.size();
    line.ending = take_line_break(at, end);
    if (line.ending == line_break::none && at != end) return std::nullopt;
    line.length = static_cast<std::size_t>(at - text.data());
    return line;
}

delimiter_guess guess_delimiter(std::string_view text, dialect style) {
    std::vector<candidate> candidates;
    bool other_consistent = false;
    for (const char delimiter : {',', ';', '\t', '|'}) {
        style.delimiter = delimiter;
        const std::vector<std::int64_t> counts = field_counts(text, style);
        const usual_count usual = most_frequent(counts);
        if (usual.fields < 2) continue;
        // The comma has the prior; a few points go to a finer split.
        const double prior = delimiter == ',' ? 0.15 : 0;
        const double fineness = 0.05 * static_cast<double>(std::min<std::int64_t>(usual.fields, 6) - 2);
        const bool consistent = usual.share == 1;
        candidates.push_back({delimiter, usual.share * usual.share + fineness + prior, consistent});
        other_consistent = other_consistent || (consistent && delimiter != ',');
    }
    if (other_consistent && commas_are_decimal(text)) {
        std::erase_if(candidates, [](const candidate& entry) { return entry.delimiter == ','; });
    }
    if (candidates.empty()) return {',', 0.5, std::nullopt};

    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const candidate& a, const candidate& b) { return a.score > b.score; });
    const candidate& best = candidates.front();
    delimiter_guess guess{best.delimiter, std::min(1.0, best.score), std::nullopt};
    if (candidates.size() > 1) {
        const candidate& second = candidates[1];
        guess.confidence = best.score / (best.score + second.score);
        constexpr double margin = 0.08;
        if (best.consistent && second.consistent && best.score - second.score < margin) guess.rival = second.delimiter;
    }
    return guess;
}

int count_preamble(std::string_view text, const dialect& style) {
    constexpr std::size_t most_titles = 10;
    const usual_count usual = most_frequent(field_counts(text, style));
    if (usual.fields < 2) return 0;

    std::vector<row_sketch> rows;
    each_record(text, style, usual.fields, [&](const raw_record& record) {
        row_sketch row;
        row.field_count = record.field_count;
        for (const raw_field& field : record.fields)
            row.cells.emplace_back(field.begin, field.end - field.begin);
        if (row.filled() > 0) rows.push_back(std::move(row));
        return rows.size() <= most_titles;
    });
    std::size_t titles = 0;
    while (titles < rows.size() && looks_like_title(rows[titles], usual))
        ++titles;
    return titles > 0 && titles < rows.size() && looks_like_header(rows[titles], usual) ? static_cast<int>(titles) : 0;
}

double confidence_in_header(std::string_view text, const dialect& style) {
    const usual_count usual = most_frequent(field_counts(text, style));
    std::vector<bool> label_is_value;
    std::vector<std::size_t> values;
    std::size_t rows = 0;
    bool like_header = false;
    each_record(text, style, static_cast<std::int64_t>(most_fields), [&](const raw_record& record) {
        row_sketch row;
        row.field_count = record.field_count;
        for (const raw_field& field : record.fields)
            row.cells.emplace_back(field.begin, field.end - field.begin);
        if (label_is_value.empty()) {
            like_header = looks_like_header(row, usual);
            for (const std::string_view cell : row.cells)
                label_is_value.push_back(is_value_like(cell));
            values.resize(row.cells.size());
            return true;
        }
        ++rows;
        for (std::size_t i = 0; i < std::min(values.size(), row.cells.size()); ++i)
            values[i] += is_value_like(row.cells[i]) ? 1 : 0;
        return true;
    });
    if (!like_header) return 0.3;
    if (rows == 0) return 0.5;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!label_is_value[i] && values[i] * 10 >= rows * 9) return 0.95;
    }
    return 0.7;
}

std::optional<char> unused_separator(std::string_view text, const dialect& style) {
    for (const char delimiter : {',', ';', '\t', '|', ':', '^', '~'}) {
        if (delimiter == style.delimiter) continue;
        const std::vector<std::int64_t> counts = field_counts(text, {delimiter, style.quote, style.only_break});
        const usual_count usual = most_frequent(counts);
        if (counts.size() >= 2 && usual.fields >= 2 && usual.share == 1) return delimiter;
    }
    return std::nullopt;
}

} // namespace rowhouse::csv
