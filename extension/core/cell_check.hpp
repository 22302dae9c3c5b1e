// One look at one cell; the inside of check_cell().
#pragma once

#include "core/checks.hpp"

namespace rowhouse::checks {

class cell_check {
public:
    cell_check(const column_rule& rule, checked_cell& out) : rule_(rule), options_(rule.options()), out_(out) {}

    void run(std::string_view text, bool null);

private:
    using form = std::optional<std::string_view>; // what to store

    finding make(std::string_view code, finding_severity severity, std::string message, std::string hint) const;
    void report(std::string_view code, finding_severity severity, std::string message, std::string hint = {});
    void warn(std::string_view code, std::string message, std::string hint = {});
    std::nullopt_t wrong(std::string_view code, std::string message, std::string hint = {});
    // The error of a cell that is no value of its type: that of the type, or that of the spreadsheet that broke it.
    std::nullopt_t not_of_type(std::string_view code, std::string message, std::string hint);
    // "role", or the cell where the rule has no name for its column.
    std::string subject() const { return options_.name.empty() ? "the cell" : "\"" + options_.name + "\""; }

    void absent();
    bool is_null_token() const;
    void warn_of_hidden_characters();
    void warn_of_damage();
    void warn_of_cut();
    void judge_formula();
    bool has_good_length();

    form read();
    form read_text();
    form read_number_cell();
    form read_time_cell();
    form read_phone();
    form look_up(form normal);
    form read_choice();
    void judge_deviation(std::string_view number);
    bool is_in_range(std::string_view number);
    bool is_in_range(const moment& when);

    const column_rule& rule_;
    const rule_options& options_;
    checked_cell& out_;
    std::string_view raw_;  // what the file has, without the apostrophe of an export
    std::string_view text_; // without the spaces around it
    bool ascii_ = true;
};

} // namespace rowhouse::checks
