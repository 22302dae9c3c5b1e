-- Resources against those who mean harm, and against what changes meanwhile.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT rowhouse.bootstrap('ann@hostile.example', 'correct horse', 'hostile-a', 'A') #>> '{organization,id}' AS a \gset
SELECT rowhouse.bootstrap('eve@hostile.example', 'correct horse', 'hostile-e', 'E') #>> '{organization,id}' AS e \gset
SELECT count(rowhouse.register(who || '@hostile.example', 'correct horse')) FROM unnest(ARRAY['viewer', 'leaver', 'root']) who;
SELECT count(rowhouse.confirm_account(who || '@hostile.example')) FROM unnest(ARRAY['viewer', 'leaver', 'root']) who;
SELECT rowhouse.set_super_admin('root@hostile.example');
BEGIN;
SELECT regress.act_as('ann@hostile.example');
SELECT count(rowhouse.add_member(:'a', who || '@hostile.example', role)) FROM (VALUES ('viewer', 'viewer'), ('leaver', 'member')) m(who, role);
COMMIT;
-- A list of the ids that a query gives.
CREATE FUNCTION regress.ids(resource text, query jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(i ->> 'id', ' ' ORDER BY n) FROM jsonb_array_elements(rowhouse.resource_list(resource, query) -> 'items') WITH ORDINALITY e(i, n)
$$;
CREATE SCHEMA "ho st""ile";
SET search_path = "ho st""ile", public;
-- Names that need quotes everywhere, of a table of the superuser, whom no policy binds.
CREATE TABLE "tab""le'; --" ("i d" integer PRIMARY KEY, "co""l'umn" text DEFAULT 'd', "t" text, "r" integer, "s" text, "$1" text, "select" text);
SELECT count(*) > 0 AS isolated FROM rowhouse.isolate('"tab""le''; --"', column_name => 'ow"ner');
SELECT rowhouse.expose('"tab""le''; --"', 'odd');
CREATE TABLE projects (id integer PRIMARY KEY, name text);
CREATE TABLE tasks (id integer PRIMARY KEY, title text, project integer CONSTRAINT tasks_project REFERENCES projects, parent integer CONSTRAINT tasks_parent REFERENCES tasks, secret text, n integer);
SELECT count(*) > 0 AS isolated FROM unnest('{projects,tasks}'::regclass[]) t, rowhouse.isolate(t);
SELECT rowhouse.expose('tasks'), rowhouse.expose('projects');
RESET search_path;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@hostile.example');
SELECT count(rowhouse.resource_insert('projects', '[{"id": 1, "name": "of A"}]')), count(rowhouse.resource_insert('tasks', '[{"id": 1, "title": "first", "project": 1}, {"id": 2, "title": "100%"}, {"id": 3, "title": "1_0"}, {"id": 4, "title": "back\\slash"}, {"id": 5, "title": "名前 \ud83d\ude00"}, {"id": 6, "title": "e\u0301"}]'));
SELECT rowhouse.resource_insert('odd', '{"i d": 1, "co\"l''umn": "x'' OR true --", "t": "T", "r": 2, "s": "S", "$1": "dollar", "select": "word"}') - 'ow"ner' AS stored;
SELECT rowhouse.resource_update('odd', '1', '{"co\"l''umn": "$2", "r": null, "t": "t.t"}') - 'ow"ner' AS changed;
SELECT regress.try(format('SELECT rowhouse.resource_insert(%L, %L)', 'odd', jsonb_build_object('i d', 2, 'ow"ner', :'e'))) AS owner_given;
SELECT rowhouse.resource_list('odd', '[["\"co\\\"l''umn\"", "eq.$2"], ["t", "eq.t.t"], ["\"select\"", "eq.word"], ["$1", "like.d*"], ["select", "\"i d\",\"select\",$1"], ["order", "\"co\\\"l''umn\".desc,i d"]]') AS quoted;
SELECT rowhouse.resource_export('odd', '[["select", "i d,\"co\\\"l''umn\",$1"]]') AS file;
COMMIT;

-- ---- injection -------------------------------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('eve@hostile.example');
SELECT rowhouse.resource_insert('tasks', '[{"id": 100, "title": "of E"}]') IS NOT NULL AS stored;
-- Whatever stands in the place of a name or a value, nobody else's row comes out and nothing is executed.
CREATE FUNCTION pg_temp.attempts() RETURNS SETOF text LANGUAGE sql AS $f$
    SELECT unnest(ARRAY['''', '"', '\', '$1', '$$', ';', '--', '/*', ''' OR true --', '" OR true --', '1 OR true', '1) OR (true', '1; SELECT pg_sleep(10)', '1 UNION SELECT * FROM rowhouse.signing_keys', '(SELECT 1)', '*', 't.*', 't.id', 'id; DROP TABLE tasks', 'id desc nulls last',
        'id::text', 'count(*)', 'ctid', 'tableoid', 'xmin', 'organization_id', 'rowhouse.user_id()', 'current_user', E'\t', E'id\nFROM tasks', '%', '_', 'null', 'NULL', 'true', '{}', '[]', '()', '(,)', ',', '.', 'eq.', 'not.', '名前', repeat('x', 100000), repeat('(', 10000), repeat('"', 9999), repeat('not.', 1000) || 'eq.1'])
$f$;
CREATE FUNCTION pg_temp.outcome(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE 'SELECT (' || call || ')::text' INTO answer;
    RETURN CASE WHEN answer ~ 'first|100%|of A' THEN 'SOMEBODY ELSE''S ' || answer WHEN answer ~ '"id": 100|of E' THEN 'own rows' ELSE 'nothing' END;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
SELECT place, string_agg(DISTINCT pg_temp.outcome(format(call, attempt)), ', ') AS outcomes
FROM pg_temp.attempts() attempt, (VALUES
    (1, 'resource', 'rowhouse.resource_list(%L)'), (2, 'name', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(%L::text, ''eq.1'')))'), (3, 'condition', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''title'', %L::text)))'),
    (4, 'value', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''title'', ''eq.'' || %L)))'), (5, 'number', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''n'', ''eq.'' || %L)))'),
    (6, 'pattern', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''title'', ''like.'' || %L)))'), (7, 'list', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''title'', ''in.('' || %L || '')'')))'),
    (8, 'is', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''title'', ''is.'' || %L)))'), (9, 'select', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''select'', %L::text)))'),
    (10, 'order', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''order'', %L::text)))'), (11, 'limit', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''limit'', %L::text)))'),
    (12, 'after', 'rowhouse.resource_list(''tasks'', jsonb_build_array(jsonb_build_array(''after'', %L::text)))'), (13, 'id', 'rowhouse.resource_get(''tasks'', %L)'), (14, 'id to change', 'rowhouse.resource_update(''tasks'', %L, ''{"title": "hacked"}'')'),
    (15, 'id to delete', 'rowhouse.resource_delete(''tasks'', %L)'), (16, 'column given', 'rowhouse.resource_update(''tasks'', ''100'', jsonb_build_object(%L::text, 1))'), (17, 'value given', 'rowhouse.resource_update(''tasks'', ''100'', jsonb_build_object(''secret'', %L::text)) - ''secret'''),
    (18, 'export', 'rowhouse.resource_export(''tasks'', jsonb_build_array(jsonb_build_array(''title'', ''not.eq.'' || %L)))'), (19, 'system', 'rowhouse.system_list(%L)')) p(n, place, call)
