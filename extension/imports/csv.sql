-- CSV: reading it from bytes, and what a spreadsheet would do with a cell.

CREATE FUNCTION rowhouse.csv_sniff(content bytea) RETURNS jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_csv_sniff';
COMMENT ON FUNCTION rowhouse.csv_sniff(bytea) IS
    'How a file would be read: {"encoding","encoding_confidence","delimiter","delimiter_confidence","quote","quote_confidence","line_break","bom","sep_hint","header","header_confidence","preamble_rows","header_line","columns","records","findings"}. quote is null where the file has none, header_line null without a header; findings are those about the file as a whole, and say so when it is no CSV at all. Never an error for what is in the file. NULL for NULL. IMMUTABLE, PARALLEL SAFE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.csv_parse(content bytea, options jsonb DEFAULT '{}')
    RETURNS TABLE (record bigint, line bigint, cells text[], codes text[])
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000 AS 'MODULE_PATHNAME', 'rowhouse_csv_parse';
COMMENT ON FUNCTION rowhouse.csv_parse(bytea, jsonb) IS
    'The records of a file, made one at a time as they are asked for. record 0 is the header, data records count from 1; line is the physical line a record starts on; a cell is NULL where it was empty and unquoted; codes are those of the findings about the record, in the order found. Codes about the file as a whole stand with record 0, which has line 0 and no cells where there is no header but there are codes, or where there is no record at all. options: encoding, delimiter, quote, line_break, header, header_line (the line of the first record; those above are left out), strict, pad_short_rows. Error 22023 for an option that does not exist or has a wrong value; never one for what is in the file. No rows for NULL. IMMUTABLE, PARALLEL SAFE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.csv_classify(value text, type text DEFAULT 'text') RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_csv_classify';
COMMENT ON FUNCTION rowhouse.csv_classify(text, text) IS
    'What a spreadsheet would do with a cell: safe, quote (harmless, neutralised on export), split (a reader with another separator would cut a formula out of it) or danger (it would be computed). type: text, number, email, phone or header; error 22023 for another. NULL for NULL. IMMUTABLE, PARALLEL SAFE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.csv_sanitize(value text, type text DEFAULT 'text') RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_csv_sanitize';
COMMENT ON FUNCTION rowhouse.csv_sanitize(text, text) IS
    'The value as it may stand in a CSV export: an apostrophe before what a spreadsheet would compute; numbers and phone numbers stay what they are, and a safe value comes back unchanged. type: text, number, email, phone or header; error 22023 for another. NULL for NULL. IMMUTABLE, PARALLEL SAFE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.csv_export(query text, options jsonb DEFAULT '{}') RETURNS SETOF text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1000 AS 'MODULE_PATHNAME', 'rowhouse_csv_export';
COMMENT ON FUNCTION rowhouse.csv_export(text, jsonb) IS
    'What a query gives as the lines of a CSV file, header first: neutralised as by csv_sanitize() and by the types of the columns, quoted where any reader could split. The query runs with the rights and the row level security of the caller, line by line as they are fetched (in a SELECT list; in FROM, PostgreSQL collects them first), in a read-only transaction. In a definer function the caller is its owner: give it no query that somebody else wrote. options: delimiter (, ; | or tab), header, null (how a NULL is written), quote_all, bom, line_break (what lines end with: "", "\n", "\r\n"), columns ({"label": "text|number|email|phone"}). Errors: 22023 for a wrong option and for a query that does more than read; 42601 for more than one statement; 25006 where the query calls a function that writes; and whatever the query itself raises. No rows for NULL. VOLATILE, PARALLEL UNSAFE; rowhouse_user and rowhouse_admin.';

REVOKE EXECUTE ON FUNCTION rowhouse.csv_sniff(bytea), rowhouse.csv_parse(bytea, jsonb),
    rowhouse.csv_classify(text, text), rowhouse.csv_sanitize(text, text),
    rowhouse.csv_export(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.csv_sniff(bytea), rowhouse.csv_parse(bytea, jsonb),
    rowhouse.csv_classify(text, text), rowhouse.csv_sanitize(text, text),
    rowhouse.csv_export(text, jsonb) TO rowhouse_user, rowhouse_admin;
