// Guesses about the quote.
#include "core/csv_sample.hpp"
#include "core/csv_sniff.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace rowhouse::csv {

namespace {

constexpr std::size_t fewest_witnesses = 3; // records with a quoted cell, before anything is said for another quote

// Whether so many cells may begin with this character. For most texts it spares a closer look.
bool may_quote(std::string_view text, char quote) {
    std::size_t count = !text.empty() && text.front() == quote ? 1 : 0;
    for (std::size_t at = 1; count < fewest_witnesses && (at = text.find(quote, at)) != std::string_view::npos; ++at)
        count += std::string_view(",;\t|\r\n").find(text[at - 1]) != std::string_view::npos ? 1 : 0;
    return count >= fewest_witnesses;
}

// What stands at the start of cells, read with some quote.
class quote_census {
public:
    explicit quote_census(char usual) : usual_(usual) {}

    void add(const raw_record& record) {
        columns_.resize(std::max(columns_.size(), record.fields.size()));
        bool any = false;
        for (std::size_t i = 0; i < record.fields.size(); ++i) {
            const raw_field& field = record.fields[i];
            const bool bare = !field.quoted && field.begin != field.end;
            doubtful_ = doubtful_ || field.literal || (field.quoted && field.stray) || (bare && *field.begin == usual_);
            any = any || field.quoted;
            if (records_ == 0) continue; // labels may be written in another way
            columns_[i].quoted += field.quoted ? 1 : 0;
            columns_[i].bare += bare ? 1 : 0;
        }
        ++records_;
        witnesses_ += any ? 1 : 0;
    }

    bool is_sound() const { return !doubtful_ && witnesses_ >= fewest_witnesses; }
    bool has_quoted_column() const {
        return std::any_of(columns_.begin(), columns_.end(),
                           [](const column& each) { return each.quoted >= fewest_witnesses && each.bare == 0; });
    }

private:
    struct column {
        std::size_t quoted = 0;
        std::size_t bare = 0;
    };

    char usual_;
    std::vector<column> columns_;
    std::size_t records_ = 0;
    std::size_t witnesses_ = 0;
    bool doubtful_ = false;
};

} // namespace

std::optional<dialect> find_other_quote(std::string_view text, dialect style, bool delimiter_known) {
    constexpr char usual = '"';
    constexpr char other = '\'';
    if (!may_quote(text, other)) return std::nullopt;
    style.quote = other;
    if (!delimiter_known) {
        const delimiter_guess guess = guess_delimiter(text, style);
        if (guess.rival) return std::nullopt;
        style.delimiter = guess.delimiter;
    }
    if (style.delimiter == other) return std::nullopt;
    quote_census census(usual);
    each_record(text, style, static_cast<std::int64_t>(most_fields), [&](const raw_record& record) {
        census.add(record);
        return true;
    });
    const dialect with_usual{style.delimiter, usual, style.only_break};
    if (!census.is_sound() || (!census.has_quoted_column() && !fits_better_with_quote(text, with_usual, other)))
        return std::nullopt;
    return style;
}

double confidence_in_quote(std::string_view text, const dialect& style) {
    if (!style.quote) return 1;
    std::size_t sound = 0;
    std::size_t doubtful = 0;
    each_record(text, style, static_cast<std::int64_t>(most_fields), [&](const raw_record& record) {
        for (const raw_field& field : record.fields) {
            if (field.stray || field.literal) {
                ++doubtful;
            } else if (field.quoted) {
                ++sound;
            }
        }
        return true;
    });
    if (*style.quote == '"' && fits_better_with_quote(text, style, '\'')) return 0.3;
    // Where there is none, nothing speaks for another one.
    if (sound + doubtful == 0) return 0.9;
    return 0.5 + 0.5 * static_cast<double>(sound) / static_cast<double>(sound + doubtful);
}

bool fits_better_with_quote(std::string_view text, const dialect& style, char quote) {
    const usual_count present = most_frequent(field_counts(text, style));
    const usual_count other = most_frequent(field_counts(text, {style.delimiter, quote, style.only_break}));
    return other.share == 1 && present.share < 1;
}

} // namespace rowhouse::csv