GROUP BY n, place ORDER BY n;
ROLLBACK;

-- ---- other people's ids and cursors ----------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('ann@hostile.example');
SELECT rowhouse.resource_list('tasks', '[["limit", "2"]]') ->> 'next' AS cursor_of_a \gset
COMMIT;
BEGIN;
SELECT regress.act_as('eve@hostile.example');
SELECT count(rowhouse.resource_insert('tasks', '[{"id": 100, "title": "of E"}, {"id": 101}]'));
SELECT what, regress.try(what) FROM unnest(ARRAY['SELECT rowhouse.resource_get(''tasks'', ''1'')', 'SELECT rowhouse.resource_update(''tasks'', ''1'', ''{"title": "mine"}'')', 'SELECT rowhouse.resource_update(''tasks'', ''1'', ''{"id": 1}'')', 'SELECT rowhouse.resource_delete(''tasks'', ''1'')']) what;
SELECT regress.ids('tasks', format('[["organization_id", "eq.%s"]]', :'a')::jsonb) AS by_owner, regress.ids('tasks', '[["id", "in.(1,2,3,100)"]]') AS by_id, regress.ids('tasks', jsonb_build_array(jsonb_build_array('after', :'cursor_of_a'))) AS behind_their_cursor;
SELECT position('first' IN rowhouse.resource_export('tasks')) AS not_exported;
-- Moving a row, or making one for somebody else.
SELECT regress.try(format('SELECT rowhouse.resource_update(%L, %L, %L)', 'tasks', '100', jsonb_build_object('organization_id', o))), regress.try(format('SELECT rowhouse.resource_insert(%L, %L)', 'tasks', jsonb_build_object('id', 102, 'organization_id', o))) FROM unnest(ARRAY[:'a', :'e', NULL]) o;
SELECT regress.try($$SELECT rowhouse.resource_insert('tasks', '[{"id": 103}, {"id": 104, "organization_id": null}]')$$);
-- A row of somebody else's that a foreign key would find is as good as none.
SELECT project, regress.try(format('SELECT rowhouse.resource_insert(%L, %L)', 'tasks', jsonb_build_object('id', 105, 'project', project))) FROM unnest(ARRAY[1, 7000]) project;
CREATE FUNCTION pg_temp.detail(body jsonb) RETURNS text LANGUAGE plpgsql AS $$ DECLARE d text; BEGIN PERFORM rowhouse.resource_insert('tasks', body); RETURN 'none'; EXCEPTION WHEN foreign_key_violation THEN GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL; RETURN d; END $$;
SELECT pg_temp.detail('{"id": 105, "project": 1}'), pg_temp.detail('{"id": 105, "project": 7000}');
SELECT regress.try($$SELECT rowhouse.resource_update('tasks', '100', '{"parent": 1}')$$), regress.try($$SELECT rowhouse.resource_update('tasks', '100', '{"parent": 101, "title": "still E"}')$$), regress.try($$SELECT rowhouse.resource_insert('tasks', '[{"id": 106, "parent": 107}, {"id": 107, "parent": 106}]')$$) AS each_other, regress.try($$SELECT rowhouse.resource_insert('tasks', '[{"id": 108}, {"id": 109, "parent": 1}]')$$);
SELECT regress.ids('tasks', '[]') AS own;
ROLLBACK;

