#include "imports/statements.hpp"

#include "pg/spi.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

using pg::quote_identifier;

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string all;
    for (const std::string& each : parts)
        all += (all.empty() ? "" : between) + each;
    return all;
}

std::string part_of(const key_part& part) {
    return "(" + part.expression + ")" + (part.collation.empty() ? "" : " COLLATE " + part.collation);
}

// ", … AS k1, … AS k2"
std::string parts_of(const unique_key& key, char letter) {
    std::string list;
    for (std::size_t i = 0; i < key.parts.size(); i++)
        list += ", " + part_of(key.parts[i]) + " AS " + letter + std::to_string(i + 1);
    return list;
}

std::string equality(const unique_key& key, const char* one, const char* other, char letter) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < key.parts.size(); i++) {
        const std::string column = "." + std::string(1, letter) + std::to_string(i + 1);
        parts.push_back(key.nulls_equal ? one + column + " IS NOT DISTINCT FROM " + other + column
                                        : one + column + " " + key.parts[i].equals + " " + other + column);
    }
    return joined(parts, " AND ");
}

// SQL of the condition under which a row takes part in the index.
std::string is_keyed(const unique_key& key) {
    std::string condition = key.predicate.empty() ? "true" : "(" + key.predicate + ")";
    if (!key.nulls_equal)
        for (const key_part& part : key.parts)
            condition += " AND (" + part.expression + ") IS NOT NULL";
    return condition;
}

} // namespace

std::string statements::record(const char* alias) const {
    return std::string(alias) + "." + target_.record_name;
}

std::string statements::line(const char* alias) const {
    return std::string(alias) + "." + target_.line_name;
}

std::string statements::own_columns(const char* alias) const {
    return record(alias) + ", " + line(alias);
}

bool statements::is_written(const std::string& column) const {
    return std::any_of(mapping_.written.begin(), mapping_.written.end(),
                       [&](std::size_t i) { return target_.columns[i].name == column; });
}

// What the file does not have may have a default that says the same for every row.
bool statements::can_tell(const std::string& column) const {
    const auto named = [&](const given_column& each) { return each.name == column; };
    const auto filled = find_column(target_, column);
    return (filled && (target_.columns[*filled].steady || is_written(column))) ||
           std::any_of(target_.owners.begin(), target_.owners.end(), named) ||
           std::any_of(target_.defaults.begin(), target_.defaults.end(), named);
}

bool statements::can_judge(const std::vector<std::string>& columns) const {
    return std::any_of(columns.begin(), columns.end(), [&](const auto& each) { return is_written(each); }) &&
           std::all_of(columns.begin(), columns.end(), [&](const auto& each) { return can_tell(each); });
}

std::size_t statements::first_column(const std::vector<std::string>& columns) const {
    for (const std::size_t i : mapping_.written)
        if (std::find(columns.begin(), columns.end(), target_.columns[i].name) != columns.end()) return i;
    return mapping_.written.front();
}

// A relation with record, line and these columns of the table, whether the file fills them or not.
std::string statements::rows(const char* name, const std::vector<std::string>& needed) const {
    std::string list = "SELECT " + own_columns("given");
    const auto add = [&](const std::string& column, const std::string& expression) {
        if (std::find(needed.begin(), needed.end(), column) != needed.end())
            list += ", (SELECT " + expression + ") AS " + quote_identifier(column);
    };
    for (const target_column& each : target_.columns) {
        if (std::find(needed.begin(), needed.end(), each.name) == needed.end()) continue;
        if (!is_written(each.name))
            add(each.name, each.default_expression);
        else if (each.not_null && each.steady && each.default_expression.rfind("NULL::", 0) != 0)
            list += ", coalesce(given." + quote_identifier(each.name) + ", " + each.default_expression + ") AS " +
                    quote_identifier(each.name);
        else
            list += ", given." + quote_identifier(each.name);
    }
    for (const given_column& each : target_.owners)
        add(each.name, each.expression);
    for (const given_column& each : target_.defaults)
        add(each.name, each.expression);
    return "(" + list + " FROM " + name + " given) rows";
}

