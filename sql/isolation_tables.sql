-- Isolation of every kind of table, and the options of rowhouse.isolate().
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('ann@tables.example', 'correct horse', 'tables-a', 'A') #>> '{organization,id}' AS a \gset
SELECT rowhouse.bootstrap('ben@tables.example', 'correct horse', 'tables-b', 'B') #>> '{organization,id}' AS b \gset
SELECT id AS ann FROM rowhouse.accounts WHERE email = 'ann@tables.example' \gset
CREATE SCHEMA kinds;
GRANT USAGE ON SCHEMA kinds TO regress_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA kinds GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO regress_app;

-- What would be done, without doing it.
CREATE TABLE kinds.projects (id integer PRIMARY KEY, name text UNIQUE, customer integer);
INSERT INTO kinds.projects SELECT i, 'project ' || i, i % 2 FROM generate_series(1, 4) i;
ANALYZE kinds.projects;
SELECT s AS dry_run FROM rowhouse.isolate('kinds.projects', options => '{"dry_run": true, "unique_keys": true, "not_null": true, "backfill": "NULL"}') s;
SELECT count(*) AS nothing_changed FROM rowhouse.isolated_tables WHERE relation = 'kinds.projects'::regclass;

-- Owners by mapping table; without them not_null is refused and nothing is half done.
CREATE TABLE kinds.customers (number integer, organization uuid);
INSERT INTO kinds.customers VALUES (0, :'a'), (1, :'b');
SELECT regress.try($$SELECT rowhouse.isolate('kinds.projects', options => '{"not_null": true}')$$);
SELECT count(*) AS columns FROM information_schema.columns WHERE table_schema = 'kinds' AND table_name = 'projects';
SELECT count(*) AS statements FROM rowhouse.isolate('kinds.projects', options =>
    '{"not_null": true, "unique_keys": true, "mapping": {"table": "kinds.customers", "key": "number", "column": "customer", "owner": "organization"}}');
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@tables.example'); SELECT id FROM kinds.projects ORDER BY id; COMMIT;
BEGIN; SELECT regress.act_as('ben@tables.example'); SELECT id FROM kinds.projects ORDER BY id;
-- P7: the unique key is the tenant's own: another one's value is free.
INSERT INTO kinds.projects VALUES (5, 'project 2') RETURNING id;
SELECT regress.try($$INSERT INTO kinds.projects VALUES (6, 'project 1')$$);
COMMIT;
RESET ROLE;

-- P6: foreign keys that include the owner: another one's row is as good as none.
CREATE TABLE kinds.tasks (id integer PRIMARY KEY, project integer REFERENCES kinds.projects ON DELETE CASCADE);
SELECT s FROM rowhouse.isolate('kinds.tasks', options => '{"foreign_keys": true}') s WHERE s ~ 'CONSTRAINT|UNIQUE';
SELECT count(*) AS twice_is_once FROM rowhouse.isolate('kinds.tasks', options => '{"foreign_keys": true}');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@tables.example');
INSERT INTO kinds.tasks VALUES (1, 2) RETURNING id;
SELECT regress.try('INSERT INTO kinds.tasks VALUES (2, 1)') AS theirs;
SELECT regress.try('INSERT INTO kinds.tasks VALUES (3, 999)') AS nobody_s;
COMMIT;
RESET ROLE;
SELECT s FROM rowhouse.release('kinds.tasks') s WHERE s ~ 'CONSTRAINT';
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'kinds.tasks'::regclass AND contype = 'f';
DELETE FROM kinds.projects WHERE id = 5;
SELECT count(*) AS statements FROM rowhouse.release('kinds.projects', drop_column => true);
\d kinds.projects

