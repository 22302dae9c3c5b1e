-- The conformance list of CSV inputs, case by case: what a file reads as, tolerant and strict. One row a case; only what
-- differs is shown. The rules behind it are in docs/csv.md. The list has no text for C65 to C79 and C85, only bytes and
-- sizes; C80 to C83 (the same records wherever the input is cut) are the unit tests', which can cut; C84 is csv_export's.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('boss@cases.example', 'correct horse', 'cases', 'Cases') IS NOT NULL AS organization;
SET ROLE regress_app;
SET statement_timeout = '1min';

-- rows: data rows, null where they are not compared. codes: of the whole file, in no order; nonrfc-line-breaks, which most
-- of these files would have, is compared only where it is listed. strict: the code that strict reading makes an error, null
-- where it accepts the file (it keeps the blank column of C24, with a warning for its label).
CREATE TEMP TABLE cases (id text, input bytea, rows jsonb, codes text[], strict text, options jsonb DEFAULT '{}');
INSERT INTO cases (id, input, rows, codes, strict)
SELECT id, convert_to(input, 'UTF8'), rows::jsonb, codes::text[], strict FROM (VALUES
    ('C01', E'a,b,c\r\n1,2,3\r\n', '[["1","2","3"]]', '{}', NULL),
    ('C02', E'a,b,c\n1,2,3\n', '[["1","2","3"]]', '{nonrfc-line-breaks}', NULL),
    ('C03', E'a,b,c\n1,2,3', '[["1","2","3"]]', '{}', NULL),
    ('C04', E'a,b,c\r1,2,3\r', '[["1","2","3"]]', '{nonrfc-line-breaks}', NULL),
    ('C05', E'a,b\r\n1,2\n3,4\r\n', '[["1","2"],["3","4"]]', '{mixed-line-breaks}', 'mixed-line-breaks'),
    ('C06', E'a,b\n"x,y",2\n', '[["x,y","2"]]', '{}', NULL),
    ('C07', E'a,b\n"l1\nl2",2\n', '[["l1\nl2","2"]]', '{}', NULL),
    ('C08', E'a,b\r\n"l1\r\nl2",2\r\n', '[["l1\r\nl2","2"]]', '{}', NULL),
    ('C09', E'a,b\n"l1\r\nl2",2\n', '[["l1\r\nl2","2"]]', '{}', NULL),
    ('C10', E'a,b\n"x""y",2\n', '[["x\"y","2"]]', '{}', NULL),
    ('C11', E'a,b\n"""x""",2\n', '[["\"x\"","2"]]', '{}', NULL),
    ('C12', E'a\n""""\n', '[["\""]]', '{}', NULL),
    ('C13', E'a,b\n"",2\n', '[["","2"]]', '{}', NULL),
    ('C14', E'a,b\n,2\n', '[[null,"2"]]', '{}', NULL),
    ('C15', E'a,b,c\n,,\n', '[]', '{blank-row}', NULL),
    ('C16', E'a,b\n1,2\n\n3,4\n', '[["1","2"],["3","4"]]', '{blank-row}', 'blank-row'),
    ('C17', E'a,b\n1,2\n  \n3,4\n', '[["1","2"],["3","4"]]', '{blank-row}', 'blank-row'),
    ('C18', E'a\nx\n\n""\ny\n', '[["x"],[""],["y"]]', '{blank-row}', NULL),
    ('C19', E'a,b\n1,2\n\n\n', '[["1","2"]]', '{blank-row,blank-row}', NULL),
    ('C20', E'\n\na,b\n1,2\n', '[["1","2"]]', '{blank-row,blank-row}', 'blank-row'),
    ('C21', E'a,b,c\n1,2\n', '[["1","2",null]]', '{missing-cell}', 'missing-cell'),
    ('C22', E'a,b,c\n1,2,3,4\n', '[["1","2","3"]]', '{extra-cell}', 'extra-cell'),
    ('C23', E'a,b,c\n1,2,3,\n', '[["1","2","3"]]', '{trailing-delimiter}', 'extra-cell'),
    ('C24', E'a,b,c,\n1,2,3,\n', '[["1","2","3"]]', '{trailing-delimiter}', NULL),
    ('C25', E'a,b\n x ,2\n', '[[" x ","2"]]', '{}', NULL),
    ('C26', E'a,b\n "x",2\n', '[[" \"x\"","2"]]', '{stray-quote}', 'stray-quote'),
    ('C27', E'a,b\n"x" ,2\n', '[["x","2"]]', '{space-after-quote}', 'stray-quote'),
    ('C28', E'a,b\nx"y"z,2\n', '[["x\"y\"z","2"]]', '{stray-quote}', 'stray-quote'),
    ('C29', E'a,b\n"x"y,2\n', '[["\"x\"y","2"]]', '{quote-repaired}', 'stray-quote'),
    ('C30', E'a,b\n"x" "y",2\n', '[["x\" \"y","2"]]', '{stray-quote}', 'stray-quote'),
    ('C31', E'a,b\n"x"y"z",2\n', '[["x\"y\"z","2"]]', '{stray-quote}', 'stray-quote'),
    ('C32', E'a,b\n"x,2\n3,4\n', '[["\"x","2"],["3","4"]]', '{unclosed-quote}', 'unclosed-quote'),
    ('C33', E'a,b\nx,"2', '[["x","\"2"]]', '{unclosed-quote}', 'unclosed-quote'),
    ('C34', E'a,b\nx,2"\n', '[["x","2\""]]', '{stray-quote}', 'stray-quote'),
    ('C35', E'a,b\n"x\\"y",2\n', '[["x\\\"y","2"]]', '{stray-quote}', 'stray-quote'),
    ('C36', E'a,b\n''x,y'',2\n', '[["''x","y''"]]', '{extra-cell}', 'extra-cell'),
    ('C37', E'\ufeffa,b\n1,2\n', '[["1","2"]]', '{bom}', NULL),
    ('C38', E'\ufeff"a",b\n1,2\n', '[["1","2"]]', '{bom}', NULL),
    ('C39', E'a;b\n1,5;2\n', '[["1,5","2"]]', '{delimiter-detected}', NULL),
    ('C40', E'sep=;\na;b\n1;2\n', '[["1","2"]]', '{sep-hint}', 'sep-hint'),
    ('C41', E'a\tb\n1\t2\n', '[["1","2"]]', '{delimiter-detected}', NULL),
    ('C42', E'a|b\n1|2\n', '[["1","2"]]', '{delimiter-detected}', NULL),
    ('C43', E'a,a\n1,2\n', '[["1","2"]]', '{duplicate-label}', NULL),
    ('C44', E'a,,c\n1,2,3\n', '[["1","2","3"]]', '{blank-label}', NULL),
    ('C45', E'"a\nx",b\n1,2\n', '[["1","2"]]', '{}', NULL),
    ('C46', E'a,b\n1,\\.\n', '[["1","\\."]]', '{}', NULL),
    ('C47', E'a\n1\n\\.\n2\n', '[["1"],["\\."],["2"]]', '{}', NULL),
    ('C48', E'a,b\n\\N,NULL\n', '[["\\N","NULL"]]', '{}', NULL),
    ('C49', E'a,b\né,日本\n', '[["é","日本"]]', '{}', NULL),
    ('C51', E'# note\na,b\n1,2\n', '[["1","2"]]', '{preamble-row}', 'missing-cell'),
    ('C52', E'a,b\n"1","2"\n', '[["1","2"]]', '{}', NULL),
    ('C53', E'a,b\n1,2\x1a', '[["1","2"]]', '{trailing-control}', NULL),
    ('C54', E'a\n1\n2\n', '[["1"],["2"]]', '{}', NULL),
    ('C55', E'a,b\n"x\n",2\n', '[["x\n","2"]]', '{}', NULL),
    ('C56', '', '[]', '{empty-file}', 'empty-file'),
    ('C57', 'a,b,c', '[]', '{no-data-rows}', NULL),
    ('C58', E'a,b\n1\u20282,3\n', '[["1\u20282","3"]]', '{}', NULL),
    ('C59', E'a,b\n1,2\n\f', '[["1","2"]]', '{blank-row}', 'missing-cell'),
    ('C60', E'datecol,textcol\n1/1/19,"text"\n1/6/19,"text, with comma"\n1/9/19,''text''\n', '[["1/1/19","text"],["1/6/19","text, with comma"],["1/9/19","''text''"]]', '{}', NULL),
    ('C61', E'a,b\n007,+15551234567\n', '[["007","+15551234567"]]', '{}', NULL),
    ('C62', E'a,b\n1,""x""\n', '[["1","\"\"x\"\""]]', '{quote-repaired}', 'stray-quote'),
    ('C63', E'a,b\n"a""",2\n', '[["a\"","2"]]', '{}', NULL),
    ('C64', E'a,b\n"""a,2\n', '[["\"\"\"a","2"]]', '{unclosed-quote}', 'unclosed-quote')
) AS texts (id, input, rows, codes, strict);

