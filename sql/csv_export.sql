-- csv_export: what a query gives, neutralised, as the caller, line by line.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('one@export.example', 'correct horse', 'export-one', 'One') IS NOT NULL AS one,
       rowhouse.bootstrap('two@export.example', 'correct horse', 'export-two', 'Two') IS NOT NULL AS two;
CREATE SCHEMA regress_export;
CREATE DOMAIN regress_export.phone AS text;
CREATE DOMAIN regress_export.mobile AS regress_export.phone;
CREATE DOMAIN regress_export.amount AS numeric;
CREATE DOMAIN regress_export.flag AS boolean;
CREATE SEQUENCE regress_export.numbers;
GRANT USAGE ON SEQUENCE regress_export.numbers TO regress_app;
GRANT USAGE ON SCHEMA regress_export TO regress_app;
SET ROLE regress_app;

-- ---- cells -----------------------------------------------------------------------------------------------------------

SELECT rowhouse.csv_export($$SELECT n, name, note FROM (VALUES (1, 'Ada', '=1+1'), (2, 'Bob; -x', NULL), (3, '', 'said "hi"'), (4, E'two\nlines', ' x ')) t(n, name, note)$$);
SELECT line FROM rowhouse.csv_export('VALUES (1, 2)') line;
SELECT rowhouse.csv_export('WITH x AS (SELECT 1 AS n) TABLE x ORDER BY n;');
SELECT count(*) AS lines_for_null FROM rowhouse.csv_export(NULL);
SELECT rowhouse.csv_export('SELECT 1 AS n WHERE false') AS header_of_nothing;
-- Headers are cells as well.
SELECT rowhouse.csv_export('SELECT 1 AS "=1+1", 2 AS "a,b", 3 AS "@x", 4 AS "say ""x""", 5 AS "a;=1", 6 AS plain, 7 AS plain');
-- What PostgreSQL writes from numbers and dates alone stays what it is; interval and text do not.
SELECT rowhouse.csv_export($$SELECT -1::int2 AS i2, -2 AS i4, -3::int8 AS i8, -1.50::numeric AS n, '-Infinity'::float8 AS f, '-1'::money AS money,
    true AS yes, false::regress_export.flag AS no, date '-infinity' AS d, time '10:00' AS t, timestamptz '2020-01-01 00:00+00' AS tz$$);
SELECT rowhouse.csv_export($$SELECT -1::regress_export.amount AS domain, ARRAY[-1, -2] AS ints, ARRAY[[-1.5, 2]]::regress_export.amount[] AS nested, int4range(-5, -1) AS range,
    '{[-5,-1)}'::nummultirange AS multirange, point(1, -2) AS point, interval '-1 day' AS interval, ARRAY['-x', '=1'] AS texts, '[1,-2]'::json AS json, '[1,-2]'::jsonb AS jsonb$$, '{"header": false}');
