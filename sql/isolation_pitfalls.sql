-- The pitfalls of row level security, by their numbers in docs/pitfalls.md: those that are not in the other suites.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('ann@pit.example', 'correct horse', 'pit-a', 'A') #>> '{organization,id}' AS a \gset
SELECT rowhouse.bootstrap('ben@pit.example', 'correct horse', 'pit-b', 'B') #>> '{organization,id}' AS b \gset
CREATE TABLE regress.files (id integer PRIMARY KEY, name text, amount integer);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('regress.files');
GRANT SELECT, INSERT, UPDATE, DELETE ON regress.files TO regress_app;
INSERT INTO regress.files SELECT i, 'file ' || i, 500 + i, CASE WHEN i <= 3 THEN :'a' ELSE :'b' END::uuid FROM generate_series(1, 6) i;
ANALYZE regress.files;
GRANT CREATE ON SCHEMA regress TO regress_app;

-- P2: a role that bypasses row level security is none of ours, and the application cannot become one.
SELECT count(*) AS can_bypass FROM pg_roles WHERE (rolbypassrls OR rolsuper) AND pg_has_role('regress_app', oid, 'MEMBER');

-- P3, P4: a view of the owner's and a frozen copy show what the owner sees; with security_invoker the view is safe.
CREATE VIEW regress.open_view AS SELECT * FROM regress.files;
CREATE VIEW regress.safe_view WITH (security_invoker) AS SELECT * FROM regress.files;
CREATE MATERIALIZED VIEW regress.frozen AS SELECT * FROM regress.files;
GRANT SELECT ON regress.open_view, regress.safe_view TO regress_app;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@pit.example');
SELECT (SELECT count(*) FROM regress.open_view) AS as_its_superuser_owner, (SELECT count(*) FROM regress.safe_view) AS safe;
SELECT regress.try('SELECT * FROM regress.frozen');
COMMIT;
RESET ROLE;
DROP VIEW regress.open_view, regress.safe_view;
DROP MATERIALIZED VIEW regress.frozen;

-- P5: nothing planted in pg_temp gets into rowhouse's functions.
SET ROLE regress_app;
CREATE TEMP TABLE members AS SELECT 'planted'::text AS role;
CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'planted lower()'; RETURN ''; END $$;
CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'planted now()'; RETURN '1970-01-01'; END $$;
SET search_path = pg_temp, rowhouse, public;
BEGIN;
SELECT regress.act_as('ann@pit.example');
SELECT jsonb_array_length(rowhouse.list_members() -> 'members') AS members, rowhouse.role();
SELECT rowhouse.login('ann@pit.example', 'correct horse') ->> 'token' IS NOT NULL AS logged_in;
COMMIT;
RESET search_path;
DROP TABLE pg_temp.members;

-- P10, P11: a cheap leaky function and an error see the own rows alone.
CREATE FUNCTION pg_temp.leak(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE 'saw %', what; RETURN true; END $$;
BEGIN;
SELECT regress.act_as('ann@pit.example');
SELECT id FROM regress.files WHERE pg_temp.leak(name) ORDER BY id;
SELECT count(*) FROM regress.files WHERE 1 / (amount - 505) <> 7;
SELECT regress.try('CREATE FUNCTION pg_temp.proof(text) RETURNS boolean LANGUAGE sql LEAKPROOF AS ''SELECT true''') AS leakproof_is_for_superusers;

-- P12: EXPLAIN ANALYZE counts rows that a filter removed; with the tenant-leading index there is no filter.
SET LOCAL enable_seqscan = off;
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT id FROM regress.files;
COMMIT;

-- P13: the statistics of an isolated table show no values.
SELECT count(*) AS values_shown FROM pg_stats WHERE schemaname = 'regress' AND tablename = 'files';

-- P15: TRUNCATE, REFERENCES and TRIGGER are rights that isolation gives to nobody.
SELECT p, has_table_privilege('regress.files', p) AS granted FROM unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) p;
-- P30: so no trigger, rule or default of somebody else's gets onto the table.
SELECT regress.try(s) FROM unnest(ARRAY[
    'CREATE FUNCTION regress.trojan() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN RETURN NEW; END''',
    'CREATE TRIGGER trojan BEFORE INSERT ON regress.files FOR EACH ROW EXECUTE FUNCTION regress.trojan()',
    'CREATE RULE trojan AS ON INSERT TO regress.files DO ALSO NOTHING',
    'ALTER TABLE regress.files ALTER COLUMN name SET DEFAULT ''trojan''',
    'CREATE POLICY trojan ON regress.files USING (true)', 'ALTER TABLE regress.files DISABLE ROW LEVEL SECURITY',
    'CREATE TABLE regress.child (parent integer REFERENCES regress.files)']) s;

