#include "imports/request.hpp"

#include "imports/define.hpp"

namespace rowhouse::imports {

namespace {

constexpr const char* users = "users";

void require_argument(FunctionCallInfo fcinfo, int index, const char* name) {
    if (PG_ARGISNULL(index)) throw pg::error(ERRCODE_NULL_VALUE_NOT_ALLOWED, std::string(name) + " must not be null");
}

// What columns were taken for in the last files, the last one first.
std::vector<mapping_choice> learn_mapping(pg::spi& sql, const target& wanted) {
    sql.run("SELECT m.source, m.target FROM (SELECT b.mapping, b.created_at FROM rowhouse.import_batches b"
            "  WHERE b.target = $1 AND b.status = 'completed' AND b.organization_id = rowhouse.organization_id()"
            "  ORDER BY b.created_at DESC LIMIT 10) b,"
            " LATERAL jsonb_to_recordset(b.mapping) m(source text, target text) WHERE m.target IS NOT NULL"
            " ORDER BY b.created_at DESC",
            {pg::param(std::string_view(wanted.name))}, pg::spi::plan::kept);
    std::vector<mapping_choice> learned;
    for (std::uint64_t i = 0; i < sql.row_count(); i++)
        learned.push_back({*sql.text(i, 1), find_column(wanted, *sql.text(i, 2))});
    return learned;
}

void look_for_earlier_upload(pg::spi& sql, const target& wanted, const std::optional<pg::uuid>& batch, Datum content,
                             import_options& options) {
    sql.run("SELECT b.id, to_char(b.created_at, 'YYYY-MM-DD HH24:MI TZ') FROM rowhouse.import_batches b"
            " WHERE b.organization_id = rowhouse.organization_id() AND b.content_sha256 ="
            "  CASE WHEN $3 IS NULL THEN sha256($1) ELSE (SELECT o.content_sha256 FROM rowhouse.import_batches o WHERE "
            "o.id = $3) END"
            " AND b.target = $2"
            " AND b.status = 'completed' AND b.undone_at IS NULL AND b.id IS DISTINCT FROM $3 ORDER BY b.created_at "
            "DESC LIMIT 1",
            {{BYTEAOID, content},
             pg::param(std::string_view(wanted.name)),
             batch ? pg::param(*batch) : pg::null_of(UUIDOID)},
            pg::spi::plan::kept);
    if (sql.row_count() == 0) return;
    finding earlier;
    earlier.code = "duplicate-upload";
    earlier.severity = finding_severity::warning;
    earlier.level = finding_level::file;
    earlier.message = "the same file was imported at " + *sql.text(0, 2);
    earlier.related = *sql.text(0, 1);
    options.remarks.push_back(std::move(earlier));
}

} // namespace

target target_for(pg::spi& sql, const std::string& name, context::identity& importer) {
    target found = find_target(sql, name);
    importer = context::require_role(found.least_role);
    // Nobody gives away more than they have.
    if (name == users)
        if (const auto role = find_column(found, "role"))
            for (const context::member_role each : {context::member_role::viewer, context::member_role::member,
                                                    context::member_role::admin, context::member_role::owner})
                if (each > importer.role) found.columns[*role].forbidden.emplace_back(context::to_string(each));
    return found;
}

void complete_options(pg::spi& sql, const target& wanted, const std::optional<pg::uuid>& batch, Datum content,
                      import_options& options) {
    options.learned = learn_mapping(sql, wanted);
    look_for_earlier_upload(sql, wanted, batch, content, options);
    sql.run("SELECT l.limits ->> 'max_bytes', l.limits ->> 'max_rows'"
            " FROM (SELECT rowhouse.import_limits(rowhouse.organization_id()) AS limits) l",
            {}, pg::spi::plan::kept);
    options.read.max_bytes = std::stoll(*sql.text(0, 1));
    options.read.max_records = std::stoll(*sql.text(0, 2));
}

import_request read_request(pg::spi& sql, FunctionCallInfo fcinfo) {
    import_request request;
    // Who may not import anything at all learns nothing about targets.
    context::require_role(context::member_role::viewer);
    require_argument(fcinfo, 0, "target");
    request.wanted = target_for(sql, std::string(pg::arg_text(fcinfo, 0)), request.importer);
    require_argument(fcinfo, 1, "content");
    request.content = PG_GETARG_DATUM(1);
    request.options_json = PG_ARGISNULL(2) ? pg::json::object() : pg::arg_json_object(fcinfo, 2, "options");
    request.options = import_options_from(request.options_json, request.wanted);
    return request;
}

} // namespace rowhouse::imports
