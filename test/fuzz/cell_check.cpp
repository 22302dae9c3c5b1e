// check_cell(), for every type: what is to be stored is text that would be stored again as it is.
#include "check.hpp"
#include "core/checks.hpp"
#include "core/sanitize.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <vector>

namespace rowhouse::fuzz {

namespace {

using namespace checks;

column_rule rule_for(value_type type, formula_policy policy) {
    rule_options options;
    options.type = type;
    options.formulas = policy;
    options.required = true;
    if (type == value_type::choice) options.choices = {"yes", "no", "=1", "Straße"};
    column_rule rule;
    CHECK(rule.prepare(std::move(options)).empty());
    return rule;
}

void check_findings(const checked_cell& out) {
    bool failed = false;
    for (const finding& remark : out.findings) {
        CHECK(!remark.code.empty() && !remark.message.empty() && remark.message.back() != '.');
        CHECK(remark.hint.empty() || remark.hint.back() == '.');
        CHECK(unicode::well_formed_prefix(remark.value) == remark.value.size());
        CHECK(unicode::well_formed_prefix(remark.message) == remark.message.size());
        failed = failed || remark.severity == finding_severity::error;
    }
    CHECK(failed == out.failed());
    CHECK(!failed || !out.value.has_value());
}

bool has_code(const checked_cell& out, std::string_view code) {
    return std::any_of(out.findings.begin(), out.findings.end(),
                       [&](const finding& each) { return each.code == code; });
}

// What the file has, without the apostrophe of an export, which may have spaces around it.
std::string_view without_apostrophe(std::string_view text) {
    const std::string_view cell = trimmed(text);
    const std::string_view bare = csv::unsanitize(cell);
    return bare.size() == cell.size() ? text : bare;
}

void try_rule(const column_rule& rule, std::string_view text, checked_cell& reused) {
    check_cell(rule, text, false, reused);
    check_findings(reused);
    checked_cell fresh;
    check_cell(rule, text, false, fresh);
    CHECK(fresh.value == reused.value && fresh.findings.size() == reused.findings.size());

    const auto type = rule.options().type;
    if (type == value_type::text) {
        const csv::cell_class found = csv::classify(without_apostrophe(text));
        const bool said = rule.options().formulas != formula_policy::keep && !text.empty();
        const bool blank = has_code(reused, "required");
        CHECK(blank || has_code(reused, "formula-injection") == (said && found == csv::cell_class::danger));
        CHECK(blank || has_code(reused, "formula-after-delimiter") == (said && found == csv::cell_class::split));
    }
    if (!reused.value) return;
    const std::string value(*reused.value);
    CHECK(!value.empty() && value.find('\0') == std::string::npos);
    CHECK(unicode::well_formed_prefix(value) == value.size());
    if (rule.options().formulas == formula_policy::escape) { // an import takes its apostrophe off again
        CHECK(csv::classify(value) != csv::cell_class::danger && csv::classify(value) != csv::cell_class::split);
        return;
    }
    if (csv::unsanitize(value) != value) return; // so begins what was sent, behind a space
    check_cell(rule, value, false, fresh);
    CHECK(fresh.value == value);
}

} // namespace

} // namespace rowhouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rowhouse;
    using checks::value_type;
    static const std::vector<checks::column_rule> rules = [] {
        std::vector<checks::column_rule> made;
        for (const value_type type : {value_type::integer, value_type::numeric, value_type::boolean, value_type::date,
                                      value_type::timestamp, value_type::uuid, value_type::email, value_type::phone,
                                      value_type::url, value_type::json, value_type::choice})
            made.push_back(fuzz::rule_for(type, checks::formula_policy::flag));
        for (const checks::formula_policy policy : {checks::formula_policy::flag, checks::formula_policy::escape,
                                                    checks::formula_policy::reject, checks::formula_policy::keep})
            made.push_back(fuzz::rule_for(value_type::text, policy));
        return made;
    }();
    std::string text;
    unicode::append_repaired(text, fuzz::view_of(data, size));
    text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
    checks::checked_cell reused;
    for (const checks::column_rule& rule : rules)
        fuzz::try_rule(rule, text, reused);
    return 0;
}