-- What is no text: a NUL byte, encodings, other formats.
INSERT INTO cases (id, input, rows, codes, strict, options) VALUES
    ('C50', convert_to(E'a,b\n1,x', 'UTF8') || '\x00'::bytea || convert_to(E'y\n', 'UTF8'), '[["1",null]]', '{nul-byte}', 'nul-byte', '{}'),
    ('C65', '\xfffe61002c0062000a00e9002c00e5652c670a00220078002c00790022002c003dd800de0a00', '[["é","日本"],["x,y","😀"]]', '{encoding-detected}', NULL, '{}'),
    ('C66', '\xfeff0061002c0062000a00e9002c65e5672c000a00220078002c00790022002cd83dde00000a', '[["é","日本"],["x,y","😀"]]', '{encoding-detected}', NULL, '{}'),
    ('C67', E'a,b\\0121,\\351', '[["1","é"]]', '{encoding-guessed}', NULL, '{}'),
    ('C68', '\xe8ecff2ce3eef0eee40ac8e2e0ed2ccceef1eae2e00a', '[]', '{encoding-ambiguous}', 'encoding-ambiguous', '{}'),
    ('C68 chosen', '\xe8ecff2ce3eef0eee40ac8e2e0ed2ccceef1eae2e00a', '[["Иван","Москва"]]', '{}', NULL, '{"encoding": "windows-1251"}'),
    ('C69', E'a,b\\0121,x\\300\\257\\012', '[["1","x��"]]', '{encoding-error}', 'encoding-error', '{}'),
    ('C70', E'a,b\\0121,\\355\\240\\200\\012', '[["1","���"]]', '{encoding-error}', 'encoding-error', '{}'),
    ('C71', E'a,b\\0121,\\346\\227', '[["1","�"]]', '{encoding-error}', 'encoding-error', '{}'),
    ('C72', convert_to(E'a,b\né,1\nx', 'UTF8') || '\xe9'::bytea || convert_to(E',2\nß,4\n日,5\n', 'UTF8'),
     '[["é","1"],["x�","2"],["ß","4"],["日","5"]]', '{encoding-error}', 'encoding-error', '{}'),
    ('C73', convert_to(E'\ufeff\ufeffa,b\n1,2\n', 'UTF8'), '[["1","2"]]', '{bom,bom-in-data}', NULL, '{}'),
    ('C73 joined', convert_to(E'a,b\n1,2\n\ufeffa,b\n3,4\n', 'UTF8'), '[["1","2"],["\ufeffa","b"],["3","4"]]', '{bom-in-data}', NULL, '{}'),
    ('C74 UTF-32', '\xfffe00006100000062000000', '[]', '{not-csv}', 'not-csv', '{}'),
    ('C74 ZIP', '\x504b03041400', '[]', '{not-csv}', 'not-csv', '{}'),
    ('C74 gzip', '\x1f8b0800', '[]', '{not-csv}', 'not-csv', '{}'),
    ('C74 PDF', '%PDF-1.7', '[]', '{not-csv}', 'not-csv', '{}'),
    ('C85', E'betrag;name\\0121.234,56;x\\012', '[["1.234,56","x"]]', '{delimiter-detected}', NULL, '{}');

