// Checks of single cells, as pure functions: a rule says what a column may hold and is prepared once; check_cell()
// gives the normal form to store and every finding about a cell. Codes are in docs/findings.md. No PostgreSQL here.
#pragma once

#include "core/checks_choice.hpp"
#include "core/checks_contact.hpp"
#include "core/checks_damage.hpp"
#include "core/checks_number.hpp"
#include "core/checks_pattern.hpp"
#include "core/checks_phone.hpp"
#include "core/checks_text.hpp"
#include "core/checks_time_format.hpp"
#include "core/finding.hpp"

namespace rowhouse::checks {

class column_evidence;

enum class value_type : std::uint8_t {
    text,
    integer,
    numeric,
    boolean,
    date,
    timestamp,
    uuid,
    email,
    phone,
    url,
    json,
    choice
};

// What becomes of a cell that a spreadsheet would compute, or cut a formula out of.
enum class formula_policy : std::uint8_t {
    flag,   // a warning; it is stored as it is
    escape, // a warning; it is stored as csv::sanitize() writes it
    reject, // an error
    keep    // nothing; for columns that are meant to hold formulas
};

struct rule_options {
    std::string name = {}; // of the column, for messages; may be empty
    value_type type = value_type::text;
    bool required = false;
    std::size_t min_length = 0;              // in characters; of text, email, url and json
    std::size_t max_length = 0;              // 0: no limit
    std::size_t digits = 0;                  // text: cells of digits alone have this many; 0: not known
    std::optional<std::string> minimum = {}; // of numbers; of dates and timestamps, in ISO 8601
    std::optional<std::string> maximum = {}; //
    double deviation = 0; // numbers: so many standard deviations from the average of the column get an info; 0: none
    number_locale locale = number_locale::detect;
    date_order order = date_order::detect;
    std::string date_format = {};              // see time_format; then nothing else is read
    std::vector<std::string> choices = {};     // choice
    bool exact_choices = false;                // else case and spaces do not count
    std::string pattern = {};                  // text: the whole cell matches; see checks::pattern
    std::vector<std::string> null_tokens = {}; // words for "no value", in any case: NULL, n/a, -
    std::string region = {};             // phone: the country of numbers without country code; needs the directory
    phone_directory directory = nullptr; // phone: also look every number up
    formula_policy formulas = formula_policy::flag;
};

// What is checked with: the options and what they were compiled to. Not to be copied, free to be moved.
class column_rule {
public:
    // A sentence that says what is wrong with the options, fit for a hint, or nothing when all is well.
    std::string prepare(rule_options options);

    // Whether learn() makes a difference.
    bool wants_evidence() const;
    // Takes over what the cells of a column say about their own numbers and dates, where the options leave it open.
    void learn(const column_evidence& evidence);

    const rule_options& options() const { return options_; }
    const time_format& format() const { return format_; }
    const choice_set& choices() const { return choices_; }
    const checks::pattern& pattern() const { return pattern_; }

    // A longer cell is none of the null tokens.
    std::size_t longest_null_token() const { return longest_null_token_; }
    // Text that any word is, so long as it is no longer than this many bytes; 0 for rules that ask for more.
    std::size_t free_length() const { return free_length_; }

    // Bounds in the form in which they are compared; only those that were given.
    std::optional<std::string_view> least_number() const { return view_of(least_number_); }
    std::optional<std::string_view> greatest_number() const { return view_of(greatest_number_); }
    std::optional<std::int64_t> earliest() const { return earliest_; }
    std::optional<std::int64_t> latest() const { return latest_; }

    // What is not unusual for a number of the column, where that was asked for and learned.
    struct usual_numbers {
        double average, standard_deviation;
    };
    const std::optional<usual_numbers>& usual() const { return usual_; }

private:
    static std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
        return text ? std::optional<std::string_view>(*text) : std::nullopt;
    }
    std::string prepare_bounds();
    std::string prepare_number_bound(const std::optional<std::string>& given, std::optional<std::string>& bound);
    std::string prepare_time_bound(const std::optional<std::string>& given, std::optional<std::int64_t>& bound);

    rule_options options_;
    time_format format_;
    choice_set choices_;
    checks::pattern pattern_;
    std::size_t longest_null_token_ = 0;
    std::size_t free_length_ = 0;
    std::optional<std::string> least_number_, greatest_number_;
    std::optional<std::int64_t> earliest_, latest_;
    std::optional<usual_numbers> usual_;
};

// One for all cells: it keeps its memory from cell to cell, so that cells without a fault allocate nothing.
struct checked_cell {
    std::optional<std::string_view> value; // what to store, none where the cell is empty or wrong; valid as long as the
                                           // text, the rule and `buffer`
    std::vector<finding> findings;         // where they stand in the file is for the caller to fill in
    std::string buffer;

    checked_cell() = default;
    checked_cell(const checked_cell&) = delete;
    checked_cell& operator=(const checked_cell&) = delete;

    bool failed() const; // has a finding of severity error
};

// `text` is well-formed UTF-8 without NUL, as the reader gives it. An apostrophe that an export has put before a
// formula is taken off, spaces around the value as well.
void check_cell(const column_rule& rule, std::string_view text, bool null, checked_cell& out);

} // namespace rowhouse::checks
