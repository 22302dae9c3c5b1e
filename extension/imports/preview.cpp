// import_preview and import_stage: everything an import would find, without writing to the table. It is the same
// examination, so it cannot promise what the import then refuses.

#include "imports/preview.hpp"

#include "imports/batch.hpp"
#include "imports/report.hpp"
#include "pg/role.hpp"

namespace rowhouse::imports {

namespace {

constexpr const char* most_findings = "1000";
constexpr std::size_t sample_size = 20;

constexpr const char* finding_expression =
    "jsonb_build_object('record', record, 'line', line, 'column', column_name, 'position', column_position,"
    " 'target', target_column, 'code', code, 'severity', severity, 'level', level, 'value', value, 'message', message)"
    " || jsonb_strip_nulls(jsonb_build_object('byte_offset', byte_offset, 'hint', hint, 'related', related))";

pg::json list_of(pg::spi& sql) {
    pg::json list = pg::json::array();
    for (std::uint64_t i = 0; i < sql.row_count(); i++)
        list.push_back(pg::json::parse(*sql.text(i, 1)));
    return list;
}

pg::json first_good_rows(pg::spi& sql, examination& examined) {
    std::vector<std::int64_t> good;
    for (std::int64_t i = 1; i <= examined.file().total_records() && good.size() < sample_size; i++)
        if (!examined.failed(i)) good.push_back(i);
    if (good.empty()) return pg::json::array();
    sql.offer(staged_rows::name, examined.rows().rows());
    sql.run("SELECT to_jsonb(s.*) - '{" + examined.wanted().record_name + "," + examined.wanted().line_name +
                "}'::text[] FROM staged s WHERE s." + examined.wanted().record_name +
                " = "
                "ANY ($1)",
            {{INT8ARRAYOID, pg::make_int8_array(good)}});
    sql.withdraw(staged_rows::name);
    return list_of(sql);
}

pg::json would_do(const examination& examined, import_mode mode) {
    std::int64_t inserts = 0;
    std::int64_t updates = 0;
    std::int64_t skips = 0;
    const bool updating = mode != import_mode::skip && !examined.sql_of().updated_columns().empty();
    if (!examined.file().obstacle())
        for (std::int64_t i = 1; i <= examined.file().total_records(); i++) {
            if (examined.failed(i)) continue;
            (!examined.exists(i) ? inserts : updating ? updates : skips)++;
        }
    return {{"insert", inserts}, {"update", updates}, {"skip", skips}, {"fail", examined.failed_records()}};
}

} // namespace

pg::json preview_json(pg::spi& sql, examination& examined, import_mode mode) {
    const reading& file = examined.file();
    const std::string select = std::string("SELECT ") + finding_expression + " FROM found WHERE record IS ";
    sql.offer(finding_store::name, examined.found().rows());
    sql.run(select + "NULL ORDER BY found_order");
    pg::json about_file = list_of(sql);
    sql.run(select + "NOT NULL ORDER BY record, found_order LIMIT " + most_findings);
    pg::json findings = list_of(sql);
    sql.run("SELECT coalesce(jsonb_object_agg(c.code, c.count), '{}'), coalesce(sum(c.count), 0)"
            " FROM (SELECT code, count(*) FROM found WHERE record IS NOT NULL GROUP BY code) c");
    pg::json codes = pg::json::parse(*sql.text(0, 1));
    const std::int64_t total = std::stoll(*sql.text(0, 2));
    sql.withdraw(finding_store::name);
    return {{"total_rows", file.total_records()},
            {"valid_rows", file.total_records() - examined.failed_records()},
            {"invalid_rows", examined.failed_records()},
            {"would", would_do(examined, mode)},
            {"columns", columns_json(file.mapping(), examined.wanted())},
            {"file", std::move(about_file)},
            {"findings", std::move(findings)},
            {"findings_total", total},
            {"codes", std::move(codes)},
            {"sample", file.obstacle() ? pg::json::array() : first_good_rows(sql, examined)},
            {"format", format_json(file.format())}};
}

// rowhouse.import_preview(target text, content bytea, options jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_preview) {
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    import_request request = read_request(sql, fcinfo);
    complete_options(sql, request.wanted, std::nullopt, request.content, request.options);
    const content file(request.content);
    examination examined(sql, file, request.wanted, request.options, {});
    const pg::json result = preview_json(sql, examined, request.options.mode);
    examined.close();
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(result);
}

// rowhouse.import_stage(target text, content bytea, options jsonb) jsonb
ROWHOUSE_FUNCTION(rowhouse_import_stage) {
    pg::as_role as_owner(pg::owner_role);
    pg::spi sql;
    import_request request = read_request(sql, fcinfo);
    const pg::uuid batch = create_batch(sql, request, true);
    complete_options(sql, request.wanted, batch, request.content, request.options);
    const content file(request.content);
    examination examined(sql, file, request.wanted, request.options, {});
    store_examination(sql, batch, examined, 0);
    pg::json result = {{"id", pg::to_string(batch)}};
    result.update(preview_json(sql, examined, request.options.mode));
    examined.close();
    sql.finish();
    as_owner.end();
    return pg::make_jsonb(result);
}

} // namespace rowhouse::imports
