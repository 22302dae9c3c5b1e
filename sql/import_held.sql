-- Files that are held: staged, corrected cell by cell, started; who may; findings in pages.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT rowhouse.bootstrap('boss@held.example', 'correct horse', 'held-one', 'One') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('other@held.example', 'correct horse', 'held-two', 'Two') #>> '{organization,id}' AS two \gset
SELECT count(rowhouse.register(who || '@held.example', 'correct horse')) FROM unnest(ARRAY['member', 'second', 'viewer']) who;
SELECT count(rowhouse.confirm_account(who || '@held.example')) FROM unnest(ARRAY['member', 'second', 'viewer']) who;
SELECT count(rowhouse.set_import_limits(jsonb_build_object(what, 1000))) FROM unnest(ARRAY['person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day']) what;
BEGIN;
SELECT regress.act_as('boss@held.example');
SELECT count(rowhouse.add_member(:'one', who || '@held.example', role)) FROM (VALUES ('member', 'member'), ('second', 'member'), ('viewer', 'viewer')) m(who, role);
COMMIT;
CREATE ROLE regress_table_owner IN ROLE rowhouse_admin;
CREATE SCHEMA held AUTHORIZATION regress_table_owner;
GRANT USAGE ON SCHEMA held, regress TO regress_app, regress_table_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_table_owner IN SCHEMA held GRANT SELECT ON TABLES TO regress_app;
SET ROLE regress_table_owner;
CREATE TABLE held.items (sku text, name text NOT NULL, n integer CHECK (n < 100), code text, day date);
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('held.items');
CREATE UNIQUE INDEX ON held.items (organization_id, sku);
CREATE UNIQUE INDEX ON held.items (organization_id, lower(code));
SELECT rowhouse.define_import('items', 'held.items', NULL, '{"role": "member", "key": ["sku"]}') ->> 'role' AS role;
SELECT rowhouse.define_import('admins', 'held.items', NULL, '{"key": ["sku"]}') ->> 'role' AS role;
RESET ROLE;
-- What a correction gives: rows at fault, counts, and what is said of that record; whether the list of all findings says the same.
CREATE FUNCTION regress.edit(batch uuid, record bigint, column_name text, value text) RETURNS TABLE (valid int, invalid int, codes jsonb, findings text, counted boolean) LANGUAGE plpgsql AS $$
DECLARE
    r jsonb := rowhouse.import_edit(batch, record, column_name, value);
BEGIN
    RETURN QUERY SELECT (r ->> 'valid_rows')::int, (r ->> 'invalid_rows')::int, r -> 'codes',
        (SELECT string_agg(concat_ws(' ', f ->> 'target_column', f ->> 'code', '(' || (f ->> 'value') || ')', '-> ' || (f ->> 'related')), ', ' ORDER BY n) FROM jsonb_array_elements(r -> 'findings') WITH ORDINALITY e(f, n)),
        r -> 'codes' = (SELECT coalesce(jsonb_object_agg(c.code, c.count), '{}') FROM (SELECT e.code, count(*) FROM rowhouse.import_errors(batch, 0, 1000) e GROUP BY 1) c)
        AND r -> 'codes' = rowhouse.import_status(batch) -> 'codes'
        AND (r ->> 'invalid_rows')::int = (SELECT count(DISTINCT e.record) FROM rowhouse.import_errors(batch, 0, 1000) e WHERE e.severity = 'error');
END
$$;
CREATE FUNCTION regress.found(batch uuid) RETURNS SETOF text LANGUAGE sql
    BEGIN ATOMIC SELECT concat_ws(' ', 'record ' || e.record, e.target_column, e.code, '(' || e.value || ')', '-> ' || e.related) FROM rowhouse.import_errors(batch, 0, 1000) e ORDER BY e.record, e.seq; END;
SET ROLE regress_app;