-- Owner columns of older systems: text and numbers, by the key that operators gave.
CREATE TABLE kinds.by_text (tenant text, n integer);
CREATE TABLE kinds.by_varchar (tenant varchar(40), n integer);
CREATE TABLE kinds.by_number (tenant integer, n integer);
CREATE TABLE kinds.by_bigint (tenant bigint, n integer);
SELECT count(*) AS statements FROM unnest(ARRAY['text', 'varchar', 'number', 'bigint']) t, rowhouse.isolate(('kinds.by_' || t)::regclass, 'organization', 'tenant');
SELECT count(*) AS twice_is_once FROM unnest(ARRAY['text', 'varchar', 'number', 'bigint']) t, rowhouse.isolate(('kinds.by_' || t)::regclass, 'organization', 'tenant');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@tables.example');
INSERT INTO kinds.by_text (n) VALUES (1); INSERT INTO kinds.by_varchar (n) VALUES (1);
SELECT tenant = :'a' AS the_id FROM kinds.by_text UNION ALL SELECT tenant = :'a' FROM kinds.by_varchar;
SELECT regress.try('INSERT INTO kinds.by_number (n) VALUES (1)') AS no_key_no_rows;
COMMIT;
RESET ROLE;
SELECT rowhouse.set_organization_key(:'a', '42');
SELECT regress.try(format('SELECT rowhouse.set_organization_key(%L, %L)', :'b', key)) FROM unnest(ARRAY['42', '', :'a', repeat('x', 201)]) key;
SELECT regress.try(format('SELECT rowhouse.set_organization_key(%L, %L)', gen_random_uuid(), '43'));
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@tables.example');
SELECT rowhouse.organization_key(), rowhouse.organization_number();
INSERT INTO kinds.by_text (n) VALUES (2); INSERT INTO kinds.by_varchar (n) VALUES (2); INSERT INTO kinds.by_number (n) VALUES (2); INSERT INTO kinds.by_bigint (n) VALUES (2);
SELECT (SELECT count(*) FROM kinds.by_text), (SELECT count(*) FROM kinds.by_varchar), (SELECT tenant FROM kinds.by_number), (SELECT tenant FROM kinds.by_bigint);
COMMIT;
BEGIN;
SELECT regress.act_as('ben@tables.example');
SELECT (SELECT count(*) FROM kinds.by_text), (SELECT count(*) FROM kinds.by_varchar), (SELECT count(*) FROM kinds.by_number), (SELECT count(*) FROM kinds.by_bigint);
SELECT regress.try('INSERT INTO kinds.by_number VALUES (42, 3)');
SELECT regress.try($$SELECT rowhouse.set_organization_key(rowhouse.organization_id(), '42')$$);
COMMIT;
RESET ROLE;
SELECT rowhouse.set_organization_key(:'a', 'not a number');
BEGIN; SELECT regress.act_as('ann@tables.example'); SELECT rowhouse.organization_key(), rowhouse.organization_number() IS NULL AS no_number; COMMIT;
SELECT rowhouse.set_user_key(:'ann', '7');
BEGIN; SELECT regress.act_as('ann@tables.example'); SELECT rowhouse.user_key(), rowhouse.user_number(); COMMIT;

-- Both scopes on one table: both must match.
CREATE TABLE kinds.drafts (body text);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.drafts');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.drafts', 'user');
SELECT count(rowhouse.register('cat@tables.example', 'correct horse')), count(rowhouse.confirm_account('cat@tables.example')) FROM (SELECT) one;
BEGIN; SELECT regress.act_as('ann@tables.example'); SELECT rowhouse.add_member(rowhouse.organization_id(), 'cat@tables.example') ->> 'status' AS status; COMMIT;
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@tables.example'); INSERT INTO kinds.drafts VALUES ('of Ann'); COMMIT;
BEGIN; SELECT regress.act_as('cat@tables.example'); SELECT count(*) FROM kinds.drafts; INSERT INTO kinds.drafts VALUES ('of Cat'); SELECT body FROM kinds.drafts; COMMIT;
RESET ROLE;
SELECT scope, column_name FROM rowhouse.isolated_tables WHERE relation = 'kinds.drafts'::regclass ORDER BY 1;
SELECT count(*) > 0 AS released FROM rowhouse.release('kinds.drafts', true);
SELECT count(*) AS columns, bool_or(relrowsecurity) AS secured FROM information_schema.columns, pg_class WHERE table_schema = 'kinds' AND table_name = 'drafts' AND oid = 'kinds.drafts'::regclass;

