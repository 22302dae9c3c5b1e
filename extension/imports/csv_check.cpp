// The SQL face of core/checks.

#include "core/checks_evidence.hpp"
#include "imports/rule.hpp"
#include "pg/interrupts.hpp"
#include "pg/memory.hpp"
#include "pg/result.hpp"

namespace rowhouse::imports {

namespace {

struct text_elements {
    Datum* values;
    bool* nulls;
    int count;

    std::string_view at(int index) const {
        return nulls[index] ? std::string_view() : pg::view_of_varlena(values[index]);
    }
};

text_elements elements_of(Datum array) {
    return pg::pg_try([&] {
        text_elements found{};
        deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &found.values, &found.nulls,
                          &found.count);
        return found;
    });
}

void add_cell(pg::row_collector& rows, int number, const checks::checked_cell& cell) {
    std::vector<std::string_view> codes;
    std::vector<std::string_view> messages;
    for (const finding& each : cell.findings) {
        codes.push_back(each.code);
        messages.push_back(each.message);
    }
    rows.add({Int64GetDatum(number), cell.value ? pg::make_text(*cell.value) : Datum{0}, BoolGetDatum(!cell.failed()),
              pg::make_text_array(codes), pg::make_text_array(messages)},
             {false, !cell.value, false, false, false});
}

} // namespace

// rowhouse.csv_check(cells text[], rule jsonb) setof (cell bigint, value text, passed boolean, codes text[], messages
// text[])
//
// The cells are those of one column, so they are looked at twice: what some of them prove about decimal signs and the
// order of dates holds for all.
ROWHOUSE_FUNCTION(rowhouse_csv_check) {
    checks::column_rule rule = rule_from(pg::arg_json_object(fcinfo, 1, "rule"));
    const text_elements cells = elements_of(PG_GETARG_DATUM(0));
    checks::column_evidence evidence(rule.options().deviation > 0);
    for (int i = 0; i < cells.count; i++) {
        pg::check_for_interrupts();
        if (!cells.nulls[i]) evidence.add(cells.at(i));
    }
    rule.learn(evidence);

    pg::row_collector rows(fcinfo);
    pg::scratch_memory scratch;
    checks::checked_cell cell;
    for (int i = 0; i < cells.count; i++) {
        pg::check_for_interrupts();
        checks::check_cell(rule, cells.at(i), cells.nulls[i], cell);
        add_cell(rows, i + 1, cell);
        scratch.reset();
    }
    scratch.end();
    return Datum{0};
}

} // namespace rowhouse::imports