-- Every string of the list of csv_sanitize stands in an export as csv_sanitize gives it.
CREATE TEMP TABLE given (n int, value text);
INSERT INTO given SELECT row_number() OVER (), v FROM unnest(ARRAY[
    '=1+1', '+1+1', '@SUM(1,1)', E'=1+1\nx', E'=1+1\r', '=1+1";=1+1', ' =1+1', E'\u00a0=1+1', E'\t=1+1', E'\uff1d1+1', '+1-555-123-4567', '-', '-foo', '@handle',
    E'\tname', '|calc', ';=1+1', 'a;=1+1;b', E'a\t=1+1', E'a\n=1+1', '-5', '-1,234.56', '+15551234567', 'O''Neil', 'a"=1+1', '''=1+1', '', ' name', '\.', 'sep=;', '#',
    E'\u001a', E'\ufeff', 'NULL', E'\u2028', '"', '""', '\N', 'thanks, -']) v;
SELECT to_json(value) AS value, cells, codes FROM given g
    JOIN rowhouse.csv_parse(convert_to((SELECT string_agg(line, E'\n') FROM rowhouse.csv_export('SELECT value, n FROM given ORDER BY n') line), 'UTF8')) p ON p.record = g.n
WHERE cells[1] IS DISTINCT FROM rowhouse.csv_sanitize(value) OR codes <> '{}';

-- ---- options ---------------------------------------------------------------------------------------------------------

SELECT options, to_json(ARRAY(SELECT rowhouse.csv_export('SELECT 1 AS a, NULL AS b, ''NULL'' AS c, ''x;y'' AS d', options::jsonb))) AS lines FROM (VALUES
    ('{}'), ('{"delimiter": ";"}'), ('{"delimiter": "\t"}'), ('{"delimiter": "|"}'), ('{"header": false}'), ('{"null": "NULL"}'), ('{"null": "\\N"}'), ('{"quote_all": true}'),
    ('{"quote_all": true, "null": "NULL", "header": false}'), ('{"bom": true}'), ('{"bom": true, "header": false}'), ('{"line_break": "\r\n"}'), ('{"line_break": "\n"}'),
    ('{"columns": {"d": "email"}}'), ('{"delimiter": null, "header": null, "null": null, "quote_all": null, "bom": null, "line_break": null, "columns": null}')) o(options);
SELECT options, regress.try(format('SELECT rowhouse.csv_export(%L, %L)', 'SELECT 1 AS a', options)) FROM (VALUES
    ('[]'), ('{"delimeter": ";"}'), ('{"delimiter": ":"}'), ('{"delimiter": "="}'), ('{"delimiter": ""}'), ('{"delimiter": 1}'), ('{"header": 1}'), ('{"null": "-"}'), ('{"null": "=1"}'),
    ('{"null": "a,b"}'), ('{"null": " "}'), ('{"null": 0}'), ('{"quote_all": "yes"}'), ('{"bom": 1}'), ('{"line_break": "\r"}'), ('{"line_break": "x"}'), ('{"line_break": null, "lines": 1}'),
    ('{"columns": []}'), ('{"columns": {"a": "money"}}'), ('{"columns": {"a": "header"}}'), ('{"columns": {"a": 1}}'), ('{"columns": {"b": "text"}}')) o(options);

-- ---- the query: one, and it only reads -------------------------------------------------------------------------------

CREATE TEMP TABLE kept AS SELECT n FROM generate_series(1, 5) n;
CREATE FUNCTION pg_temp.writes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE pg_temp.made(); RETURN 1; END $$;
CREATE FUNCTION pg_temp.opens() RETURNS int LANGUAGE plpgsql AS $$ BEGIN SET transaction_read_only = off; RETURN 1; END $$;
SELECT query, regress.try(format('SELECT rowhouse.csv_export(%L)', query)) FROM (VALUES
    (''), (';'), ('-- nothing'), ('SELECT 1; SELECT 2'), ('SELECT 1; DROP TABLE kept'), ('SELEC 1'), ('SELECT n FROM nowhere'), ('SELECT nothing FROM kept'), ('SELECT $1'), ('SELECT 1 / (n - 3) FROM kept'),
    ('SELECT FROM kept'), ('SELECT n INTO made FROM kept'), ('SELECT n FROM kept FOR UPDATE'), ('SELECT n FROM kept FOR KEY SHARE'), ('WITH d AS (DELETE FROM kept RETURNING n) SELECT n FROM d'),
    ('INSERT INTO kept VALUES (6) RETURNING n'), ('UPDATE kept SET n = 0 RETURNING n'), ('DELETE FROM kept RETURNING n'), ('TRUNCATE kept'), ('CREATE TABLE made AS SELECT 1'), ('COPY kept TO PROGRAM ''true'''),
    ('COPY kept FROM STDIN'), ('EXPLAIN ANALYZE DELETE FROM kept'), ('SHOW work_mem'), ('SET work_mem = 64'), ('DECLARE c CURSOR FOR TABLE kept'), ('DO $x$ BEGIN END $x$'), ('CALL nothing()'), ('COMMIT'),
    ('SELECT pg_temp.writes()'), ('SELECT pg_temp.opens()'), ('SELECT nextval(''regress_export.numbers'')'), ('SELECT n FROM kept UNION SELECT pg_temp.writes()')) q(query);
SELECT count(*) AS kept, current_setting('transaction_read_only') AS transaction_read_only FROM kept;
-- A position is one in the query.
\set VERBOSITY default
SELECT rowhouse.csv_export('SELECT n, nothing FROM kept');
-- It sees what the statement sees that it is in.
BEGIN;
INSERT INTO kept VALUES (6);
SELECT rowhouse.csv_export('SELECT count(*) FROM kept', '{"header": false}');
SAVEPOINT wrong;
SELECT rowhouse.csv_export('SELECT 1 / 0');
ROLLBACK TO wrong;
INSERT INTO kept VALUES (7); -- the transaction is not read-only any more
ROLLBACK;

