-- csv_parse and csv_sniff over files of some size: wherever the bytes are stored, in FROM and in the select list, cut
-- short and cancelled.
\set SHOW_CONTEXT never
CREATE TEMP TABLE uploads (storage text, content bytea);
ALTER TABLE uploads ALTER content SET STORAGE EXTERNAL;
INSERT INTO uploads
SELECT 'external', convert_to('id,name,note' || E'\n' || string_agg(format(E'%s,"n ""%s""",\u00e9%s\n', n, n, repeat('x', n % 90)), '' ORDER BY n), 'UTF8')
FROM generate_series(1, 60000) n;
ALTER TABLE uploads ALTER content SET STORAGE EXTENDED;
INSERT INTO uploads SELECT 'compressed', content || '' FROM uploads;
INSERT INTO uploads SELECT 'utf-16', decode('fffe', 'hex') || string_agg(substr(content, n, 1) || '\x00', '' ORDER BY n)
FROM (SELECT convert_to(translate(left(convert_from(content, 'UTF8'), 20000), U&'\00e9', 'e'), 'UTF8') AS content FROM uploads WHERE storage = 'external' OFFSET 0) c,
     generate_series(1, length(content)) n;
SELECT storage, pg_column_size(content) < length(content) AS compressed FROM uploads;

-- The same records from every kind of storage.
SELECT storage, count(*), sum(record), min(cells[2]) FILTER (WHERE record = 7) AS seventh, count(DISTINCT cells[3]) AS notes,
       max(codes::text) FILTER (WHERE record = 0) AS about_file
FROM uploads, rowhouse.csv_parse(content) GROUP BY storage ORDER BY storage;
SELECT storage, rowhouse.csv_sniff(content)->>'records' AS records, rowhouse.csv_sniff(content)->>'encoding' AS encoding
FROM uploads ORDER BY storage;
SELECT a.storage, count(*) AS differences
FROM (SELECT storage, to_jsonb(p) AS record FROM uploads, rowhouse.csv_parse(content) p WHERE storage = 'external') a
FULL JOIN (SELECT storage, to_jsonb(p) AS record FROM uploads, rowhouse.csv_parse(content || '') p WHERE storage = 'external') b USING (record)
WHERE a.record IS NULL OR b.record IS NULL GROUP BY a.storage;

-- In the select list rows come one at a time; what is not asked for is not made, and two readers do not mix.
SELECT (rowhouse.csv_parse(content)).* FROM uploads WHERE storage = 'external' LIMIT 2;
SELECT (rowhouse.csv_parse('a,b' || E'\n1,2\n'::bytea)).cells AS one, (rowhouse.csv_parse('c' || E'\n3\n4\n'::bytea)).cells AS other;
BEGIN;
DECLARE records_in_turn CURSOR FOR SELECT (rowhouse.csv_parse(content)).record FROM uploads WHERE storage = 'external';
MOVE 40000 FROM records_in_turn;
FETCH 1 FROM records_in_turn;
CLOSE records_in_turn;
COMMIT;

-- Cancelled in the middle: no error but that one, and the session goes on.
SET statement_timeout = '1ms';
SELECT count(*) FROM uploads a, uploads b, rowhouse.csv_parse(a.content || b.content);
RESET statement_timeout;
SELECT count(*) FROM rowhouse.csv_parse(E'a,b\n1,2\n');
