-- Checks of cells, as an import does them.

CREATE FUNCTION rowhouse.csv_check(cells text[], rule jsonb DEFAULT '{}')
    RETURNS TABLE (cell bigint, value text, passed boolean, codes text[], messages text[])
    LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'rowhouse_csv_check';
COMMENT ON FUNCTION rowhouse.csv_check(text[], jsonb) IS
    'What an import would say of the cells of one column, in their order (cell counts from 1): value is the form that would be stored, NULL where the cell is empty or wrong; passed is false where there is an error; codes and messages are those of the findings. rule: type (text, integer, numeric, boolean, date, timestamp, uuid, email, phone, url, json, choice), required, min_length, max_length, digits, minimum, maximum, deviation, locale (point, comma), date_order (day, month, year), date_format, choices, exact, pattern, null_tokens, look_up, region, formulas (flag, escape, reject, keep); what each means is in docs/csv.md. Error 22023 for an option that does not exist or has a wrong value, and for a regular expression that cannot be used; never one for what is in a cell. No rows for NULL. STABLE, PARALLEL SAFE; rowhouse_user and rowhouse_admin.';

REVOKE EXECUTE ON FUNCTION rowhouse.csv_check(text[], jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.csv_check(text[], jsonb) TO rowhouse_user, rowhouse_admin;