-- P16: COPY FROM is refused by PostgreSQL itself, COPY TO shows the own rows.
BEGIN;
SELECT regress.act_as('ann@pit.example');
COPY regress.files (id, name) TO STDOUT;
COPY regress.files (id, name) FROM STDIN;
\.
ROLLBACK;

-- P18: see "across the border" in the suite isolation; and inserted rows are returned only when they are one's own.
BEGIN; SELECT regress.act_as('ann@pit.example'); INSERT INTO regress.files (id, name) VALUES (7, 'new') RETURNING organization_id = :'a' AS own; COMMIT;

-- P22: functions whose plans are kept or inlined, and exceptions, follow the context too.
CREATE FUNCTION pg_temp.kept() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM regress.files); END $$;
CREATE FUNCTION pg_temp.inlined() RETURNS SETOF regress.files LANGUAGE sql STABLE AS 'SELECT * FROM regress.files';
CREATE FUNCTION pg_temp.caught() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM regress.act_as('ben@pit.example');
    RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN
    RETURN (SELECT count(*) FROM regress.files);
END $$;
BEGIN;
SELECT regress.act_as('ann@pit.example'), pg_temp.kept() FROM generate_series(1, 7);
SELECT count(*) AS inlined FROM pg_temp.inlined();
SELECT pg_temp.caught() AS back_to_ann;
SELECT regress.act_as('ben@pit.example');
SELECT pg_temp.kept(), (SELECT count(*) FROM pg_temp.inlined()) AS inlined;
COMMIT;
SELECT pg_temp.kept(), (SELECT count(*) FROM pg_temp.inlined()) AS inlined;

-- P23: the accessors are STABLE: no index, no constant folding.
SELECT proname, provolatile, proparallel FROM pg_proc WHERE pronamespace = 'rowhouse'::regnamespace
    AND proname IN ('user_id', 'organization_id', 'role', 'organization_key', 'organization_number', 'user_key', 'user_number', 'context') ORDER BY 1;
CREATE TEMP TABLE indexed (id integer);
SELECT regress.try('CREATE INDEX ON indexed ((rowhouse.organization_id()))');

-- P25: a cursor that is held keeps the rows it had, those of the one who opened it, and no others.
BEGIN;
SELECT regress.act_as('ann@pit.example');
DECLARE held CURSOR WITH HOLD FOR SELECT id FROM regress.files ORDER BY id;
COMMIT;
BEGIN; SELECT regress.act_as('ben@pit.example'); FETCH ALL FROM held; COMMIT;
CLOSE held;

-- P26: savepoints and caught exceptions: the rows follow the identity back.
BEGIN;
SELECT regress.act_as('ann@pit.example');
SAVEPOINT s;
SELECT regress.act_as('ben@pit.example');
SELECT count(*) AS of_ben FROM regress.files;
ROLLBACK TO s;
SELECT count(*) AS of_ann FROM regress.files;
ROLLBACK;
SELECT count(*) AS of_nobody FROM regress.files;

-- P29: no role that the application may become sees more.
SELECT rolname FROM pg_roles WHERE rolname LIKE 'rowhouse\_%' AND rolname <> 'rowhouse_user' AND pg_has_role('regress_app', oid, 'MEMBER')
    AND rolname IN ('rowhouse_admin', 'rowhouse_owner', 'rowhouse_system', 'rowhouse_oversight');

