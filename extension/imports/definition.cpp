#include "imports/definition.hpp"

#include "imports/option_values.hpp"
#include "imports/rule.hpp"
#include "pg/spi.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

constexpr const char* column_hint =
    "Options of a column are label, synonyms, example, default, insert_only, label_column, and those of csv_check.";
constexpr const char* target_hint = "Options are key, order and role.";

std::string text_of(const pg::json& value) {
    return value.is_null() ? std::string() : value.get<std::string>();
}

std::vector<std::string> texts_of(const pg::json& list) {
    return list.is_null() ? std::vector<std::string>() : list.get<std::vector<std::string>>();
}

std::vector<std::string> names_value(const std::string& option, const pg::json& value) {
    constexpr const char* hint = "Give an array of strings.";
    if (!value.is_array()) throw wrong_value(option, "an array", hint);
    std::vector<std::string> names;
    for (const pg::json& each : value)
        names.push_back(string_value(option, each, hint));
    return names;
}

std::string scalar_value(const std::string& option, const pg::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_structured()) throw wrong_value(option, "a string, a number or a boolean", "");
    return value.dump();
}

bool is_owner(const target& made, const std::string& column) {
    return std::any_of(made.owners.begin(), made.owners.end(), [&](const auto& each) { return each.name == column; });
}

std::vector<given_column> owners_of(const pg::json& list) {
    std::vector<given_column> owners;
    for (const pg::json& each : list)
        owners.push_back({text_of(each["name"]), text_of(each["expression"])});
    return owners;
}

// Of a column of t: what has the same text whatever the settings DateStyle and TimeZone are.
std::string steady_value(const pg::json& shape, const std::string& column) {
    const std::string value = "t." + column;
    for (const pg::json& each : shape["columns"]) {
        const std::string type = text_of(each["type"]);
        if (pg::quote_identifier(text_of(each["name"])) != column) continue;
        if (type.starts_with("timestamp") && type.ends_with("with time zone"))
            return "to_jsonb(" + value + " AT TIME ZONE 'UTC') #>> '{}'";
        if (type.starts_with("timestamp") || type == "date") return "to_jsonb(" + value + ") #>> '{}'";
    }
    return value;
}

void read_constraints(target& made, const pg::json& shape) {
    made.owners = owners_of(shape["owners"]);
    for (const pg::json& each : shape["keys"]) {
        unique_key key{text_of(each["name"]),
                       each["primary"].get<bool>(),
                       each["nulls_equal"].get<bool>(),
                       text_of(each["predicate"]),
                       {},
                       texts_of(each["columns"])};
        for (const pg::json& part : each["parts"])
            key.parts.push_back({text_of(part["expression"]), text_of(part["collation"]), text_of(part["equals"])});
        if (key.primary) {
            for (const key_part& part : key.parts)
                made.row_name += (made.row_name.empty() ? "" : ", ") + steady_value(shape, part.expression);
            made.row_name =
                key.parts.size() == 1 ? "(" + made.row_name + ")::text" : "ROW(" + made.row_name + ")::text";
        }
        made.keys.push_back(std::move(key));
    }
    for (const pg::json& each : shape["foreign_keys"]) {
        if (!each["readable"].get<bool>()) {
            // The write would not tell the rows of other organizations from the own ones.
            if (!each["owners"].empty())
                throw pg::error(ERRCODE_INSUFFICIENT_PRIVILEGE,
                                "the owner of " + made.relation + " may not read " + text_of(each["relation"]) +
                                    ", which constraint \"" + text_of(each["name"]) + "\" refers to");
            continue; // it is then left to the write
        }
        foreign_key key{text_of(each["name"]),
                        text_of(each["relation"]),
                        owner_condition(owners_of(each["owners"]), "r"),
                        each["full"].get<bool>(),
                        {}};
        for (const pg::json& part : each["parts"])
            key.parts.push_back({text_of(part["column"]), text_of(part["references"]), text_of(part["equals"])});
        made.foreign_keys.push_back(std::move(key));
    }
    for (const pg::json& each : shape["checks"])
        made.checks.push_back({text_of(each["name"]), text_of(each["expression"]), texts_of(each["columns"])});
    made.deferrable = text_of(shape["deferrable"]["own"]);
    made.all_deferrable = text_of(shape["deferrable"]["all"]);
}

