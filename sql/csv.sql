-- CSV from SQL: the shape of what csv_parse, csv_sniff, csv_classify and csv_sanitize give, their options and errors. The
-- conformance tables are in csv_cases and csv_sanitize.
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

-- Options change the reading.
SELECT id, p.cells, p.codes FROM (VALUES
    ('padded', E'a,b,c\n1,2\n', '{"pad_short_rows": true}'), ('strict', E'a,b\n"x" ,2\n', '{"strict": true}'),
    ('lines end with CRLF alone', E'a,b\r\n1,x\ny\r\n', '{"line_break": "\r\n"}'), ('with LF alone', E'a,b\n1,x\ry\n', '{"line_break": "\n"}'),
    ('clearly apostrophes', E'a,b\n\'x,y\',1\n\'z\',2\n\'w\',3\n', '{}'),
    ('quoted with apostrophes', E'a,b\n\'x,y\',2\n', '{"quote": "\u0027"}'), ('no quoting', E'a,b\n"x,2\n', '{"quote": ""}'),
    ('delimiter', E'a;b\n1,5;2\n', '{"delimiter": ";"}')) t(id, input, options),
    rowhouse.csv_parse(convert_to(input, 'UTF8'), options::jsonb) p
WHERE record > 0;

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
    ('{"encoding": "utf-8//TRANSLIT"}'), ('{"encoding": ""}'), ('{"header": "yes"}'), ('{"strict": 1}'), ('{"pad_short_rows": []}'), ('{"line_break": ";"}'), ('{"line_break": true}'),
    ('{"mapping": {}}'), ('{"delimiter": null, "quote": null, "encoding": null, "header": null}')) t(options);

-- Formulas.
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