-- What the list says beside the rows: readings with options, and sizes.
INSERT INTO cases (id, input, rows, codes, strict, options) VALUES
    ('C21 padded', E'a,b,c\\0121,2\\012', '[["1","2",null]]', '{missing-cell}', 'missing-cell', '{"pad_short_rows": true}'),
    ('C36 quoted', E'a,b\\012''x,y'',2\\012', '[["x,y","2"]]', '{}', NULL, '{"quote": "''"}'),
    ('C39 given', E'a;b\\0121,5;2\\012', '[["1,5","2"]]', '{}', NULL, '{"delimiter": ";"}'),
    ('C40 quoted', E'sep=;\\012"a";b\\0121;2\\012', '[["1","2"]]', '{sep-hint}', 'sep-hint', '{}'),
    ('C77', convert_to(repeat('c,', 1600) || E'c\n1,2\n', 'UTF8'), '[]', '{too-many-columns}', 'too-many-columns', '{}'),
    ('C78 cell', convert_to(E'a,b,c\n' || repeat('x', 1048577) || E',2,3\n1,2,3\n', 'UTF8'), NULL, '{cell-too-large}', 'cell-too-large', '{}'),
    ('C78 record', convert_to(E'a,b,c\n' || repeat('x', 1048576) || ',' || repeat('x', 1048576) || E',3\n1,2,3\n', 'UTF8'), NULL,
     '{record-too-large}', 'record-too-large', '{}');

