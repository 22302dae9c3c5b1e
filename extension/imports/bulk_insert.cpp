#include "imports/bulk_insert.hpp"

#include "imports/staging.hpp"
#include "isolation/owner_policy.hpp"
#include "pg/expression.hpp"
#include "pg/spi.hpp"
#include "pg/table_insert.hpp"

extern "C" {
#include "optimizer/optimizer.h"
}

namespace rowhouse::imports {

namespace {

// PostgreSQL's frames read these: nothing in them has a destructor to be skipped.
struct owner_texts {
    const char* column;
    const char* value;
};

// Where the value of a column of the table comes from.
struct column_source {
    int staged;         // the column of the store, or -1
    bool has_default;   // the filler stands for an empty cell
    ExprState* filler;  // else null
    bool varies, known; // whether it is asked for every row; was asked before
    Datum value;
    bool null;
};

class row_filler {
public:
    row_filler(pg::table_insert& into, TupleDesc staged) : into_(into), staged_(staged) {
        columns_ = static_cast<column_source*>(palloc0(sizeof(column_source) * static_cast<std::size_t>(into.width())));
    }

    // False where an INSERT knows better.
    bool plan(const owner_texts* owners, int owner_count, const bool* has_default) {
        int found = 0;
        for (int i = 0; i < into_.width(); i++) {
            const FormData_pg_attribute* attribute = TupleDescAttr(into_.relation()->rd_att, i);
            column_source& column = columns_[i];
            column.staged = -1;
            column.null = true;
            column.known = true;
            if (attribute->attisdropped) continue;
            const char* name = NameStr(attribute->attname);
            for (int s = own_columns; s < staged_->natts; s++)
                if (strcmp(NameStr(TupleDescAttr(staged_, s)->attname), name) == 0) column.staged = s;
            const char* owner = nullptr;
            for (int o = 0; o < owner_count; o++)
                if (strcmp(owners[o].column, name) == 0) owner = owners[o].value;
            if (column.staged >= 0 || owner) found++;
            if (column.staged >= 0) {
                const FormData_pg_attribute* given = TupleDescAttr(staged_, column.staged);
                if (owner || attribute->attgenerated || attribute->attidentity ||
                    given->atttypid != attribute->atttypid || given->atttypmod != attribute->atttypmod)
                    return false;
                column.has_default = has_default[column.staged - own_columns];
                if (!column.has_default) continue;
            }
            Node* filler =
                owner ? pg::parse_assignment(into_.relation(), attribute->attnum, owner) : into_.default_of(i);
            if (!filler && !into_.may_be_null(i)) return false;
            if (!filler) continue;
            if (pg::has_unknown_doings(filler)) return false;
            column.varies = contain_volatile_functions(filler);
            column.known = false;
            column.filler = into_.prepare(filler);
        }
        return found == staged_->natts - own_columns + owner_count;
    }

    void fill(const TupleTableSlot* from, TupleTableSlot* to) {
        for (int i = 0; i < into_.width(); i++) {
            column_source& column = columns_[i];
            if (column.staged >= 0 && !(column.has_default && from->tts_isnull[column.staged])) {
                to->tts_values[i] = from->tts_values[column.staged];
                to->tts_isnull[i] = from->tts_isnull[column.staged];
                continue;
            }
            if (column.varies) {
                to->tts_values[i] = into_.of_next_row(column.filler, to->tts_isnull[i]);
                continue;
            }
            if (!column.known) column.value = into_.now(column.filler, column.null);
            column.known = true;
            to->tts_values[i] = column.value;
            to->tts_isnull[i] = column.null;
        }
    }

private:
    static constexpr int own_columns = 2; // record and line

    pg::table_insert& into_;
    TupleDesc staged_;
    column_source* columns_;
};

// The first one is filled in.
void write_rows(pg::table_insert& into, row_filler& filler, bulk_rows& rows, const char* name,
                std::vector<std::string>& names) {
    ExprState* name_of_row = name ? into.prepare(pg::parse_expression(into.relation(), name)) : nullptr;
    into.begin();
    TupleTableSlot* row = nullptr;
    do {
        if (row) filler.fill(row, into.next_row());
        into.add_row();
        if (name_of_row) {
            bool null = false;
            const Datum text = into.of_row(name_of_row, null);
            names.emplace_back(pg::view_of_varlena(text));
        }
        row = rows.next();
    } while (row);
    into.end();
}

} // namespace

bool bulk_insert(const target& target, const column_mapping& mapping, bulk_rows rows, std::vector<std::string>& names) {
    std::vector<isolation::owner_policy> policies;
    for (const given_column& each : target.owners)
        policies.push_back(isolation::policy_of(target.table, each.name, each.expression));
    std::vector<owner_texts> owners;
    std::vector<isolation::owner_rule> rules;
    for (std::size_t i = 0; i < policies.size(); i++) {
        owners.push_back({target.owners[i].name.c_str(), target.owners[i].expression.c_str()});
        rules.push_back(policies[i].rule());
    }
    const std::unique_ptr<bool[]> has_default = std::make_unique<bool[]>(mapping.written.size());
    for (std::size_t i = 0; i < mapping.written.size(); i++) {
        const target_column& column = target.columns[mapping.written[i]];
        has_default[i] = column.not_null && column.default_expression.rfind("NULL::", 0) != 0;
    }
    const int owner_count = static_cast<int>(owners.size());
    const char* name = target.row_name.empty() ? nullptr : target.row_name.c_str();
    return pg::pg_try([&] {
        PushCopiedSnapshot(GetTransactionSnapshot());
        pg::table_insert into(target.table);
        row_filler filler(into, rows.shape());
        bool can = into.is_plain() && isolation::ask_for_owner_alone(into.relation(), rules.data(), owner_count) &&
                   filler.plan(owners.data(), owner_count, has_default.get());
        if (can) {
            // The owner is the same in all rows: what the policies ask of it is asked of the first one.
            filler.fill(rows.next(), into.next_row());
            for (int i = 0; i < owner_count && can; i++)
                can = into.next_row_meets(pg::parse_expression(into.relation(), rules[i].condition));
        }
        if (can)
            write_rows(into, filler, rows, name, names);
        else
            into.close();
        PopActiveSnapshot();
        return can;
    });
}

} // namespace rowhouse::imports
