#include "core/cell_check.hpp"

#include "core/sanitize.hpp"
#include "core/unicode.hpp"

#include <algorithm>

namespace rowhouse::checks {

namespace {

csv::cell_type cell_type_of(value_type type) {
    switch (type) {
    case value_type::email:
        return csv::cell_type::email;
    case value_type::phone:
        return csv::cell_type::phone;
    default:
        return csv::cell_type::text;
    }
}

// Types whose normal form cannot be a formula, whatever the cell looked like.
bool is_tame(value_type type) {
    switch (type) {
    case value_type::text:
    case value_type::email:
    case value_type::url:
    case value_type::json:
        return false;
    default:
        return true;
    }
}

std::string message_about(damage found) {
    switch (found) {
    case damage::scientific:
        return "a spreadsheet has shortened this number";
    case damage::rounded:
        return "a spreadsheet may have rounded this number to 15 digits";
    case damage::narrow:
        return "a spreadsheet has saved number signs in place of the value";
    case damage::failed:
        return "the error of a formula in place of its result";
    default:
        return "a spreadsheet may have made a date of this";
    }
}

std::string hint_about(damage found) {
    switch (found) {
    case damage::narrow:
        return "Widen the column and save the file anew.";
    case damage::failed:
        return "Correct the formula and save the file anew.";
    default:
        return "Format the column as text, enter the number again and save the file anew.";
    }
}

} // namespace

bool checked_cell::failed() const {
    return std::any_of(findings.begin(), findings.end(),
                       [](const finding& each) { return each.severity == finding_severity::error; });
}

finding cell_check::make(std::string_view code, finding_severity severity, std::string message,
                         std::string hint) const {
    finding found;
    found.code = code;
    found.severity = severity;
    found.value = unicode::excerpt(raw_);
    found.message = std::move(message);
    found.hint = std::move(hint);
    return found;
}

void cell_check::report(std::string_view code, finding_severity severity, std::string message, std::string hint) {
    out_.findings.push_back(make(code, severity, std::move(message), std::move(hint)));
}

void cell_check::warn(std::string_view code, std::string message, std::string hint) {
    report(code, finding_severity::warning, std::move(message), std::move(hint));
}

std::nullopt_t cell_check::wrong(std::string_view code, std::string message, std::string hint) {
    report(code, finding_severity::error, std::move(message), std::move(hint));
    return std::nullopt;
}

std::nullopt_t cell_check::not_of_type(std::string_view code, std::string message, std::string hint) {
    const damage found = find_damage(text_);
    if (found != damage::none && found != damage::part_of_date)
        return wrong("excel-mangled-number", message_about(found), hint_about(found));
    return wrong(code, std::move(message), std::move(hint));
}

void cell_check::absent() {
    if (options_.required) wrong("required", subject() + " must not be empty");
}

bool cell_check::is_null_token() const {
    return std::any_of(options_.null_tokens.begin(), options_.null_tokens.end(),
                       [&](const std::string& token) { return equals_ignoring_case(text_, token); });
}

void cell_check::warn_of_hidden_characters() {
    const hidden_characters hidden = find_hidden_characters(raw_);
    if (hidden.control) warn("control-character", "holds a control character");
    if (hidden.invisible) warn("invisible-character", "holds an invisible character");
}

void cell_check::warn_of_damage() {
    const damage found = find_damage(text_);
    if (found != damage::none) warn("excel-mangled-number", message_about(found), hint_about(found));
}

bool cell_check::has_good_length() {
    if (options_.min_length == 0 && text_.size() <= options_.max_length) return true;
    const std::size_t length = ascii_ ? text_.size() : count_characters(text_);
    const auto limit = [&](std::string_view code, std::string_view what, std::size_t characters) {
        wrong(code, std::to_string(length) + " characters, at " + std::string(what) + " " + std::to_string(characters) +
                        " are " + (code == "max-length" ? "allowed" : "needed"));
        return false;
    };
    if (options_.max_length > 0 && length > options_.max_length)
        return limit("max-length", "most", options_.max_length);
    if (length < options_.min_length) return limit("min-length", "least", options_.min_length);
    return true;
}

// Stands before the other findings: it is about who sent the cell, not about what the cell should be.
void cell_check::judge_formula() {
    const bool escape = options_.formulas == formula_policy::escape;
    if (options_.formulas == formula_policy::keep || (out_.value && is_tame(options_.type))) return;
    const csv::cell_type type = cell_type_of(options_.type);
    const csv::cell_class found = csv::classify(raw_, type);
    if (found != csv::cell_class::danger && found != csv::cell_class::split) return;

    const bool whole = found == csv::cell_class::danger;
    const bool reject = options_.formulas == formula_policy::reject;
    std::string hint;
    if (reject)
        hint = "Cells of this column must not be formulas.";
    else if (escape)
        hint =
            whole ? "It is stored with an apostrophe before it." : "It is stored with an apostrophe before that part.";
    else
        hint = whole ? "It is stored as it is; exports put an apostrophe before it."
                     : "It is stored as it is; exports put an apostrophe before that part.";
    out_.findings.insert(out_.findings.begin(),
                         make(whole ? "formula-injection" : "formula-after-delimiter",
                              reject ? finding_severity::error : finding_severity::warning,
                              whole ? "a spreadsheet would compute this cell"
                                    : "a spreadsheet that splits this cell would compute a part of it",
                              std::move(hint)));
    if (reject) out_.value.reset();
    if (escape && out_.value) {
        out_.buffer = csv::sanitize(*out_.value, type);
        out_.value = out_.buffer;
    }
}

void cell_check::run(std::string_view text, bool null) {
    out_.value.reset();
    out_.findings.clear();
    out_.buffer.clear();
    const cell_scan scan = scan_cell(text);
    raw_ = text;
    text_ = scan.trim ? trimmed(text) : text;
    if (scan.formula) {
        // Spaces around an exported cell do not make its apostrophe part of the value.
        const std::string_view bare = csv::unsanitize(text_);
        if (bare.size() != text_.size()) text_ = trimmed(raw_ = bare);
    }
    ascii_ = scan.ascii;
    if (null || text_.empty()) return absent();
    if (!options_.null_tokens.empty() && is_null_token()) {
        report("null-token", finding_severity::info, "stands for no value");
        return absent();
    }
    if (scan.hidden) warn_of_hidden_characters();
    const form value = read();
    if (out_.findings.empty() || !out_.failed()) out_.value = value;
    if (scan.formula) judge_formula();
}

namespace {

// The many cells that are what they should be, written as they should be, and nothing else: the normal form is the
// text, and there is nothing to say. The types that a file of people is made of are worth a short way.
bool is_clean(const column_rule& rule, std::string_view text) {
    if (text.size() <= rule.longest_null_token()) return false; // or empty
    switch (rule.options().type) {
    case value_type::text:
        return text.size() <= rule.free_length() && is_plain(text) &&
               (!may_be_damaged(text) || find_damage(text) == damage::none);
    case value_type::email: {
        const std::size_t most = rule.options().max_length;
        if ((most > 0 && text.size() > most) || text.size() < rule.options().min_length) return false;
        return is_plain_email(text);
    }
    case value_type::phone:
        return rule.options().directory == nullptr && is_e164(text);
    default:
        return false;
    }
}

} // namespace

void check_cell(const column_rule& rule, std::string_view text, bool null, checked_cell& out) {
    out.findings.clear();
    if (!null && is_clean(rule, text)) {
        out.value = text;
        return;
    }
    if (!null && text.size() > rule.longest_null_token() && rule.options().type == value_type::choice &&
        (out.value = rule.choices().find_exactly(text)))
        return;
    cell_check(rule, out).run(text, null);
}

} // namespace rowhouse::checks