// The same of the rows as they will be: of a row that is there already, what the file does not change stays. A mode
// that only updates has no other rows.
std::string statements::final_rows(const std::vector<std::string>& needed) const {
    if (mode_ != import_mode::update && mode_ != import_mode::upsert) return rows("staged", needed);
    const unique_key& key = target_.keys[*target_.key];
    const std::vector<std::size_t> updated = updated_columns();
    std::string list = "SELECT " + own_columns("rows");
    std::string there = record("k") + " AS record";
    for (std::size_t i = 0; i < needed.size(); i++) {
        if (std::find(needed.begin(), needed.begin() + static_cast<std::ptrdiff_t>(i), needed[i]) !=
            needed.begin() + static_cast<std::ptrdiff_t>(i))
            continue;
        const std::string name = quote_identifier(needed[i]);
        const auto named = [&](const given_column& each) { return each.name == needed[i]; };
        if (std::find(key.columns.begin(), key.columns.end(), needed[i]) != key.columns.end() ||
            std::any_of(target_.owners.begin(), target_.owners.end(), named)) {
            list += ", rows." + name;
            continue;
        }
        const std::string old = "c" + std::to_string(i + 1);
        const bool changes = std::any_of(updated.begin(), updated.end(),
                                         [&](std::size_t each) { return target_.columns[each].name == needed[i]; });
        there += ", f." + old;
        list += ", CASE WHEN there.record IS NULL THEN rows." + name + " ELSE " +
                (changes ? "coalesce(raw." + name + ", there." + old + ")" : "there." + old) + " END AS " + name;
    }
    std::string found = "SELECT t.ctid";
    for (std::size_t i = 0; i < needed.size(); i++)
        found += ", t." + quote_identifier(needed[i]) + " AS c" + std::to_string(i + 1);
    return "(" + list + " FROM " + rows("staged", needed) + " JOIN staged raw ON " + record("raw") + " = " +
           record("rows") + (mode_ == import_mode::update ? " JOIN" : " LEFT JOIN") + " (SELECT " + there +
           " FROM (SELECT " + own_columns("rows") + parts_of(key, 'k') + " FROM " + rows("staged", key.columns) +
           ") k JOIN (" + found + parts_of(key, 'k') + " FROM " + target_.relation + " t WHERE " + is_keyed(key) +
           owner_condition(target_.owners, "t") + ") f ON " + equality(key, "k", "f", 'k') +
           ") there ON there.record = " + record("rows") + ") rows";
}

std::string statements::name_of_row() const {
    return target_.row_name.empty() ? "NULL::text" : target_.row_name;
}

std::string statements::keyed_rows(const unique_key& key, const unique_key* beside) const {
    std::vector<std::string> columns = key.columns;
    if (beside) columns.insert(columns.end(), beside->columns.begin(), beside->columns.end());
    return "(SELECT " + record("rows") + " AS record, " + line("rows") + " AS line, rows." +
           quote_identifier(target_.columns[first_column(key.columns)].name) + "::text AS value" + parts_of(key, 'k') +
           (beside ? parts_of(*beside, 'm') : "") + " FROM " + final_rows(columns) + " WHERE " + is_keyed(key) + ")";
}

std::string statements::keyed_table(const unique_key& key, const unique_key* beside) const {
    return "(SELECT " + name_of_row() + " AS name" + parts_of(key, 'k') + (beside ? parts_of(*beside, 'm') : "") +
           " FROM " + target_.relation + " t WHERE " + is_keyed(key) + owner_condition(target_.owners, "t") + ")";
}

std::string statements::repeated_keys(const unique_key& key) const {
    if (!can_judge(key.columns)) return {};
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < key.parts.size(); i++)
        parts.push_back("k" + std::to_string(i + 1));
    const std::string keyed = keyed_rows(key, nullptr);
    return "SELECT s.record, s.line, g.line, s.value FROM (SELECT min(record) AS record, min(line) AS line, " +
           joined(parts, ", ") + " FROM " + keyed + " keyed GROUP BY " + joined(parts, ", ") +
           " HAVING count(*) > 1) g JOIN " + keyed + " s ON " + equality(key, "s", "g", 'k') +
           " WHERE s.record > g.record";
}

std::string statements::taken_keys(const unique_key& key, const unique_key* apart_from) const {
    if (!can_judge(key.columns)) return {};
    const bool apart = apart_from && can_judge(apart_from->columns);
    const unique_key* beside = apart ? apart_from : nullptr;
    return "SELECT s.record, s.line, t.name, s.value FROM " + keyed_rows(key, beside) + " s JOIN " +
           keyed_table(key, beside) + " t ON " + equality(key, "s", "t", 'k') +
           (apart ? " WHERE (" + equality(*apart_from, "s", "t", 'm') + ") IS NOT TRUE" : "");
}

std::string statements::unknown_keys(const unique_key& key) const {
    const std::vector<std::string>& columns = key.columns;
    return "SELECT s.record, s.line, NULL, s.value FROM (SELECT " + record("rows") + " AS record, " + line("rows") +
           " AS line, rows." + quote_identifier(target_.columns[first_column(columns)].name) + "::text AS value" +
           parts_of(key, 'k') + " FROM " + rows("staged", columns) + ") s WHERE NOT EXISTS (SELECT FROM " +
           keyed_table(key, nullptr) + " t WHERE " + equality(key, "s", "t", 'k') + ")";
}

bool statements::is_own_key(const foreign_key& key) const {
    return key.relation == target_.relation;
}

