#include "pg/probe_row.hpp"

namespace rowhouse::pg {

namespace {

// A constant of any type: by category where there is a usual one, else NULL, which a NOT NULL column will refuse.
constexpr const char* sample_value =
    "CASE WHEN t.typtype = 'e' THEN (SELECT quote_literal(enumlabel) FROM pg_enum WHERE enumtypid = t.oid "
    "  ORDER BY enumsortorder LIMIT 1) "
    "WHEN t.typname = 'uuid' THEN quote_literal(md5(a.attname || $3::text)::uuid) "
    "WHEN t.typname IN ('json', 'jsonb') THEN quote_literal('{}') "
    "WHEN t.typname = 'bytea' THEN quote_literal('') "
    "WHEN t.typcategory = 'N' THEN quote_literal(-10 - $3) "
    "WHEN t.typcategory = 'B' THEN quote_literal('false') "
    "WHEN t.typcategory = 'D' THEN quote_literal(date '1900-01-01' + $3::integer) "
    "WHEN t.typcategory = 'S' THEN quote_literal('x' || $3) "
    "WHEN t.typcategory = 'A' THEN quote_literal('{}') "
    "WHEN t.typcategory = 'T' THEN quote_literal('1 hour') "
    "WHEN t.typcategory = 'I' THEN quote_literal('192.0.2.1') "
    "ELSE 'NULL' END || '::' || format_type(a.atttypid, a.atttypmod)";

} // namespace

probe_row make_probe_row(spi& sql, Oid table, const std::string& owner_column, int salt) {
    probe_row row;
    sql.run(std::string("SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), string_agg(") +
                sample_value +
                ", ', ' ORDER BY a.attnum) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
                "WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> $2::name "
                "AND a.attgenerated = '' AND a.attidentity = '' AND NOT (a.atthasdef AND NOT EXISTS (SELECT FROM "
                "pg_index i "
                " WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey))) "
                "AND (a.attnotnull OR EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partrelid = a.attrelid "
                " AND a.attnum = ANY (p.partattrs)))",
            {param_oid(table), param(owner_column), param(static_cast<std::int64_t>(salt))});
    row.columns = sql.text(0, 1).value_or("");
    row.values = sql.text(0, 2).value_or("");
    sql.run("SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_index i "
            "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) "
            "WHERE i.indrelid = $1 AND i.indisprimary AND NOT EXISTS (SELECT FROM pg_attribute o "
            " WHERE o.attrelid = i.indrelid AND o.attname = $2::name AND o.attnum = ANY (i.indkey)) "
            "AND NOT EXISTS (SELECT FROM pg_attribute g WHERE g.attrelid = i.indrelid AND g.attnum = ANY (i.indkey) "
            " AND (g.attidentity <> '' OR g.attgenerated <> ''))",
            {param_oid(table), param(owner_column)});
    row.key = sql.text(0, 1).value_or("");
    return row;
}

} // namespace rowhouse::pg