CREATE FUNCTION pg_temp.codes(input bytea, options jsonb, wanted text[]) RETURNS text[] LANGUAGE sql
    RETURN ARRAY(SELECT code FROM rowhouse.csv_parse(input, options) p, unnest(p.codes) code
                 WHERE code <> 'nonrfc-line-breaks' OR code = ANY (wanted) ORDER BY code COLLATE "C");
CREATE TEMP TABLE readings AS
SELECT c.*, ARRAY(SELECT code FROM unnest(codes) code ORDER BY code COLLATE "C") AS wanted,
       pg_temp.codes(input, options, codes) AS got_codes, pg_temp.codes(input, options || '{"strict": true}', codes) AS strict_codes,
       (SELECT coalesce(jsonb_agg(to_jsonb(p.cells) ORDER BY p.record) FILTER (WHERE p.record > 0), '[]')
        FROM rowhouse.csv_parse(input, options) p) AS got_rows
FROM cases c;
SELECT id, got_rows, got_codes, strict_codes FROM readings
WHERE got_rows <> rows OR got_codes <> wanted
   OR CASE WHEN strict IS NULL THEN NOT strict_codes <@ (wanted || '{blank-label}') ELSE NOT strict = ANY (strict_codes) END
ORDER BY id COLLATE "C";
SELECT count(*) AS cases, count(DISTINCT left(id, 3)) AS numbers FROM readings;

-- Headers, where the case is about them.
CREATE TEMP TABLE headers (id text, header jsonb);
INSERT INTO headers VALUES
    ('C20', '["a","b"]'),
    ('C40', '["a","b"]'),
    ('C43', '["a","a"]'),
    ('C44', '["a",null,"c"]'),
    ('C45', '["a\nx","b"]'),
    ('C51', '["a","b"]'),
    ('C57', '["a","b","c"]'),
    ('C60', '["datecol","textcol"]');
