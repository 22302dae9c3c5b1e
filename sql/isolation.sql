-- Isolation of any table, by organization and by user. P-numbers are those of docs/isolation.md.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('ann@iso.example', 'correct horse', 'iso-a', 'A') #>> '{organization,id}' AS a \gset
SELECT rowhouse.bootstrap('ben@iso.example', 'correct horse', 'iso-b', 'B') #>> '{organization,id}' AS b \gset
GRANT CREATE ON SCHEMA regress TO regress_app;

-- A table with rows in it: isolating gives them to nobody.
CREATE TABLE regress.tasks (id integer PRIMARY KEY, title text);
INSERT INTO regress.tasks VALUES (1, 'older than isolation');
GRANT SELECT, INSERT, UPDATE, DELETE ON regress.tasks TO regress_app;
SELECT rowhouse.isolate('regress.tasks');
SELECT rowhouse.isolate('regress.tasks') AS twice_is_once;
SELECT relation, scope, column_name, enabled, forced FROM rowhouse.isolated_tables WHERE relation = 'regress.tasks'::regclass;
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@iso.example'); SELECT count(*) FROM regress.tasks; INSERT INTO regress.tasks VALUES (2, 'of A') RETURNING id, organization_id = :'a' AS of_a; COMMIT;
BEGIN; SELECT regress.act_as('ben@iso.example'); SELECT count(*) FROM regress.tasks; INSERT INTO regress.tasks VALUES (3, 'of B') RETURNING id, organization_id = :'b' AS of_b; COMMIT;

-- No context: no rows, no writes, whoever asks: the user, and (P1) the owner of the table.
SELECT count(*) FROM regress.tasks;
SELECT regress.try($$INSERT INTO regress.tasks VALUES (9, 'nobody')$$), regress.try('UPDATE regress.tasks SET title = NULL'), regress.try('DELETE FROM regress.tasks');
RESET ROLE;
CREATE ROLE regress_table_owner;
GRANT USAGE, CREATE ON SCHEMA regress TO regress_table_owner;
ALTER TABLE regress.tasks OWNER TO regress_table_owner;
SET ROLE regress_table_owner;
SELECT count(*) AS owner_sees FROM regress.tasks;
RESET ROLE;

-- Across the border: everything ends with 42501 or with no row.
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@iso.example');
SELECT id, title FROM regress.tasks;
SELECT replace(what, :'b', 'B') AS what, regress.try(what) FROM unnest(ARRAY[
    format($$INSERT INTO regress.tasks VALUES (10, 'into B', %L)$$, :'b'),
    $$INSERT INTO regress.tasks VALUES (11, 'into nobody', NULL)$$,
    format($$UPDATE regress.tasks SET organization_id = %L WHERE id = 2$$, :'b'),
    $$UPDATE regress.tasks SET title = 'mine now' WHERE id = 3$$,
    $$DELETE FROM regress.tasks WHERE id = 3$$,
    $$INSERT INTO regress.tasks VALUES (3, 'P8 upsert') ON CONFLICT (id) DO UPDATE SET title = excluded.title$$,
    $$MERGE INTO regress.tasks t USING (VALUES (3)) v(id) ON t.id = v.id WHEN MATCHED THEN DELETE$$,
    $$TRUNCATE regress.tasks$$,
    $$SELECT * FROM regress.tasks WHERE 1 / (id - 3) = 0$$,
    $$COPY regress.tasks FROM PROGRAM 'true'$$]) what;
SET LOCAL row_security = off;
SELECT regress.try('SELECT * FROM regress.tasks') AS p17_row_security_off;
COMMIT;
RESET ROLE;
SELECT id, title, organization_id IS NULL AS nobody_s FROM regress.tasks ORDER BY id;

-- P19: a policy that somebody adds cannot open the table.
SET ROLE regress_table_owner;
CREATE POLICY everything ON regress.tasks USING (true);
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@iso.example'); SELECT count(*) FROM regress.tasks; COMMIT;
RESET ROLE;

-- P20: a policy that was tampered with is found and put right.
DROP POLICY rowhouse_organization ON regress.tasks;
CREATE POLICY rowhouse_organization ON regress.tasks AS RESTRICTIVE USING (true);
ALTER TABLE regress.tasks NO FORCE ROW LEVEL SECURITY;
SELECT rowhouse.isolate('regress.tasks');
SELECT rowhouse.isolate('regress.tasks') AS twice_is_once;

-- P22: one prepared plan, many contexts.
SET ROLE regress_app;
PREPARE mine AS SELECT id FROM regress.tasks;
SET plan_cache_mode = force_generic_plan;
BEGIN; SELECT regress.act_as('ann@iso.example'); EXECUTE mine; SELECT regress.act_as('ben@iso.example'); EXECUTE mine; COMMIT;
EXECUTE mine;
RESET plan_cache_mode;
DEALLOCATE mine;

-- The context is evaluated once per query (InitPlan), and the page of a tenant comes from the tenant-leading index.
RESET ROLE;
INSERT INTO regress.tasks (id, title, organization_id)
    SELECT i, 'filler', CASE WHEN i % 100 = 0 THEN :'a' ELSE md5((i % 100)::text) END::uuid FROM generate_series(1000, 21000) i;