-- P14, P37: partitions and children that come later are protected from the start, and go back with their parent.
CREATE TABLE kinds.events (at date, what text) PARTITION BY RANGE (at);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.events');
CREATE TABLE kinds.events_1 PARTITION OF kinds.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE kinds.events_2 (LIKE kinds.events);
ALTER TABLE kinds.events ATTACH PARTITION kinds.events_2 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE TABLE kinds.base (n integer);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.base');
CREATE TABLE kinds.derived () INHERITS (kinds.base);
SELECT relname, relrowsecurity, relforcerowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) AS policies
FROM pg_class c WHERE oid IN ('kinds.events_1'::regclass, 'kinds.events_2'::regclass, 'kinds.derived'::regclass) ORDER BY 1;
SELECT count(*) > 0 AS released FROM rowhouse.release('kinds.events');
SELECT count(*) > 0 AS released FROM rowhouse.release('kinds.base');
SELECT bool_or(relrowsecurity) AS secured FROM pg_class c WHERE oid IN ('kinds.events_1'::regclass, 'kinds.events_2'::regclass, 'kinds.derived'::regclass);

-- What was protected before stays so: a policy of one's own keeps deciding, and release leaves other protection alone.
CREATE TABLE kinds.salaries (who name, amount integer, organization_id uuid);
ALTER TABLE kinds.salaries ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON kinds.salaries USING (who = current_user);
INSERT INTO kinds.salaries VALUES ('somebody', 100, :'a'), ('regress_app', 50, :'a');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.salaries');
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@tables.example'); SELECT amount FROM kinds.salaries; COMMIT;
BEGIN; SELECT regress.act_as('ben@tables.example'); SELECT amount FROM kinds.salaries; COMMIT;
RESET ROLE;
SELECT count(*) > 0 AS done FROM rowhouse.release('kinds.salaries');
SELECT relrowsecurity, relforcerowsecurity, (SELECT array_agg(polname) FROM pg_policy WHERE polrelid = c.oid) AS policies FROM pg_class c WHERE oid = 'kinds.salaries'::regclass;
CREATE TABLE kinds.parent (n integer, organization_id uuid) PARTITION BY LIST (n);
CREATE TABLE kinds.parent_1 PARTITION OF kinds.parent FOR VALUES IN (1);
CREATE TABLE kinds.parent_2 PARTITION OF kinds.parent FOR VALUES IN (2);
ALTER TABLE kinds.parent_1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON kinds.parent_1 USING (true);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.parent_2');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.parent');
SELECT count(*) > 0 AS released FROM rowhouse.release('kinds.parent');
SELECT relname, relrowsecurity, (SELECT array_agg(polname ORDER BY polname) FROM pg_policy WHERE polrelid = c.oid) AS policies
FROM pg_class c WHERE oid IN ('kinds.parent'::regclass, 'kinds.parent_1'::regclass, 'kinds.parent_2'::regclass) ORDER BY 1;

-- Owners for rows that isolation hides already; another column only after release; an index that went away.
CREATE TABLE kinds.late (n integer);
INSERT INTO kinds.late VALUES (1);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.late');
CREATE ROLE regress_table_owner;
GRANT ALL ON SCHEMA kinds TO regress_table_owner;
GRANT rowhouse_admin TO regress_table_owner;
ALTER TABLE kinds.late OWNER TO regress_table_owner;
SET ROLE regress_table_owner;
SELECT count(*) AS statements FROM rowhouse.isolate('kinds.late', options => jsonb_build_object('owner', :'a'));
RESET ROLE;
SELECT n, organization_id = :'a' AS of_a FROM kinds.late;
SELECT relforcerowsecurity FROM pg_class WHERE oid = 'kinds.late'::regclass;
ALTER TABLE kinds.late ADD COLUMN other uuid;
SELECT regress.try($$SELECT rowhouse.isolate('kinds.late', 'organization', 'other')$$);
DROP INDEX kinds.late_organization_id_idx;
SELECT count(*) > 0 AS released FROM rowhouse.release('kinds.late');

