-- The checks of cells from SQL. The unit tests of extension/core hold the tables of every check; here stands what an SQL
-- caller must see of each.
\set SHOW_CONTEXT never
SET ROLE regress_app;

-- The shape of an answer: a row for each cell, with all that is to be said about it.
SELECT * FROM rowhouse.csv_check(ARRAY['Ada', NULL, '', ' Bo ', '=1+1', 'too long for it'], '{"required": true, "max_length": 8}');
SELECT count(*) AS rows_for_null FROM rowhouse.csv_check(NULL);
SELECT count(*) AS rows_for_nothing FROM rowhouse.csv_check('{}');

-- Every type: the value that would be stored and the codes; only what differs from what is expected is shown.
CREATE TEMP TABLE conformance (rule jsonb, cell text, value text, codes text[]);
INSERT INTO conformance VALUES
    ('{"min_length": 2}', 'a', NULL, '{min-length}'),
    ('{"max_length": 3}', 'abcd', NULL, '{max-length}'),
    ('{"max_length": 3, "pattern": "[a-z]+"}', 'ABCD', NULL, '{max-length,pattern}'),
    ('{"pattern": "[A-Z]{2}-\\d+"}', 'AB-12', 'AB-12', '{}'),
    ('{"digits": 5}', '1234', '1234', '{excel-mangled-number}'),
    ('{}', '1-Mar', '1-Mar', '{excel-mangled-number}'),
    ('{}', '#REF!', '#REF!', '{excel-mangled-number}'),
    ('{}', repeat('x', 255), repeat('x', 255), '{truncated-value}'),
    ('{}', repeat('x', 32767), repeat('x', 32767), '{truncated-value}'),
    ('{}', E'a\u200bb\u0007', E'a\u200bb\u0007', '{control-character,invisible-character}'),
    ('{"null_tokens": ["N/A"], "required": true}', 'n/a', NULL, '{null-token,required}'),
    ('{"formulas": "flag"}', 'a;=1+1', 'a;=1+1', '{formula-after-delimiter}'),
    ('{"formulas": "escape"}', '=1+1', '''=1+1', '{formula-injection}'),
    ('{"formulas": "reject"}', '=1+1', NULL, '{formula-injection}'),
    ('{"formulas": "keep"}', '=1+1', '=1+1', '{}'),
    ('{"type": "integer"}', E'\uff11\uff12', '12', '{}'),
    ('{"type": "integer"}', '1.5', NULL, '{type-error}'),
    ('{"type": "integer"}', '5.55E+09', NULL, '{excel-mangled-number}'),
    ('{"type": "integer", "maximum": 10}', '11', NULL, '{number-range}'),
    ('{"type": "numeric"}', '1.234,56', '1234.56', '{}'),
    ('{"type": "numeric"}', '1,234', '1234', '{number-locale}'),
    ('{"type": "numeric", "locale": "comma"}', '1,234', '1.234', '{}'),
    ('{"type": "numeric", "locale": "comma"}', '12.5', '12.5', '{number-locale}'),
    ('{"type": "numeric", "minimum": "0.000000000000000000001"}', '0', NULL, '{number-range}'),
    ('{"type": "boolean"}', 'WAHR', 'true', '{}'),
    ('{"type": "boolean"}', 'maybe', NULL, '{type-error}'),
    ('{"type": "date"}', '3 Apr 2024', '2024-04-03', '{}'),
    ('{"type": "date"}', '03/04/2024', '2024-04-03', '{date-ambiguous}'),
    ('{"type": "date", "date_order": "month"}', '03/04/2024', '2024-03-04', '{}'),
    ('{"type": "date", "date_format": "DD.MM.YYYY"}', '2024-04-03', NULL, '{date-format}'),
    ('{"type": "date"}', '2024-02-30', NULL, '{date-out-of-range}'),
    ('{"type": "date", "minimum": "2000-01-01"}', '1999-12-31', NULL, '{date-out-of-range}'),
    ('{"type": "timestamp"}', '4/13/2024 2:30 PM', '2024-04-13 14:30:00', '{}'),
    ('{"type": "uuid"}', '{6F9619FF8B86D011B42D00CF4FC964FF}', '6f9619ff-8b86-d011-b42d-00cf4fc964ff', '{}'),
    ('{"type": "email"}', 'Ada@EXAMPLE.com', 'Ada@example.com', '{}'),
    ('{"type": "email"}', 'Ada <ada@example.com>', NULL, '{email}'),
    ('{"type": "phone"}', '+1 (202) 555-0123', '+12025550123', '{}'),
    ('{"type": "phone"}', '(202) 555-0123', NULL, '{phone}'),
    ('{"type": "phone"}', '5.55E+09', NULL, '{excel-mangled-number}'),
    ('{"type": "url"}', 'HTTPS://Example.com/?a=1&b=-2', 'https://example.com/?a=1&b=-2', '{}'),
    ('{"type": "url"}', 'javascript:alert(1)', NULL, '{type-error}'),
    ('{"type": "json"}', '{"a": 1}', '{"a": 1}', '{}'),
    ('{"type": "json"}', '"\u0000"', NULL, '{type-error}'),
    ('{"type": "choice", "choices": ["open", "In progress"]}', 'IN PROGRESS', 'In progress', '{}'),
    ('{"type": "choice", "choices": ["open"], "exact": true}', 'Open', NULL, '{enum}');
SELECT c.rule, left(c.cell, 20) AS cell, left(found.value, 20) AS value, found.codes
FROM conformance c, rowhouse.csv_check(ARRAY[c.cell], c.rule) found
WHERE (found.value, found.codes) IS DISTINCT FROM (c.value, c.codes);

-- What is stored is what PostgreSQL reads: the normal forms cast.
SELECT sum(value::numeric) AS numbers FROM rowhouse.csv_check('{"1.234,5","-1 000,25","1,5e3","007"}', '{"type": "numeric"}');
SELECT value::timestamptz AT TIME ZONE 'UTC' AS moment
FROM rowhouse.csv_check('{2024-04-03T14:30:05.25+02:00}', '{"type": "timestamp"}');

-- The cells are a column: what one of them proves holds for the others.
SELECT value, codes FROM rowhouse.csv_check('{03/04/2024,12/31/2024}', '{"type": "date"}');
SELECT value, codes FROM rowhouse.csv_check('{"1.234","0,5"}', '{"type": "numeric"}');

-- Phone numbers that are looked up: the library for that is loaded by those who ask for it.
SELECT value, codes FROM rowhouse.csv_check('{"+1 202 555 0123","+15551234567","030 123456","0049 30 123456","+12025550123 ext. 5",x}',
                                            '{"type": "phone", "look_up": true, "region": "DE"}');
SELECT value, codes FROM rowhouse.csv_check('{"030 123456"}', '{"type": "phone", "look_up": true}');

-- Rules that cannot be used.
CREATE FUNCTION pg_temp.refusal(rule jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
    hint text;
BEGIN
    PERFORM rowhouse.csv_check('{x}', rule);
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN SQLSTATE || ' ' || message || ' / ' || left(hint, 38);
END $$;
\pset format unaligned
SELECT rule, pg_temp.refusal(rule) FROM (VALUES
    ('[]'::jsonb), ('{"typ": "text"}'), ('{"type": "money"}'), ('{"type": 1}'), ('{"required": "yes"}'),
    ('{"max_length": -1}'), ('{"max_length": 1e10}'), ('{"max_length": 1.5}'), ('{"min_length": 3, "max_length": 2}'),
    ('{"pattern": "("}'), ('{"pattern": "(a)\\1"}'), ('{"pattern": "[\\pL\\pN]{1000}"}'),
    ('{"type": "integer", "pattern": "x"}'), ('{"type": "integer", "minimum": "a"}'), ('{"type": "integer", "minimum": [1]}'),
    ('{"type": "date", "date_format": "DD.MM"}'), ('{"type": "date", "minimum": "yesterday"}'),
    ('{"type": "choice"}'), ('{"type": "choice", "choices": "a"}'), ('{"type": "choice", "choices": ["a", 1]}'),
    ('{"type": "choice", "choices": ["a", "A"]}'), ('{"type": "phone", "region": "DE"}'),
    ('{"type": "phone", "look_up": true, "region": "XX"}'), ('{"formulas": "maybe"}'), ('{"type": null, "pattern": null}')) AS v(rule);
\pset format aligned

-- Time that grows with the square of something would show here.
SELECT passed, codes FROM rowhouse.csv_check(ARRAY[repeat('a', 1000000), repeat('=', 1000000), repeat(',', 1000000)], '{"pattern": "(a*)*b"}');
SELECT passed, codes FROM rowhouse.csv_check(ARRAY[repeat('1', 1000000)], '{"type": "phone", "look_up": true, "region": "DE"}');

-- Nobody else may call it.
RESET ROLE;
SELECT has_function_privilege('public', 'rowhouse.csv_check(text[], jsonb)', 'EXECUTE') AS by_public,
       has_function_privilege('rowhouse_user', 'rowhouse.csv_check(text[], jsonb)', 'EXECUTE') AS by_user;
-- What is unusual in a column of numbers, where that was asked for, and there are enough of them to tell.
SELECT * FROM rowhouse.csv_check(ARRAY['10', '11', '9', '10.5', '9.5', '10', '11', '9', '10', '10', '1000', '10'], '{"type": "numeric", "deviation": 3}') WHERE codes <> '{}';
SELECT count(*) AS without_it FROM rowhouse.csv_check(ARRAY['10', '11', '9', '10.5', '9.5', '10', '11', '9', '10', '10', '1000', '10'], '{"type": "numeric"}') WHERE codes <> '{}';
SELECT count(*) AS of_few FROM rowhouse.csv_check(ARRAY['10', '11', '9', '1000'], '{"type": "numeric", "deviation": 1}') WHERE codes <> '{}';
SELECT count(*) AS all_the_same FROM rowhouse.csv_check(array_fill('7'::text, ARRAY[20]), '{"type": "integer", "deviation": 1}') WHERE codes <> '{}';
SELECT regress.try($$SELECT rowhouse.csv_check('{}', '{"deviation": 0}')$$);