-- ---- as the caller ---------------------------------------------------------------------------------------------------

RESET ROLE;
CREATE TABLE regress_export.secrets (word text);
INSERT INTO regress_export.secrets VALUES ('=hidden');
CREATE TABLE regress_export.tasks (title text);
GRANT SELECT, INSERT ON regress_export.tasks TO regress_app;
SELECT count(*) > 0 AS isolated FROM rowhouse.isolate('regress_export.tasks');
CREATE FUNCTION regress_export.report(query text) RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = regress_export, pg_temp
    AS 'SELECT rowhouse.csv_export(query)';
SET ROLE regress_app;
SELECT regress.try($$SELECT rowhouse.csv_export('TABLE regress_export.secrets')$$);
SELECT regress.try($$SELECT rowhouse.csv_export('TABLE secrets')$$);
-- A definer function lends its rights and its search_path, as it does to any query.
SELECT regress_export.report('TABLE secrets');
-- Isolated rows: those of the organization, none without one.
BEGIN; SELECT regress.act_as('one@export.example'); INSERT INTO regress_export.tasks VALUES ('=one'), ('plain one'); COMMIT;
BEGIN; SELECT regress.act_as('two@export.example'); INSERT INTO regress_export.tasks VALUES ('two'); COMMIT;
BEGIN; SELECT regress.act_as('one@export.example'); SELECT rowhouse.csv_export('SELECT title FROM regress_export.tasks ORDER BY title'); COMMIT;
BEGIN; SELECT regress.act_as('two@export.example'); SELECT rowhouse.csv_export('SELECT title FROM regress_export.tasks ORDER BY title'); COMMIT;
SELECT rowhouse.csv_export('SELECT title FROM regress_export.tasks ORDER BY title');
-- Phones by the name of a domain or by option: the class differs, the apostrophe does not.
SELECT rowhouse.csv_export($$SELECT '+1-555-123-4567'::regress_export.mobile AS a, '+1-555-123-4567' AS b, '+15551234567'::regress_export.phone AS c$$, '{"columns": {"b": "phone"}}');

-- ---- line by line ----------------------------------------------------------------------------------------------------

-- Who stops asking does not pay for the rest.
SET statement_timeout = '10s';
SELECT rowhouse.csv_export('SELECT generate_series(1, 1000000000000) AS n') LIMIT 3;
SELECT rowhouse.csv_export('SELECT 1 / (3 - n) AS x FROM generate_series(1, 5) n') LIMIT 3;
RESET statement_timeout;
-- In cursors, over savepoints and beyond the transaction.
BEGIN;
DECLARE lines CURSOR FOR SELECT rowhouse.csv_export('SELECT n FROM kept ORDER BY n');
SAVEPOINT first;
FETCH 2 FROM lines;
ROLLBACK TO first;
FETCH 2 FROM lines;
SAVEPOINT second;
SELECT 1 / 0;
ROLLBACK TO second;
FETCH 1 FROM lines;
DECLARE rest CURSOR WITH HOLD FOR SELECT rowhouse.csv_export('SELECT n FROM kept ORDER BY n');
FETCH 1 FROM rest;
COMMIT;
FETCH ALL FROM rest;
CLOSE rest;
-- In loops that are left, in each other, once for every row.
DO $$
DECLARE
    line text;
BEGIN
    FOR line IN SELECT rowhouse.csv_export('SELECT n FROM kept ORDER BY n') LOOP
        EXIT WHEN line = '2';
    END LOOP;
    BEGIN
        PERFORM rowhouse.csv_export('SELECT 1 / (n - 3) FROM kept');
    EXCEPTION WHEN division_by_zero THEN
        RAISE NOTICE 'left at %, and then division by zero', line;
    END;
    INSERT INTO kept VALUES (6);