SELECT h.id, p.cells FROM headers h JOIN cases USING (id), rowhouse.csv_parse(input, options) p
WHERE p.record = 0 AND to_jsonb(p.cells) <> header;
SELECT count(*) AS headers FROM headers h JOIN cases USING (id), rowhouse.csv_parse(input, options) p WHERE p.record = 0;

-- What csv_sniff says of them.
CREATE TEMP TABLE formats (id text, format jsonb);
INSERT INTO formats VALUES
    ('C01', '{"line_break":"\r\n","delimiter":",","quote":"\"","encoding":"utf-8"}'),
    ('C04', '{"line_break":"\r"}'),
    ('C05', '{"line_break":"mixed"}'),
    ('C20', '{"header_line":3}'),
    ('C37', '{"bom":true}'),
    ('C38', '{"bom":true}'),
    ('C39', '{"delimiter":";"}'),
    ('C40', '{"delimiter":";","sep_hint":true}'),
    ('C41', '{"delimiter":"\t"}'),
    ('C42', '{"delimiter":"|"}'),
    ('C51', '{"header_line":2}'),
    ('C60', '{"quote":"\""}'),
    ('C65', '{"encoding":"utf-16le","bom":true}'),
    ('C66', '{"encoding":"utf-16be","bom":true}'),
    ('C67', '{"encoding":"windows-1252"}'),
    ('C69', '{"encoding":"utf-8"}'),
    ('C73', '{"bom":true}'),
    ('C73 joined', '{"bom":false}'),
    ('C85', '{"delimiter":";"}');
SELECT f.id, format, rowhouse.csv_sniff(input) - 'findings' AS got FROM formats f JOIN cases USING (id)
WHERE NOT rowhouse.csv_sniff(input) @> format;
SELECT count(*) AS formats FROM formats JOIN cases USING (id);

-- What is said of files that are not UTF-8 or no CSV.
SELECT c.id, f ->> 'code' AS code, f ->> 'line' AS line, f ->> 'message' AS message
FROM cases c, jsonb_array_elements(rowhouse.csv_sniff(input) -> 'findings') f
WHERE c.id ~ '^C(67|68|73|74)' AND f ->> 'code' NOT IN ('bom', 'nonrfc-line-breaks') ORDER BY c.id COLLATE "C";

-- C75 and C76: what an import takes.
BEGIN;
SELECT regress.act_as('boss@cases.example');
SELECT id, jsonb_path_query_array(rowhouse.import_preview('users', input), '$.file[*] ? (@.severity == "error").code') AS codes FROM (VALUES
    ('C75 at the limit', convert_to(rpad(E'email\nx@example.com\n', 10 * 1024 * 1024, E'\n'), 'UTF8')),
    ('C75', convert_to(rpad(E'email\nx@example.com\n', 10 * 1024 * 1024 + 1, E'\n'), 'UTF8')),
    ('C76 at the limit', convert_to('email' || (SELECT string_agg(E'\nx' || n || '@example.com', '') FROM generate_series(1, 5000) n), 'UTF8')),
    ('C76', convert_to('email' || (SELECT string_agg(E'\nx' || n || '@example.com', '') FROM generate_series(1, 5001) n), 'UTF8'))) t(id, input);
COMMIT;

-- C79: linear time. The limit is far above what that takes and far below what a quadratic reader would.
SET statement_timeout = '20s';
SELECT what, count(*) AS records FROM (VALUES
    ('alone', repeat('"', 1000001)), ('in a cell', E'a,b\n' || repeat('"', 1000001) || E',2\n3,4\n'),
    ('unquoted', E'a,b\nx' || repeat('"', 1000001) || E',2\n3,4\n')) t(what, content), rowhouse.csv_parse(convert_to(content, 'UTF8'))
GROUP BY what ORDER BY what;
RESET statement_timeout;