// A row of the same file may be what it points to.
std::string statements::dangling(const foreign_key& key) const {
    std::vector<std::string> columns;
    std::vector<std::string> references;
    std::string known = "true";
    std::string match = "true";
    for (const foreign_key::part& part : key.parts) {
        columns.push_back(part.column);
        references.push_back(part.references);
        const std::string column = "s." + quote_identifier(part.column);
        known += " AND " + column + " IS NOT NULL";
        match += " AND r." + quote_identifier(part.references) + " " + part.equals + " " + column;
    }
    if (!can_judge(columns)) return {};
    std::string missing =
        known + " AND NOT EXISTS (SELECT FROM " + key.relation + " r WHERE " + match + key.condition + ")";
    if (is_own_key(key) && can_judge(references))
        missing +=
            " AND NOT EXISTS (SELECT FROM (SELECT * FROM " + rows("staged", references) + ") r WHERE " + match + ")";
    return "SELECT " + own_columns("s") + ", NULL, s." + quote_identifier(target_.columns[first_column(columns)].name) +
           "::text FROM (SELECT * FROM " + final_rows(columns) + ") s WHERE " + missing;
}

std::string statements::points_elsewhere(const foreign_key& key, const char* rows) const {
    if (!is_own_key(key) || key.condition.empty()) return {};
    std::string known = "true";
    std::string match = "true";
    for (const foreign_key::part& part : key.parts) {
        if (!is_written(part.column)) return {}; // not the file's doing, or it says whose the row is
        const std::string column = "s." + quote_identifier(part.column);
        known += " AND " + column + " IS NOT NULL";
        match += " AND r." + quote_identifier(part.references) + " " + part.equals + " " + column;
    }
    return std::string("SELECT FROM ") + rows + " s WHERE " + known + " AND NOT EXISTS (SELECT FROM " + key.relation +
           " r WHERE " + match + key.condition + ") LIMIT 1";
}

std::string statements::broken_checks(const std::vector<const check_constraint*>& checks) const {
    std::vector<std::string> columns;
    std::vector<std::string> broken;
    for (const check_constraint* each : checks) {
        columns.insert(columns.end(), each->columns.begin(), each->columns.end());
        broken.push_back("(" + each->expression + ") IS FALSE");
    }
    return "SELECT " + own_columns("rows") + ", " + joined(broken, ", ") + " FROM " + final_rows(columns) + " WHERE " +
           joined(broken, " OR ");
}

std::string statements::insert(const char* rows) const {
    std::vector<std::string> names;
    std::vector<std::string> values;
    for (const std::size_t i : mapping_.written) {
        const target_column& column = target_.columns[i];
        const std::string name = quote_identifier(column.name);
        names.push_back(name);
        values.push_back(column.not_null && column.default_expression.rfind("NULL::", 0) != 0
                             ? "coalesce(s." + name + ", " + column.default_expression + ")"
                             : "s." + name);
    }
    for (const given_column& owner : target_.owners) {
        names.push_back(quote_identifier(owner.name));
        values.push_back("(SELECT " + owner.expression + ")");
    }
    return "INSERT INTO " + target_.relation + " AS t (" + joined(names, ", ") + ") SELECT " + joined(values, ", ") +
           " FROM " + rows + " s RETURNING " + name_of_row();
}

std::vector<std::size_t> statements::updated_columns() const {
    std::vector<std::size_t> updated;
    if (!target_.key) return updated;
    const std::vector<std::string>& key = target_.keys[*target_.key].columns;
    for (const std::size_t i : mapping_.written) {
        const target_column& column = target_.columns[i];
        const bool in_key = std::find(key.begin(), key.end(), column.name) != key.end();
        if (mapping_.source_of[i] && !in_key && !column.insert_only) updated.push_back(i);
    }
    return updated;
}

// By the place of the row, not by its key: so what was there before is that row as it was replaced, even if somebody
// else changes it meanwhile (then it is not found at that place, and not updated). An empty cell changes nothing.
std::string statements::update(const char* rows_name) const {
    const unique_key& key = target_.keys[*target_.key];
    std::vector<std::string> assignments;
    std::vector<std::string> before;
    for (const std::size_t i : updated_columns()) {
        const std::string name = quote_identifier(target_.columns[i].name);
        assignments.push_back(name + " = coalesce(s." + name + ", t." + name + ")");
        before.push_back(pg::quote_literal(target_.columns[i].name) + ", t." + name);
    }
    const std::string found = "(SELECT t.tableoid AS part, t.ctid AS place, " + name_of_row() +
                              " AS name, jsonb_build_object(" + joined(before, ", ") + ") AS before" +
                              parts_of(key, 'k') + " FROM " + target_.relation + " t WHERE " + is_keyed(key) +
                              owner_condition(target_.owners, "t") + ")";
    return "UPDATE " + target_.relation + " t SET " + joined(assignments, ", ") + " FROM " + rows_name +
           " s JOIN (SELECT " + own_columns("rows") + parts_of(key, 'k') + " FROM " + rows(rows_name, key.columns) +
           ") k ON " + record("k") + " = " + record("s") + " JOIN " + found + " f ON " + equality(key, "k", "f", 'k') +
           " WHERE t.ctid = f.place AND t.tableoid = f.part RETURNING f.name, f.before";
}

} // namespace rowhouse::imports