END
$$;
SELECT rowhouse.csv_export('SELECT rowhouse.csv_export(''SELECT 1 AS a, 2 AS b'')');
SELECT n, line FROM kept, LATERAL rowhouse.csv_export('SELECT ' || n || ' AS n') line WHERE n < 3;
SELECT n, rowhouse.csv_export('SELECT ' || n || ' AS n') AS line FROM kept WHERE n < 3;
-- Memory does not grow with the rows. (A look from inside: the query measures the backend it runs in.)
RESET ROLE;
SELECT max(size) - min(size) < 100000 AS flat, count(*) AS measured FROM (
    SELECT nullif(split_part(line, ',', 1), '')::bigint AS size FROM (
        SELECT rowhouse.csv_export($$SELECT CASE WHEN n % 50000 = 1000 THEN (SELECT sum(total_bytes) FROM pg_backend_memory_contexts) END, repeat('"=;', 20)
            FROM generate_series(1, 101000) n$$, '{"header": false}') AS line OFFSET 0) lines) sizes;
SET ROLE regress_app;
-- A long one can be cancelled.
BEGIN;
SET LOCAL statement_timeout = '50ms';
SELECT count(*) FROM rowhouse.csv_export('SELECT generate_series(1, 1000000000000)');
ROLLBACK;

-- ---- reading it again ------------------------------------------------------------------------------------------------

-- C84: random cells, every delimiter and line break, with and without quotes round every cell.
SELECT setseed(0.84);
CREATE TEMP TABLE pieces AS SELECT ARRAY['"', '""', ',', ';', E'\t', '|', E'\n', E'\r', E'\r\n', ' ', 'x', 'é', '日本', '😀', '''', '\', '\"', '=1', '-5', '-', '@a',
    E'\ufeff', E'\u001a', E'\f', 'sep=;', E'\u2028', E'\u00a0', 'NULL', '\N', '#', E'\u0001', E'\u0085', '0', '%', '+'] AS list;
CREATE FUNCTION pg_temp.random_text(most int) RETURNS text LANGUAGE sql VOLATILE
    RETURN (SELECT coalesce(string_agg(list[1 + floor(random() * cardinality(list))::int], ''), '') FROM pieces, generate_series(1, floor(random() * (most + 1))::int));
CREATE TEMP TABLE noise AS
SELECT n, CASE WHEN random() < 0.9 THEN pg_temp.random_text(6) END AS a, pg_temp.random_text(3) AS b FROM generate_series(1, 500) n;
ANALYZE noise;
CREATE TEMP TABLE ways AS
SELECT jsonb_build_object('delimiter', d, 'line_break', l, 'quote_all', q, 'bom', bom) AS options, d AS delimiter
FROM unnest(ARRAY[',', ';', E'\t', '|']) d, unnest(ARRAY[E'\n', E'\r\n']) l, unnest(ARRAY[false, true]) q, unnest(ARRAY[false, true]) bom;
SELECT options, noise.*, p.cells, p.codes
FROM ways, LATERAL (SELECT convert_to(string_agg(line, ''), 'UTF8') AS content FROM rowhouse.csv_export('SELECT a, b, n FROM noise ORDER BY n', options) line) f,
     rowhouse.csv_parse(content, jsonb_build_object('delimiter', delimiter, 'encoding', 'utf-8', 'strict', true)) p LEFT JOIN noise ON n = p.record
WHERE p.record > 0 AND (p.cells IS DISTINCT FROM ARRAY[rowhouse.csv_sanitize(a), rowhouse.csv_sanitize(b), n::text] OR p.codes <> '{}')
LIMIT 3;
SELECT count(*) AS ways, (SELECT count(*) FROM noise) AS rows, (SELECT count(DISTINCT rowhouse.csv_classify(a)) FROM noise) AS classes FROM ways;
-- An import takes off what the export has put on.
BEGIN;
SELECT regress.act_as('one@export.example');
SELECT p -> 'sample' AS sample, jsonb_path_query_array(p, '$.findings[*].code') AS codes
FROM (SELECT string_agg(line, '') AS file FROM rowhouse.csv_export($$SELECT 'x@example.com' AS email, '=1+1' AS first_name, '-foo' AS last_name, '+1-555-123-4567' AS phone$$, '{"line_break": "\r\n"}') line) e,
     rowhouse.import_preview('users', convert_to(file, 'UTF8')) p;
COMMIT;

-- ---- not for everybody -----------------------------------------------------------------------------------------------

RESET ROLE;
CREATE ROLE regress_nobody;
SET ROLE regress_nobody;
SELECT rowhouse.csv_export('SELECT 1');
RESET ROLE;
DROP ROLE regress_nobody;
SET client_min_messages = warning;
DROP SCHEMA regress_export CASCADE;