-- ---- wildcards, unicode, sizes ---------------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('ann@hostile.example');
SELECT pattern, regress.ids('tasks', jsonb_build_array(jsonb_build_array('title', 'like.' || pattern))) AS ids FROM unnest(ARRAY['%', '*', '100%', '100\%', '1_0', '1\_0', '%\\%', '*名*', '_____', '', '😀', '*😀', E'e\u0301', E'\u00e9']) pattern;
SELECT regress.try($$SELECT regress.ids('tasks', '[["title", "like.first\\"]]')$$) AS ends_with_escape;
SELECT regress.ids('tasks', jsonb_build_array(jsonb_build_array('title', 'eq.名前 😀'))) AS unicode;
SELECT regress.try('SELECT rowhouse.resource_insert(''tasks'', ''{"id": 9, "title": "\u0000"}'')') AS null_character;
SELECT what, regress.try(format('SELECT rowhouse.resource_list(%L, %L)', 'tasks', jsonb_build_array(jsonb_build_array('limit', what)))) FROM unnest(ARRAY['1000', '1001', '2147483648', '9223372036854775808', '1e3', '-1', '0x10', '１']) what;
SELECT n, left(regress.try(format('SELECT jsonb_array_length(rowhouse.resource_insert(%L, %L) -> %L)', 'tasks', (SELECT jsonb_agg(jsonb_build_object('id', 10000 + i)) FROM generate_series(1, n) i), 'items')), 60) FROM unnest(ARRAY[1000, 1001]) n;
SELECT regress.try(format('SELECT rowhouse.resource_insert(%L, %L)', 'tasks', (SELECT jsonb_object_agg('c' || i, i) FROM generate_series(1, 2000) i))) ~ '^22023' AS many_columns;
SELECT regress.try(format('SELECT rowhouse.resource_list(%L, %L)', 'tasks', (SELECT jsonb_agg(jsonb_build_array('n', 'eq.' || i)) FROM generate_series(1, 100000) i))) AS many_conditions;
SELECT body, regress.try(format('SELECT rowhouse.resource_update(%L, %L, %L)', 'tasks', '1', body)) FROM unnest(ARRAY['{"n": "x"}', '{"n": true}', '{"n": {}}', '{"n": []}', '{"n": 1.5}', '{"n": 1e400}', '{"n": -2147483649}', '{"title": {"a": 1}}', '{"title": [1]}', '{"title": 1}', '{"Title": "x"}', '{"title ": "x"}', '{"": "x"}']) body;
ROLLBACK;