// A foreign key of that column, and of owner columns besides.
label_look_up look_up_for(const target& made, const std::string& column, const std::string& label) {
    for (const foreign_key& key : made.foreign_keys) {
        const foreign_key::part* own = nullptr;
        bool others = false;
        for (const foreign_key::part& part : key.parts) {
            if (part.column == column)
                own = &part;
            else if (!is_owner(made, part.column))
                others = true;
        }
        if (own && !others)
            return {key.relation, pg::quote_identifier(label), pg::quote_identifier(own->references), key.condition};
    }
    throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE,
                    "option \"label_column\" of \"" + column + "\" needs a foreign key of that column",
                    "Add the foreign key, on a table that the owner of this one may read.");
}

// What a cell of the template may look like.
std::string example_of(const checks::rule_options& rule) {
    using checks::value_type;
    switch (rule.type) {
    case value_type::integer:
        return "42";
    case value_type::numeric:
        return "12.50";
    case value_type::boolean:
        return "true";
    case value_type::date:
        return "2026-01-31";
    case value_type::timestamp:
        return "2026-01-31 12:00:00";
    case value_type::uuid:
        return "00000000-0000-4000-8000-000000000000";
    case value_type::email:
        return "ada@example.com";
    case value_type::phone:
        return "+31201234567";
    case value_type::url:
        return "https://example.com";
    case value_type::json:
        return "{}";
    case value_type::choice:
        return rule.choices.empty() ? "" : rule.choices.front();
    case value_type::text:
        break;
    }
    return {};
}

std::string default_of(const pg::json& shape) {
    return shape["default"].is_null() ? "NULL::" + text_of(shape["type"]) : text_of(shape["default"]);
}

target_column make_column(const target& made, const pg::json& shape, const pg::json& options) {
    target_column column;
    column.name = column.label = text_of(shape["name"]);
    column.type = text_of(shape["type"]);
    column.position = shape["position"].get<int>();
    pg::json rule = shape["rule"];
    if (shape["required"].get<bool>()) rule["required"] = true;
    column.not_null = shape["not_null"].get<bool>();
    column.steady = shape["steady"].get<bool>();
    column.default_expression = default_of(shape);
    for (const auto& [name, value] : options.items()) {
        if (value.is_null()) continue;
        if (name == "label") {
            column.label = string_value(name, value, column_hint);
            column.synonyms.insert(column.synonyms.begin(), canonical_name(column.label));
        } else if (name == "synonyms") {
            for (const std::string& each : names_value(name, value))
                column.synonyms.push_back(canonical_name(each));
        } else if (name == "example") {
            column.example = scalar_value(name, value);
        } else if (name == "default") {
            column.default_value = scalar_value(name, value);
        } else if (name == "insert_only") {
            column.insert_only = boolean_value(name, value);
        } else if (name == "label_column") {
            column.look_up = look_up_for(made, column.name, string_value(name, value, column_hint));
        } else {
            rule[name] = value;
        }
    }
    if (column.look_up) rule = {{"type", "text"}, {"required", rule.value("required", false)}};
    if (shape["required"].get<bool>()) rule["required"] = true; // whatever was asked for
    if (!column.default_value.empty()) rule.erase("required");
    column.rule = rule_from(rule, column.name);
    if (column.example.empty()) column.example = example_of(column.rule.options());
    return column;
}

// Not those that PostgreSQL fills, those that say whose the row is, and, unless they are asked for by name, those whose
// default is a new key.
bool is_fillable(const target& made, const pg::json& shape, const pg::json& columns) {
    const std::string name = text_of(shape["name"]);
    if (shape["generated"].get<bool>() || shape["identity"] == "a" || is_owner(made, name)) return false;
    if (columns.contains(name)) return !columns[name].is_null();
    return shape["identity"] == "" && shape["steady"].get<bool>();
}