-- ---- corrections -----------------------------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('member@held.example');
SELECT regress.import('items', regress.file('sku,name,code', 'old,Old,OLD'));
SELECT rowhouse.import_stage('items', regress.file('sku,Name,n,code,day,more', 'a,A,1,C,2026-01-01,x', 'a,B,x,c,,x', 'c,,200,D,2026-02-30,x', 'old,D,1,Old,,x', 'e,E', 'f,F,1,f,,x,surplus', 'a,G,1,g,,x'), '{"file_name": "held.csv"}') AS staged \gset
SELECT :'staged'::jsonb ->> 'id' AS batch \gset
SELECT :'staged'::jsonb - '{id,sample,file,format,findings,columns}'::text[] AS staged, rowhouse.import_status(:'batch') ->> 'phase' AS phase, rowhouse.import_status(:'batch') ->> 'status' AS status;
SELECT regress.found(:'batch');
SELECT count(*) AS nothing_written FROM held.items WHERE sku <> 'old';
-- In no key: of that record alone.
SELECT * FROM regress.edit(:'batch', 2, 'n', '5');
SELECT * FROM regress.edit(:'batch', 3, 'name', 'C');
SELECT * FROM regress.edit(:'batch', 3, 'Name', NULL);
SELECT * FROM regress.edit(:'batch', 3, 'Name', 'C');
SELECT * FROM regress.edit(:'batch', 3, 'n', '99');
SELECT * FROM regress.edit(:'batch', 3, 'day', '2026-02-28');
-- In a key: who is first moves.
SELECT * FROM regress.edit(:'batch', 1, 'sku', 'first');
SELECT regress.found(:'batch');
SELECT * FROM regress.edit(:'batch', 1, 'code', 'old');
SELECT * FROM regress.edit(:'batch', 2, 'sku', 'first');
SELECT * FROM regress.edit(:'batch', 1, 'sku', 'a');
SELECT * FROM regress.edit(:'batch', 7, 'sku', 'g');
SELECT * FROM regress.edit(:'batch', 1, 'code', NULL);
SELECT * FROM regress.edit(:'batch', 4, 'sku', 'd');
SELECT * FROM regress.edit(:'batch', 4, 'code', 'd2');
-- A short row, one that was too long; a formula, which is kept as text.
SELECT * FROM regress.edit(:'batch', 5, 'day', '2026-05-05');
SELECT * FROM regress.edit(:'batch', 6, 'name', '=HYPERLINK("http://x")');
SELECT * FROM regress.edit(:'batch', 6, 'more', 'of no use');
SELECT regress.found(:'batch');
-- What cannot be corrected.
SELECT call, regress.try(format(call, :'batch')) FROM (VALUES
    ($$SELECT rowhouse.import_edit(%L, 1, 'no such', 'x')$$), ($$SELECT rowhouse.import_edit(%L, 1, 'organization_id', 'x')$$), ($$SELECT rowhouse.import_edit(%L, 0, 'n', 'x')$$),
    ($$SELECT rowhouse.import_edit(%L, 8, 'n', 'x')$$), ($$SELECT rowhouse.import_edit(%L, -1, 'n', 'x')$$), ($$SELECT rowhouse.import_edit(%L, NULL, 'n', 'x')$$), ($$SELECT rowhouse.import_edit(%L, 1, NULL, 'x')$$),
    ($$SELECT rowhouse.import_edit(NULL, 1, 'n', 'x')$$), ($$SELECT rowhouse.import_edit('00000000-0000-4000-8000-000000000000', 1, 'n', 'x')$$),
    ($$SELECT rowhouse.import_edit(%L, 1, '''; DROP TABLE held.items; --', 'x')$$)) c(call);
COMMIT;
-- By whom.
CREATE TEMP TABLE calls (n int, statement text);
INSERT INTO calls VALUES (1, 'SELECT rowhouse.import_edit(%L, 1, ''n'', ''7'')'), (2, 'SELECT rowhouse.import_status(%L)'), (3, 'SELECT rowhouse.import_errors(%L)'), (4, 'SELECT rowhouse.import_error_file(%L)'),
    (5, 'SELECT rowhouse.import_start(%L)'), (6, 'SELECT rowhouse.import_run(%L)'), (7, 'SELECT rowhouse.import_cancel(%L)'), (8, 'SELECT rowhouse.import_undo(%L)');
SELECT n, regress.try(format(statement, :'batch')) AS nobody FROM calls ORDER BY n;
BEGIN; SELECT regress.act_as('second@held.example'); SELECT n, regress.try(format(statement, :'batch')) AS other_member FROM calls ORDER BY n; ROLLBACK;
BEGIN; SELECT regress.act_as('viewer@held.example'); SELECT n, regress.try(format(statement, :'batch')) AS viewer FROM calls ORDER BY n; ROLLBACK;
BEGIN; SELECT regress.act_as('other@held.example'); SELECT n, regress.try(format(statement, :'batch')) AS other_organization FROM calls ORDER BY n; ROLLBACK;
BEGIN; SELECT regress.act_as('boss@held.example'); SELECT n, regress.try(format(statement, :'batch')) AS admin FROM calls WHERE n < 5 ORDER BY n; ROLLBACK;
-- Somebody else within the transaction is somebody else.
BEGIN;
SELECT regress.act_as('member@held.example');
SELECT rowhouse.import_edit(:'batch', 1, 'n', '8') ->> 'valid_rows' AS valid;
SELECT regress.act_as('other@held.example');
SELECT regress.try(format('SELECT rowhouse.import_edit(%L, 1, ''n'', ''9'')', :'batch'));
SELECT regress.act_as('member@held.example', 'held-two');
SELECT regress.try(format('SELECT rowhouse.import_edit(%L, 1, ''n'', ''9'')', :'batch'));
ROLLBACK;

-- ---- what was corrected goes in --------------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('member@held.example');
SELECT * FROM regress.edit(:'batch', 6, 'n', '300');
SELECT regress.outcome(rowhouse.import_run(:'batch'));
SELECT sku, name, n, code, day FROM held.items ORDER BY sku;
SELECT call, regress.try(format(call, :'batch')) FROM (VALUES ('SELECT rowhouse.import_edit(%L, 1, ''n'', ''7'')'), ('SELECT rowhouse.import_run(%L)'), ('SELECT rowhouse.import_start(%L)')) c(call);
-- The error file has what was corrected, and can be imported once the rest is.
SELECT replace(replace(rowhouse.import_error_file(:'batch'), E'\ufeff', ''), E'\r', '') AS error_file;
SELECT regress.import('items', convert_to(replace(rowhouse.import_error_file(:'batch'), '"300"', '"30"'), 'UTF8'));
SELECT sku, to_json(name) AS name, n, code FROM held.items WHERE sku = 'f';
COMMIT;
-- In the background; with what others have put into the table meanwhile.
BEGIN;
SELECT regress.act_as('member@held.example');
SELECT rowhouse.import_stage('items', regress.file('sku,name', 'p,P', 'q,', 'r,R')) ->> 'id' AS batch \gset
SELECT * FROM regress.edit(:'batch', 2, 'name', 'Q');
COMMIT;
BEGIN;
SELECT regress.act_as('second@held.example');
SELECT regress.import('items', regress.file('sku,name', 'r,R'));
COMMIT;
BEGIN; SELECT regress.act_as('member@held.example'); SELECT rowhouse.import_start(:'batch') = :'batch' AS started; COMMIT;
DO $$
BEGIN
    FOR i IN 1..3000 LOOP
        PERFORM regress.act_as('member@held.example');
        EXIT WHEN (SELECT h ->> 'status' FROM rowhouse.import_history(1) h) NOT IN ('pending', 'processing');
        PERFORM pg_sleep(0.01);
    END LOOP;
END
$$;
BEGIN;
SELECT regress.act_as('member@held.example');
SELECT regress.outcome(rowhouse.import_status(:'batch'));
SELECT sku, name FROM held.items WHERE sku IN ('p', 'q', 'r') ORDER BY 1;
-- All or nothing, and modes, hold for what is held.
SELECT rowhouse.import_stage('items', regress.file('sku,name,n', 'p,P2,5', 'zz,,'), '{"mode": "upsert", "all_or_nothing": true}') ->> 'id' AS batch \gset
SAVEPOINT s;
SELECT regress.outcome(rowhouse.import_run(:'batch'));
ROLLBACK TO s;
SELECT * FROM regress.edit(:'batch', 2, 'name', 'new');
SELECT regress.outcome(rowhouse.import_run(:'batch'));
SELECT sku, name, n FROM held.items WHERE sku IN ('p', 'zz') ORDER BY 1;
-- In an update, what the key names moves as well.
SELECT rowhouse.import_stage('items', regress.file('sku,n', 'nobody,5', 'p,6'), '{"mode": "update"}') ->> 'id' AS batch \gset
SELECT regress.found(:'batch');
SELECT * FROM regress.edit(:'batch', 1, 'sku', 'p');
SELECT * FROM regress.edit(:'batch', 1, 'sku', 'q');
SELECT regress.outcome(rowhouse.import_run(:'batch'));
ROLLBACK;
-- A target whose role went up: what a member holds stays where it is.
BEGIN;
SELECT regress.act_as('member@held.example');
SELECT rowhouse.import_stage('items', regress.file('sku,name', 's,S')) ->> 'id' AS batch \gset
SELECT regress.try($$SELECT rowhouse.import_stage('admins', regress.file('sku,name', 's,S'))$$) AS not_for_members;
RESET ROLE;
UPDATE rowhouse.import_targets SET options = '{"key": ["sku"]}' WHERE target = 'items';
SET ROLE regress_app;
SELECT n, regress.try(format(statement, :'batch')) AS member FROM calls WHERE n IN (1, 5, 6, 8) ORDER BY n;
ROLLBACK;

-- ---- findings in pages, by code --------------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('boss@held.example');
SELECT rowhouse.import_stage('items', convert_to(E'sku,name,n\n' || string_agg(format(E'%s,%s,%s\n', n / 2, CASE WHEN n % 3 > 0 THEN 'x' END, CASE WHEN n % 5 > 0 THEN n ELSE -n END), '' ORDER BY n), 'UTF8')) AS staged FROM generate_series(1, 3000) n \gset
SELECT :'staged'::jsonb ->> 'id' AS batch \gset
SELECT :'staged'::jsonb -> 'codes' AS codes, :'staged'::jsonb -> 'findings_total' AS total, jsonb_array_length(:'staged'::jsonb -> 'findings') AS shown;
SELECT code, count(*), count(DISTINCT seq) FROM (
    WITH RECURSIVE pages AS (
        SELECT array_agg(e) AS page FROM rowhouse.import_errors(:'batch', 0, 700) e
        UNION ALL
        SELECT (SELECT array_agg(e) FROM rowhouse.import_errors(:'batch', (SELECT max(f.seq) FROM unnest(p.page) f), 700) e) FROM pages p WHERE p.page IS NOT NULL)
    SELECT f.code, f.seq FROM pages p, unnest(p.page) f) all_pages GROUP BY code ORDER BY code;
SELECT count(*), min(code), max(code) FROM rowhouse.import_errors(:'batch', 0, 2000, 'required');
SELECT count(*) AS no_such_code FROM rowhouse.import_errors(:'batch', 0, 10, 'no such');
SELECT record, target_column FROM rowhouse.import_errors(:'batch', 0, 2, 'unique-in-file');
ROLLBACK;

-- ---- in the end ------------------------------------------------------------------------------------------------------

RESET ROLE;
SELECT count(rowhouse.set_import_limits(jsonb_build_object(what, NULL))) FROM unnest(ARRAY['person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day']) what;
DELETE FROM rowhouse.import_targets WHERE relation NOT IN (SELECT oid FROM pg_class WHERE relnamespace = 'rowhouse'::regnamespace);
DROP SCHEMA held CASCADE;
DROP FUNCTION regress.edit, regress.found;
DROP OWNED BY regress_table_owner;
DROP ROLE regress_table_owner;
DELETE FROM rowhouse.organizations WHERE slug LIKE 'held-%';
