#include "isolation/keys.hpp"

namespace rowhouse::isolation {

namespace {

struct constraint {
    std::string name;
    std::string definition; // as pg_get_constraintdef() gives it, to restore it
    std::string table;      // qualified: its own, or for a foreign key the one referred to
    std::string columns;    // its own, quoted, comma-separated
    std::string others;     // those referred to
    std::string owner;      // owner column of the table referred to
    std::string actions;    // ON DELETE …, DEFERRABLE …
    bool owner_key_missing; // the table referred to has no unique key of owner and those columns
};

// Quoted column names of a key, in its order.
constexpr const char* column_list =
    "(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position) FROM unnest(%KEY%) WITH ORDINALITY "
    "k(attnum, position) JOIN pg_attribute a ON a.attrelid = %TABLE% AND a.attnum = k.attnum)";

std::string columns_of(const char* table, const char* key) {
    std::string text = column_list;
    text.replace(text.find("%KEY%"), 5, key);
    text.replace(text.find("%TABLE%"), 7, table);
    return text;
}

std::vector<constraint> read(pg::spi& sql, std::uint64_t count) {
    std::vector<constraint> found;
    for (std::uint64_t row = 0; row < count; row++)
        found.push_back({*sql.text(row, 1), *sql.text(row, 2), *sql.text(row, 3), *sql.text(row, 4),
                         sql.text(row, 5).value_or(""), sql.text(row, 6).value_or(""), sql.text(row, 7).value_or(""),
                         sql.text(row, 8) == "t"});
    return found;
}

} // namespace

void add_owner_to_foreign_keys(pg::spi& sql, steps& log, Oid table, const std::string& scope,
                               const std::string& column) {
    const auto count = sql.run(
        "SELECT quote_ident(c.conname), pg_get_constraintdef(c.oid), c.confrelid::regclass::text, " +
            columns_of("c.conrelid", "c.conkey") + ", " + columns_of("c.confrelid", "c.confkey") +
            ", quote_ident(parent.column_name), "
            "substring(pg_get_constraintdef(c.oid) FROM '\\) (MATCH .*|ON .*|DEFERRABLE.*)$'), "
            "NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute o ON o.attrelid = i.indrelid "
            " AND o.attname = parent.column_name WHERE i.indrelid = c.confrelid AND i.indisunique AND i.indpred IS "
            "NULL "
            " AND i.indkey::smallint[] @> (o.attnum || c.confkey) AND i.indnkeyatts = cardinality(c.confkey) + 1) "
            "FROM pg_constraint c JOIN rowhouse.isolated_tables parent ON parent.relation = c.confrelid "
            "JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attname = $2::name "
            "WHERE c.conrelid = $1 AND c.contype = 'f' AND c.conparentid = 0 AND parent.scope = $3 "
            "AND own.attnum = ANY (c.conkey) IS NOT TRUE ORDER BY c.conname",
        {pg::param_oid(table), pg::param(column), pg::param(scope)});
    const std::string alter = "ALTER TABLE " + pg::qualified_name(table);
    const std::string owner = pg::quote_identifier(column);
    for (const constraint& key : read(sql, count)) {
        if (key.owner_key_missing)
            log.run("ALTER TABLE " + key.table + " ADD UNIQUE (" + key.owner + ", " + key.others + ")");
        log.run(alter + " DROP CONSTRAINT " + key.name, alter + " ADD CONSTRAINT " + key.name + " " + key.definition);
        log.run(alter + " ADD CONSTRAINT " + key.name + " FOREIGN KEY (" + owner + ", " + key.columns +
                    ") REFERENCES " + key.table + " (" + key.owner + ", " + key.others + ")" +
                    (key.actions.empty() ? "" : " " + key.actions),
                alter + " DROP CONSTRAINT IF EXISTS " + key.name);
    }
}

void add_owner_to_unique_keys(pg::spi& sql, steps& log, Oid table, const std::string& column) {
    const auto count = sql.run(
        "SELECT quote_ident(c.conname), pg_get_constraintdef(c.oid), '', " + columns_of("c.conrelid", "c.conkey") +
            " FROM pg_constraint c LEFT JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attname = $2::name "
            "WHERE c.conrelid = $1 AND c.contype = 'u' AND c.conparentid = 0 AND own.attnum = ANY (c.conkey) IS NOT "
            "TRUE "
            "AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid) "
            "ORDER BY c.conname",
        {pg::param_oid(table), pg::param(column)});
    const std::string alter = "ALTER TABLE " + pg::qualified_name(table);
    std::vector<constraint> found;
    for (std::uint64_t row = 0; row < count; row++)
        found.push_back({*sql.text(row, 1), *sql.text(row, 2), "", *sql.text(row, 4), "", "", "", false});
    for (const constraint& key : found) {
        log.run(alter + " DROP CONSTRAINT " + key.name, alter + " ADD CONSTRAINT " + key.name + " " + key.definition);
        log.run(alter + " ADD CONSTRAINT " + key.name + " UNIQUE (" + pg::quote_identifier(column) + ", " +
                    key.columns + ")",
                alter + " DROP CONSTRAINT IF EXISTS " + key.name);
    }
}

} // namespace rowhouse::isolation
