#include "isolation/options.hpp"

#include "pg/spi.hpp"

namespace rowhouse::isolation {

namespace {

constexpr const char* valid_options =
    "Options are owner, backfill, mapping, not_null, foreign_keys, unique_keys and dry_run.";

pg::error bad_option(const std::string& name, const char* must_be) {
    return pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + name + "\" must be " + must_be);
}

std::string text_option(const std::string& name, const pg::json& value) {
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) throw bad_option(name, "a text");
    return value.get<std::string>();
}

bool boolean_option(const std::string& name, const pg::json& value) {
    if (!value.is_boolean()) throw bad_option(name, "true or false");
    return value.get<bool>();
}

// With its schema, since isolate() runs with a search_path of its own. Raises 42P01.
std::string find_table(const std::string& name) {
    return pg::qualified_name(pg::pg_try([&] {
        return DatumGetObjectId(DirectFunctionCall1(text_regclass, PointerGetDatum(cstring_to_text(name.c_str()))));
    }));
}

isolate_options::mapping_table mapping_option(const pg::json& value) {
    constexpr const char* shape = R"({"table": …, "key": …, "column": …, "owner": …})";
    if (!value.is_object()) throw bad_option("mapping", shape);
    for (const auto& [name, ignored] : value.items())
        if (name != "table" && name != "key" && name != "column" && name != "owner") throw bad_option("mapping", shape);
    for (const char* name : {"table", "key", "column", "owner"})
        if (!value.contains(name)) throw bad_option("mapping", shape);
    return {find_table(text_option("mapping.table", value["table"])), text_option("mapping.key", value["key"]),
            text_option("mapping.column", value["column"]), text_option("mapping.owner", value["owner"])};
}

} // namespace

isolate_options read_isolate_options(FunctionCallInfo fcinfo, int index) {
    isolate_options options;
    if (PG_ARGISNULL(index)) return options;
    const pg::json given = pg::arg_json_object(fcinfo, index, "options");
    for (const auto& [name, value] : given.items()) {
        if (name == "owner")
            options.owner = text_option(name, value);
        else if (name == "backfill")
            options.backfill = text_option(name, value);
        else if (name == "mapping")
            options.mapping = mapping_option(value);
        else if (name == "not_null")
            options.not_null = boolean_option(name, value);
        else if (name == "foreign_keys")
            options.foreign_keys = boolean_option(name, value);
        else if (name == "unique_keys")
            options.unique_keys = boolean_option(name, value);
        else if (name == "dry_run")
            options.dry_run = boolean_option(name, value);
        else
            throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "option \"" + name + "\" does not exist", valid_options);
    }
    if (options.owner.has_value() + options.backfill.has_value() + options.mapping.has_value() > 1)
        throw pg::error(ERRCODE_INVALID_PARAMETER_VALUE, "owner, backfill and mapping exclude one another");
    return options;
}

} // namespace rowhouse::isolation