-- ---- viewers, and members who are none any more ----------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('viewer@hostile.example');
SELECT what, regress.try('SELECT rowhouse.' || what) FROM unnest(ARRAY['resource_insert(''tasks'', ''{"id": 50}'')', 'resource_insert(''tasks'', ''[]'')', 'resource_update(''tasks'', ''1'', ''{}'')', 'resource_update(''tasks'', ''7000'', ''{}'')', 'resource_delete(''tasks'', ''1'')', 'resource_get(''tasks'', ''1'')', 'system_list(''tasks'')']) what;
COMMIT;
BEGIN; SELECT regress.act_as('leaver@hostile.example', 'hostile-a'); SELECT regress.ids('tasks', '[["limit", "2"]]') AS still_a_member; COMMIT;
BEGIN; SELECT regress.act_as('ann@hostile.example'); SELECT rowhouse.remove_member(:'a', 'leaver@hostile.example') IS NOT NULL AS removed; COMMIT;
BEGIN; SELECT regress.act_as('leaver@hostile.example', 'hostile-a'); SELECT regress.try($$SELECT rowhouse.resource_list('tasks')$$) AS chosen; COMMIT;
BEGIN; SELECT regress.act_as('leaver@hostile.example'); SELECT regress.try($$SELECT rowhouse.resource_list('tasks')$$) AS not_chosen; COMMIT;
BEGIN; SELECT regress.act_as('eve@hostile.example', 'hostile-a'); SELECT regress.try($$SELECT rowhouse.resource_list('tasks')$$) AS not_theirs; COMMIT;
BEGIN; SET LOCAL rowhouse.token = 'eyJhbGciOiJub25lIn0.e30.'; SELECT regress.try($$SELECT rowhouse.resource_list('tasks')$$) AS forged, regress.try($$SELECT rowhouse.resource_list('nothing')$$) AS forged_too; COMMIT;

-- ---- code of others --------------------------------------------------------------------------------------------------

RESET ROLE;
SET search_path = "ho st""ile", public;
-- A trigger runs as the owner of the table, and system context is not to be had from there; its errors come out as they are.
CREATE ROLE regress_resource_owner IN ROLE rowhouse_admin, rowhouse_user;
GRANT ALL ON SCHEMA "ho st""ile" TO regress_resource_owner;
GRANT USAGE ON SCHEMA regress TO regress_resource_owner;
CREATE TABLE traps (id integer PRIMARY KEY, what text, outcome text);
CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;
    IF NEW.what = 'skip' THEN RETURN NULL; END IF;
    IF NEW.what = 'raise' THEN RAISE EXCEPTION 'no' USING ERRCODE = 'ZZ001', DETAIL = 'secret'; END IF;
    NEW.outcome := current_user || ': ' || coalesce(regress.try(NEW.what), 'null');
    RETURN NEW;