-- A superuser who calls isolate runs no code of the table's owner with his own rights.
CREATE FUNCTION kinds.trojan() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ran as the owner of the table: %', current_user = 'regress_table_owner'; RETURN NEW; END $$;
CREATE TRIGGER trojan BEFORE UPDATE ON kinds.late FOR EACH ROW EXECUTE FUNCTION kinds.trojan();
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.late', options => '{"backfill": "organization_id"}');
UPDATE kinds.late SET organization_id = NULL;
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.late', options => jsonb_build_object('owner', :'b'));

-- A backup of the owners, before the column goes.
CREATE TABLE kinds.saved (id integer PRIMARY KEY, what text);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.saved');
INSERT INTO kinds.saved VALUES (1, 'a', :'a'), (2, 'b', :'b'), (3, 'nobody', NULL);
ALTER TABLE kinds.saved OWNER TO regress_table_owner;
SELECT regress.try(format('SELECT rowhouse.release(%L, true, %L)', 'kinds.saved', b)) FROM unnest(ARRAY['kinds.customers', 'kinds.', 'a.b.c.d', '']) b;
SET ROLE regress_table_owner;
SELECT rowhouse.release('kinds.saved', true, 'kinds."Saved owners"');
RESET ROLE;
SELECT id, organization_id = :'a' AS of_a FROM kinds."Saved owners" ORDER BY id;
\d kinds.saved
CREATE TABLE kinds.keyless (n integer);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('kinds.keyless');
SELECT regress.try($$SELECT rowhouse.release('kinds.keyless', false, 'kinds.kept')$$), regress.try($$SELECT rowhouse.release('kinds.keyless', NULL)$$);

-- A foreign table is no place for row level security, nor is a partition that is one.
CREATE FOREIGN DATA WRAPPER regress_wrapper;
CREATE SERVER regress_server FOREIGN DATA WRAPPER regress_wrapper;
CREATE FOREIGN TABLE kinds.far (id integer) SERVER regress_server;
CREATE TABLE kinds.split (id integer) PARTITION BY LIST (id);
CREATE FOREIGN TABLE kinds.split_far PARTITION OF kinds.split FOR VALUES IN (1) SERVER regress_server;
SELECT regress.try($$SELECT rowhouse.isolate('kinds.far')$$), regress.try($$SELECT rowhouse.isolate('kinds.split')$$);
SELECT relrowsecurity AS nothing_half_done FROM pg_class WHERE oid = 'kinds.split'::regclass;

-- The registry names no table that is gone, and a foreign partition is refused.
DROP TABLE kinds.late;
SELECT count(*) AS left_behind FROM rowhouse.isolated_relations WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = relation);
SELECT what, regress.try(format('SELECT rowhouse.isolate(%L, options => %L)', 'kinds.drafts', what)) FROM unnest(ARRAY[
    '{"owner": 1}', '{"owner": ""}', '{"backfill": "nonsense("}', '{"backfill": "1"}', '{"mapping": {}}', '{"mapping": {"table": "x", "key": "x", "column": "x", "owner": "x"}}',
    '{"owner": "x", "backfill": "y"}', '{"dry_run": 1}', '{"foreign_keys": "yes"}']) what;
SELECT count(*) AS nothing_half_done FROM information_schema.columns WHERE table_schema = 'kinds' AND table_name = 'drafts';
SET client_min_messages = warning;
DROP SCHEMA kinds CASCADE;
DROP FOREIGN DATA WRAPPER regress_wrapper CASCADE;
DROP OWNED BY regress_table_owner;
DROP ROLE regress_table_owner;