ANALYZE regress.tasks;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@iso.example');
EXPLAIN (COSTS OFF) SELECT * FROM regress.tasks ORDER BY id LIMIT 50;
SELECT count(*) FROM regress.tasks;
-- P24: parallel workers know the context.
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL force_parallel_mode = on;
SELECT count(*) FROM regress.tasks WHERE length(title) > 0;
COMMIT;
RESET ROLE;

-- By user.
CREATE TABLE regress.notes (body text);
GRANT SELECT, INSERT, UPDATE, DELETE ON regress.notes TO regress_app;
SELECT rowhouse.isolate('regress.notes', 'user');
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@iso.example'); INSERT INTO regress.notes VALUES ('of Ann'); COMMIT;
BEGIN; SELECT regress.act_as('ben@iso.example'); SELECT count(*) FROM regress.notes; INSERT INTO regress.notes VALUES ('of Ben'); SELECT body FROM regress.notes; COMMIT;
RESET ROLE;

-- With a column of its own name that is there already, and an owner for the rows of before.
CREATE TABLE regress."Odd Name" ("Tenant Id" uuid, "order" integer);
CREATE INDEX ON regress."Odd Name" ("Tenant Id");
INSERT INTO regress."Odd Name" VALUES (NULL, 1);
GRANT ALL ON regress."Odd Name" TO regress_app;
SELECT replace(s, :'a', 'A') FROM rowhouse.isolate('regress."Odd Name"', 'organization', 'Tenant Id', jsonb_build_object('owner', :'a')) s;
SELECT rowhouse.isolate('regress."Odd Name"', 'organization', 'Tenant Id') AS twice_is_once;
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@iso.example'); SELECT "order" FROM regress."Odd Name"; COMMIT;
BEGIN; SELECT regress.act_as('ben@iso.example'); SELECT "order" FROM regress."Odd Name"; COMMIT;
RESET ROLE;

-- P14: partitions are protected with their parent, also when they are addressed directly.
CREATE TABLE regress.parts (id integer, part integer) PARTITION BY LIST (part);
CREATE TABLE regress.parts_1 PARTITION OF regress.parts FOR VALUES IN (1);
CREATE TABLE regress.parts_2 PARTITION OF regress.parts FOR VALUES IN (2);
SELECT count(*) AS statements FROM rowhouse.isolate('regress.parts');
GRANT ALL ON regress.parts, regress.parts_1, regress.parts_2 TO regress_app;
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@iso.example'); INSERT INTO regress.parts VALUES (1, 1), (2, 2); COMMIT;
BEGIN;
SELECT regress.act_as('ben@iso.example');
SELECT (SELECT count(*) FROM regress.parts) AS parent, (SELECT count(*) FROM regress.parts_1) AS child;
SELECT regress.try(format('INSERT INTO regress.parts_2 VALUES (3, 2, %L)', :'a'));
COMMIT;
RESET ROLE;

-- Refused, with nothing changed: what is no table of one's own.
CREATE VIEW regress.tasks_view AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW regress.tasks_frozen AS SELECT 1 AS id;
CREATE TABLE regress.dated (organization_id date);
CREATE TEMP TABLE passing (id integer);
SELECT what, regress.try('SELECT rowhouse.' || what) FROM unnest(ARRAY[
    $$isolate('regress.tasks_view')$$, $$isolate('regress.tasks_frozen')$$, $$isolate('pg_class')$$, $$isolate('pg_temp.passing')$$,
    $$isolate('rowhouse.members')$$, $$isolate('rowhouse.accounts', 'user', 'id')$$, $$release('rowhouse.members')$$,
    $$isolate('regress.dated')$$, $$isolate('regress.notes', 'team')$$, $$isolate(NULL)$$, $$isolate('regress.notes', NULL)$$,
    $$isolate('regress.notes', 'user', NULL, '{"ower": 1}')$$, $$isolate('regress.notes', 'user', NULL, '{"owner": "me"}')$$,
    $$isolate('regress.notes', 'user', NULL, '[]')$$, $$isolate('regress.nowhere')$$, $$isolate(1::oid::regclass)$$,
    $$release('regress.dated')$$]) what;
GRANT USAGE ON SCHEMA regress TO rowhouse_admin;
SET ROLE rowhouse_admin;
SELECT regress.try($$SELECT rowhouse.isolate('regress.dated')$$);
RESET ROLE;
REVOKE USAGE ON SCHEMA regress FROM rowhouse_admin;
SET ROLE regress_app;
SELECT regress.try($$SELECT rowhouse.isolate('regress.notes')$$), regress.try($$SELECT rowhouse.release('regress.notes')$$);
RESET ROLE;

-- Release takes away what isolate added and no more.
DROP POLICY everything ON regress.tasks;
SELECT rowhouse.release('regress.tasks', drop_column => true);
SELECT rowhouse.release('regress."Odd Name"', drop_column => true);
SELECT count(*) AS statements FROM rowhouse.release('regress.parts');
\d regress.tasks
\d regress."Odd Name"
SELECT relation, scope FROM rowhouse.isolated_tables WHERE relation::text LIKE 'regress.%' ORDER BY 1;
SELECT regress.try($$SELECT rowhouse.release('regress.tasks')$$);
DROP TABLE regress.tasks, regress.notes, regress."Odd Name", regress.parts, regress.dated;
SELECT count(*) AS dropped_tables_left FROM rowhouse.isolated_tables WHERE relation::text LIKE 'regress.%';
DROP OWNED BY regress_table_owner;
DROP ROLE regress_table_owner;