END
$$;
CREATE TRIGGER trap BEFORE INSERT OR UPDATE OR DELETE ON traps FOR EACH ROW EXECUTE FUNCTION trap();
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'late: %', current_user USING ERRCODE = 'ZZ002'; END $$;
CREATE TABLE waits (id integer PRIMARY KEY);
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON waits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
ALTER TABLE traps OWNER TO regress_resource_owner;
ALTER TABLE waits OWNER TO regress_resource_owner;
SET ROLE regress_resource_owner;
SELECT count(*) > 0 AS isolated FROM unnest('{traps,waits}'::regclass[]) t, rowhouse.isolate(t);
SELECT rowhouse.expose('traps'), rowhouse.expose('waits');
RESET ROLE;
RESET search_path;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('root@hostile.example', 'hostile-a');
SELECT i ->> 'what' AS what, i ->> 'outcome' AS outcome FROM jsonb_array_elements(rowhouse.resource_insert('traps', '[{"id": 1, "what": "SELECT 1"}, {"id": 2, "what": "SET ROLE regress_app"}, {"id": 3, "what": "SELECT rowhouse.begin_system(''trap'')"}, {"id": 4, "what": "SELECT rowhouse.system_list(''tasks'')"}, {"id": 5, "what": "CREATE TEMP TABLE planted ()"}, {"id": 6, "what": "SELECT set_config(''search_path'', ''public'', true)"}]') -> 'items') i;
SELECT what, regress.try(what) FROM unnest(ARRAY['SELECT rowhouse.resource_insert(''traps'', ''{"id": 9, "what": "raise"}'')', 'SELECT rowhouse.resource_insert(''traps'', ''{"id": 9, "what": "skip"}'')', 'SELECT rowhouse.resource_insert(''traps'', ''[{"id": 9, "what": "SELECT 2"}, {"id": 10, "what": "skip"}]'')', 'SELECT rowhouse.resource_update(''traps'', ''1'', ''{"what": "skip"}'')', 'SELECT rowhouse.resource_delete(''traps'', ''1'')', 'SELECT rowhouse.resource_insert(''waits'', ''{"id": 1}'')']) what;
SELECT regress.ids('traps', '[]') AS all_or_nothing, current_user, current_setting('search_path') AS path;
COMMIT;
-- Functions and operators planted where names are looked up change nothing.
CREATE FUNCTION pg_temp.equal(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
CREATE OPERATOR pg_temp.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = pg_temp.equal);
CREATE FUNCTION pg_temp.jsonb_to_recordset(jsonb) RETURNS SETOF record LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
CREATE TEMP TABLE tasks (id integer, organization_id uuid);
BEGIN;
SET LOCAL search_path = pg_temp, pg_catalog;
SELECT regress.act_as('ann@hostile.example');
SELECT rowhouse.resource_get('tasks', '1') -> 'title' AS got, rowhouse.resource_insert('tasks', '{"id": 60, "project": 1}') -> 'id' AS stored, regress.ids('tasks', '[["id", "eq.60"]]') AS listed;
ROLLBACK;

-- ---- what changes meanwhile ------------------------------------------------------------------------------------------