void read_columns(target& made, const pg::json& shape, const pg::json& columns) {
    for (const auto& [name, options] : columns.items()) {
        const auto& all = shape["columns"];
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each["name"] == name; });
        if (found == all.end())
            throw pg::error(ERRCODE_UNDEFINED_COLUMN,
                            "column \"" + name + "\" of " + made.relation + " does not exist");
        if (!options.is_null() && !is_fillable(made, *found, columns))
            throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "column \"" + name + "\" cannot be imported",
                            "It is filled by PostgreSQL, or says whose the row is.");
        if (!options.is_null() && !options.is_object()) throw wrong_value(name, "an object or null", column_hint);
    }
    for (const pg::json& each : shape["columns"]) {
        const std::string name = text_of(each["name"]);
        if (is_fillable(made, each, columns))
            made.columns.push_back(make_column(made, each, columns.value(name, pg::json::object())));
        else if (!is_owner(made, name) && !each["generated"].get<bool>() && each["steady"].get<bool>())
            made.defaults.push_back({name, default_of(each)});
    }
    if (made.columns.empty())
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "table " + made.relation + " has no column to import into");
}

bool has_column(const std::vector<std::string>& columns, const std::string& name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
}

// The columns of a key that a file fills.
std::vector<std::string> filled_columns(const target& made, const unique_key& key) {
    std::vector<std::string> filled;
    for (const std::string& column : key.columns)
        if (find_column(made, column)) filled.push_back(column);
    return filled;
}

// All of its columns are filled by the file or say whose the row is.
bool can_name_rows(const target& made, const unique_key& key) {
    return !filled_columns(made, key).empty() && key.predicate.empty() &&
           std::all_of(key.columns.begin(), key.columns.end(),
                       [&](const std::string& column) { return is_owner(made, column) || find_column(made, column); });
}

std::size_t key_of_columns(const target& made, const std::vector<std::string>& columns) {
    for (std::size_t i = 0; i < made.keys.size(); i++) {
        const std::vector<std::string> filled = filled_columns(made, made.keys[i]);
        const bool same =
            filled.size() == columns.size() && can_name_rows(made, made.keys[i]) &&
            std::all_of(filled.begin(), filled.end(), [&](const auto& each) { return has_column(columns, each); });
        if (same) return i;
    }
    throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"key\" must name the columns of a unique key",
                    "The key tells which row of the table a row of the file updates. Columns that say whose the row is "
                    "need not be named.");
}

// A natural key before one that is given out.
std::optional<std::size_t> only_key(const target& made) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < made.keys.size(); i++)
        if (can_name_rows(made, made.keys[i]) && (!found || made.keys[*found].primary)) found = i;
    return found;
}

context::member_role role_value(const pg::json& value) {
    using context::member_role;
    constexpr const char* hint = "It is the least role of those who may import.";
    const std::string name = string_value("role", value, hint);
    for (const member_role each :
         {member_role::viewer, member_role::member, member_role::admin, member_role::owner, member_role::super_admin})
        if (context::to_string(each) == name) return each;
    throw wrong_value("role", "viewer, member, admin, owner or super_admin", hint);
}

// As the template has them, and a file without a header.
void put_in_order(target& made, const std::vector<std::string>& order) {
    for (const std::string& name : order)
        if (!find_column(made, name))
            throw pg::error(ERRCODE_UNDEFINED_COLUMN,
                            "option \"order\" names \"" + name + "\", which cannot be imported");
    const auto place = [&](const target_column& column) { return std::find(order.begin(), order.end(), column.name); };
    std::stable_sort(made.columns.begin(), made.columns.end(),
                     [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

} // namespace

target make_target(std::string name, const pg::json& shape, const pg::json& columns, const pg::json& options) {
    target made;
    made.name = std::move(name);
    made.relation = text_of(shape["relation"]);
    const auto is_column = [&](const std::string& own) {
        return std::any_of(shape["columns"].begin(), shape["columns"].end(),
                           [&](const pg::json& each) { return each["name"] == own; });
    };
    for (std::string* own : {&made.record_name, &made.line_name})
        while (is_column(*own))
            *own += '_';
    read_constraints(made, shape);
    read_columns(made, shape, columns);
    made.key = only_key(made);
    for (const auto& [option, value] : options.items()) {
        if (option != "key" && option != "order" && option != "role") throw unknown_option(option, target_hint);
        if (value.is_null()) continue;
        if (option == "key") made.key = key_of_columns(made, names_value(option, value));
        if (option == "order") put_in_order(made, names_value(option, value));
        if (option == "role") made.least_role = role_value(value);
    }
    if (!is_isolated(made)) made.least_role = context::member_role::super_admin;
    return made;
}

} // namespace rowhouse::imports