-- P28: settings from anywhere but the transaction.
SELECT regress.try($$CREATE FUNCTION regress.with_token() RETURNS uuid LANGUAGE sql SET rowhouse.token = 'x' AS 'SELECT rowhouse.user_id()'$$);
SELECT regress.try('UPDATE pg_settings SET setting = ''x'' WHERE name = ''rowhouse.token''') AS shows_none_to_update;
SELECT regress.try('ALTER ROLE regress_app SET rowhouse.token = ''x''');

-- P32: an identity column tells nobody how many rows there are in all when users cannot read its sequence.
RESET ROLE;
CREATE TABLE regress.numbered (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
SELECT count(*) > 0 AS done FROM rowhouse.isolate('regress.numbered');
GRANT SELECT, INSERT ON regress.numbered TO regress_app;
SET ROLE regress_app;
SELECT regress.try('SELECT last_value FROM regress.numbered_id_seq'), regress.try($$SELECT setval('regress.numbered_id_seq', 1)$$);

-- P33, P34: a token that is bound shows in no statement and in no list of settings.
BEGIN;
SELECT regress.act_as('ann@pit.example');
SELECT count(*) AS tokens_shown FROM pg_stat_activity WHERE query LIKE '%eyJ%';
SELECT count(*) AS tokens_listed FROM pg_settings WHERE setting LIKE 'eyJ%' OR reset_val LIKE 'eyJ%';
COMMIT;

-- P36: what a token claims of itself means nothing.
RESET ROLE;
SELECT id AS ann FROM rowhouse.accounts WHERE email = 'ann@pit.example' \gset
SELECT rowhouse.issue_token(:'ann', '1 h', '{"role": "super_admin", "user_metadata": {"is_admin": true}, "app_metadata": {"role": "owner"}, "organization_id": "x"}') AS boastful \gset
SET ROLE regress_app;
BEGIN;
SELECT set_config('rowhouse.token', :'boastful', true) <> '' AS set;
SELECT rowhouse.role(), (SELECT count(*) FROM regress.files) AS rows;
COMMIT;

-- P40: owners are compared as what they are; no owner is nobody's.
BEGIN;
SELECT regress.act_as('ann@pit.example');
SELECT regress.try('INSERT INTO regress.files VALUES (8, ''nobody'', 1, NULL)');
SELECT regress.try(format('INSERT INTO regress.files VALUES (9, ''upper case'', 1, %L)', upper(:'a'))) AS the_same_uuid;
ROLLBACK;

-- P31, P37, P39: what isolation cannot prevent, lint() finds: a publication, a table that was forgotten, an application
-- that owns its table.
RESET ROLE;
SET client_min_messages = error; -- wal_level may be too low to publish
CREATE PUBLICATION regress_publication FOR TABLE regress.files;
RESET client_min_messages;
CREATE TABLE regress.forgotten (id integer, organization_id uuid);
ALTER TABLE regress.numbered OWNER TO regress_app;
SELECT DISTINCT code, level FROM rowhouse.lint() WHERE code IN ('published-table', 'table-not-isolated', 'owner-serves-requests') ORDER BY 1;
DROP PUBLICATION regress_publication;
DROP TABLE regress.forgotten;
ALTER TABLE regress.numbered OWNER TO CURRENT_USER;
SELECT DISTINCT code, level FROM rowhouse.lint() WHERE code IN ('published-table', 'table-not-isolated', 'owner-serves-requests') ORDER BY 1;

-- P21: a table that is isolated again while somebody reads it is never open in between: one transaction, and the lock of
-- each statement.
RESET ROLE;
SELECT count(*) AS statements FROM rowhouse.isolate('regress.files');
REVOKE CREATE ON SCHEMA regress FROM regress_app;
DROP FUNCTION regress.trojan, pg_temp.inlined;
DROP TABLE regress.files, regress.numbered;