-- A kept plan, and then the table has other columns, another key, is released, concealed, gone.
CREATE FUNCTION pg_temp.first() RETURNS text LANGUAGE sql AS $$ SELECT ((rowhouse.resource_list('tasks') #> '{items,0}') - 'organization_id' - 'owner')::text $$;
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM regress.act_as('ann@hostile.example'); RETURN regress.try($q$SELECT rowhouse.resource_get('tasks', '1')$q$) || ', ' || coalesce(pg_temp.first(), 'none'); EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM; END $$;
SELECT pg_temp.state(), pg_temp.state() AS kept;
RESET ROLE;
ALTER TABLE "ho st""ile".tasks DROP COLUMN secret, ADD COLUMN later text DEFAULT 'new', ALTER COLUMN n TYPE text;
SET ROLE regress_app;
SELECT pg_temp.state() AS altered;
RESET ROLE;
ALTER TABLE "ho st""ile".tasks ALTER COLUMN id TYPE bigint;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@hostile.example');
SELECT regress.try($$SELECT rowhouse.resource_get('tasks', '4294967297')$$) AS wider, rowhouse.resource_get('tasks', '1') -> 'id' AS still;
COMMIT;
RESET ROLE;
ALTER TABLE "ho st""ile".tasks DROP CONSTRAINT tasks_parent;
ALTER TABLE "ho st""ile".tasks DROP CONSTRAINT tasks_pkey;
SET ROLE regress_app;
SELECT pg_temp.state() AS no_key;
RESET ROLE;
ALTER TABLE "ho st""ile".tasks ADD PRIMARY KEY (organization_id, id);
SET ROLE regress_app;
SELECT pg_temp.state() AS other_key;
RESET ROLE;
ALTER TABLE "ho st""ile".tasks NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('eve@hostile.example'); SELECT regress.ids('tasks', '[]') AS still_own_rows_alone, regress.try($$SELECT rowhouse.resource_delete('tasks', '1')$$); COMMIT;
RESET ROLE;
SELECT rowhouse.conceal('"ho st""ile".tasks');
SET ROLE regress_app;
SELECT pg_temp.state() AS concealed;
RESET ROLE;
SELECT rowhouse.expose('"ho st""ile".tasks');
SELECT count(*) > 0 AS released FROM rowhouse.release('"ho st""ile".tasks');
SET ROLE regress_app;
SELECT pg_temp.state() AS released;
RESET ROLE;
ALTER TABLE "ho st""ile".tasks RENAME COLUMN organization_id TO owner;
SET ROLE regress_app;
SELECT pg_temp.state() AS owner_renamed;
RESET ROLE;
SELECT count(*) > 0 AS isolated FROM rowhouse.isolate('"ho st""ile".tasks', column_name => 'owner');
SET ROLE regress_app;
SELECT pg_temp.state() AS isolated_again;
RESET ROLE;
ALTER TABLE "ho st""ile".tasks SET SCHEMA public;
ALTER TABLE public.tasks RENAME TO jobs;
SET ROLE regress_app;
SELECT pg_temp.state() AS moved_and_renamed;
RESET ROLE;
ALTER TABLE public.jobs RENAME COLUMN owner TO tenant;
SET ROLE regress_app;
SELECT pg_temp.state() AS owner_column_gone;
RESET ROLE;
DROP TABLE public.jobs;
SET ROLE regress_app;
SELECT pg_temp.state() AS dropped;
RESET ROLE;
SELECT resource FROM rowhouse.exposed_tables ORDER BY 1;
DROP SCHEMA "ho st""ile" CASCADE;
SELECT count(*) AS left FROM rowhouse.exposed_relations;
DROP FUNCTION regress.ids;
DROP OWNED BY regress_resource_owner;
DROP ROLE regress_resource_owner;

-- ---- types whose input fails with codes of its own ---------------------------------------------------------------------

RESET ROLE;
CREATE TABLE public.odd_types (id integer PRIMARY KEY, relation regclass, words tsvector);
SELECT count(*) > 0 AS isolated FROM rowhouse.isolate('public.odd_types');
SELECT rowhouse.expose('public.odd_types');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@hostile.example');
SELECT filter, regress.try(format('SELECT rowhouse.resource_list(''odd_types'', %L)', jsonb_build_array(filter))) AS answer
FROM (VALUES ('["relation", "eq.no_such_table"]'::jsonb), ('["relation", "eq.a.b.c.d"]'), ('["words", "eq.\\"]'), ('["relation", "in.(pg_class,none)"]'), ('["id", "eq.x"]'), ('["relation", "eq.pg_class"]')) f(filter);
COMMIT;
RESET ROLE;
DROP TABLE public.odd_types;
