-- Taking an import back; and what imports remember: names of columns, earlier uploads.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT rowhouse.bootstrap('boss@undo.example', 'correct horse', 'undo-one', 'One') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('other@undo.example', 'correct horse', 'undo-two', 'Two') #>> '{organization,id}' AS two \gset
SELECT count(rowhouse.register(who || '@undo.example', 'correct horse')) FROM unnest(ARRAY['member', 'second', 'viewer']) who;
SELECT count(rowhouse.confirm_account(who || '@undo.example')) FROM unnest(ARRAY['member', 'second', 'viewer']) who;
SELECT count(rowhouse.set_import_limits(jsonb_build_object(what, 1000))) FROM unnest(ARRAY['person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day']) what;
BEGIN;
SELECT regress.act_as('boss@undo.example');
SELECT count(rowhouse.add_member(:'one', who || '@undo.example', role)) FROM (VALUES ('member', 'member'), ('second', 'member'), ('viewer', 'viewer')) m(who, role);
COMMIT;
CREATE ROLE regress_table_owner IN ROLE rowhouse_admin;
CREATE SCHEMA undo AUTHORIZATION regress_table_owner;
GRANT USAGE ON SCHEMA undo, regress TO regress_app, regress_table_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_table_owner IN SCHEMA undo GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO regress_app;
SET ROLE regress_table_owner;
CREATE DOMAIN undo.filled AS text NOT NULL;
CREATE TABLE undo.things (a integer, b text, n integer, j jsonb, d timestamptz, w text[], amount numeric(8,3), raw bytea, span interval, r real, t text, other undo.filled DEFAULT 'x', g integer GENERATED ALWAYS AS (n * 2) STORED, PRIMARY KEY (a, b));
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('undo.things');
SELECT rowhouse.define_import('things', 'undo.things', '{"other": null}', '{"role": "member"}') -> 'key' AS key;
CREATE TABLE undo.parents (id integer PRIMARY KEY, name text);
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('undo.parents');
CREATE TABLE undo.children (id integer PRIMARY KEY, parent integer REFERENCES undo.parents, later integer REFERENCES undo.parents DEFERRABLE INITIALLY DEFERRED);
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('undo.children');
SELECT rowhouse.define_import('parents', 'undo.parents') -> 'key' AS key;
CREATE TABLE undo.heap (n integer);
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('undo.heap');
SELECT rowhouse.define_import('heap', 'undo.heap') -> 'key' AS key;
SET ROLE regress_app;

-- ---- inserted, updated, changed since --------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('boss@undo.example');
SET LOCAL TimeZone = 'UTC';
SELECT rowhouse.import_run('things', regress.file('a,b,n,j,d,w,amount,raw,span,r,t', '1,"x,y",,,,,,,,,', '2,"(""\",5,"{""k"": [1.50, null]}",2026-01-01 10:00+02,"{a,NULL,""b,c""}",1.500,\x00ff,1 mon -3 days,1.1,"{}"', '3,z,7,,,,,,,,', '4,w,1,,,,,,,,', '5,v,1,,,,,,,,')) ->> 'id' AS first \gset
SELECT rowhouse.import_status(:'first') -> 'inserted' AS inserted;
CREATE TEMP TABLE was AS SELECT to_jsonb(t.*) AS row FROM undo.things t;
SELECT rowhouse.import_run('things', regress.file('a,b,n,j,d,w,amount,raw,span,r,t', '1,"x,y",1,2,2026-01-01,{},1,\x,1 day,2,t', '2,"(""\",6,{},2026-01-02,{},2,\x01,2 days,3,u', '3,z,8,,,,,,,,', '4,w,2,,,,,,,,', '5,v,,,,,,,,,changed', '6,u,1,,,,,,,,', '7,t,1,,,,,,,,'), '{"mode": "upsert"}') ->> 'id' AS second \gset
SELECT rowhouse.import_status(:'second') -> 'inserted' AS inserted, rowhouse.import_status(:'second') -> 'updated' AS updated;
UPDATE undo.things SET n = 99 WHERE a IN (3, 6);
DELETE FROM undo.things WHERE a = 4;
-- The first cannot go while the second is there: it has changed its rows.
SAVEPOINT s;
SELECT rowhouse.import_undo(:'first') - 'refused_rows' AS undone;
ROLLBACK TO s;
SELECT rowhouse.import_undo(:'second') AS undone;
SELECT a, b, n, g, (SELECT row FROM was WHERE row ->> 'a' = t.a::text) = to_jsonb(t.*) AS as_it_was FROM undo.things t ORDER BY a;
SELECT regress.try(format('SELECT rowhouse.import_undo(%L)', :'second')) AS twice;
SELECT rowhouse.import_status(:'second') ->> 'undone_at' IS NOT NULL AS undone, rowhouse.import_status(:'second') -> 'updated' AS updated;
-- Of somebody else, or below the role.
SELECT regress.act_as('other@undo.example');
SELECT regress.try(format('SELECT rowhouse.import_undo(%L)', :'first')) AS other_organization;
SELECT regress.act_as('second@undo.example');
SELECT regress.try(format('SELECT rowhouse.import_undo(%L)', :'first')) AS other_member;
SELECT regress.act_as('viewer@undo.example');
SELECT regress.try(format('SELECT rowhouse.import_undo(%L)', :'first')) AS viewer;
SELECT regress.try('SELECT rowhouse.import_undo(''00000000-0000-4000-8000-000000000000'')') AS no_such, rowhouse.import_undo(NULL) IS NULL AS null_for_null;
ROLLBACK;
-- Nothing written; no primary key; an own batch of a member.
BEGIN;
SELECT regress.act_as('member@undo.example');
SELECT rowhouse.import_run('things', regress.file('a,b', 'x,y')) ->> 'id' AS nothing \gset
SELECT regress.try(format('SELECT rowhouse.import_undo(%L)', :'nothing')) AS nothing;
SELECT rowhouse.import_run('things', regress.file('a,b', '1,y', '2,y')) ->> 'id' AS own \gset
SELECT rowhouse.import_undo(:'own') AS own;
SELECT count(*) AS things FROM undo.things;
SELECT regress.act_as('boss@undo.example');
SELECT rowhouse.import_run('heap', regress.file('n', '1')) ->> 'id' AS heap \gset
SELECT regress.try(format('SELECT rowhouse.import_undo(%L)', :'heap')) AS heap;
ROLLBACK;
-- Rows are found again under other settings, and with columns dropped since.
RESET ROLE;
SET ROLE regress_table_owner;
CREATE TABLE undo.times (gone integer, at timestamptz, day date, n integer, gone_later integer, PRIMARY KEY (at, day));
ALTER TABLE undo.times DROP gone;
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('undo.times');
SELECT rowhouse.define_import('times', 'undo.times') -> 'key' AS key;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@undo.example');
SELECT rowhouse.import_run('times', regress.file('at,day,n', '2026-01-01 10:00Z,2026-01-31,1', '2026-01-02 10:00Z,2026-01-31,2')) ->> 'id' AS first \gset
SELECT rowhouse.import_run('times', regress.file('at,day,n', '2026-01-01 10:00Z,2026-01-31,7'), '{"mode": "update"}') ->> 'id' AS second \gset
SET LOCAL TimeZone = 'Asia/Tokyo';
SET LOCAL DateStyle = 'German, DMY';
RESET ROLE;
ALTER TABLE undo.times DROP gone_later;
SET ROLE regress_app;
SELECT rowhouse.import_undo(:'second') AS undone;
SELECT n FROM undo.times ORDER BY at;
ROLLBACK;
-- What others refer to stays, and is named; and so is what a trigger will not let go.
RESET ROLE;
SET ROLE regress_table_owner;
CREATE FUNCTION undo.keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.name = 'stays' THEN RETURN NULL; END IF;
    IF OLD.name = 'raises' THEN RAISE EXCEPTION 'not this one'; END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER keep BEFORE DELETE ON undo.parents FOR EACH ROW EXECUTE FUNCTION undo.keep();
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@undo.example');
SELECT rowhouse.import_run('parents', regress.file('id,name', '1,a', '2,b', '3,c', '4,stays', '5,raises', '6,d')) ->> 'id' AS batch \gset
INSERT INTO undo.children VALUES (1, 2, NULL), (2, NULL, 3);
SELECT rowhouse.import_undo(:'batch') AS undone;
SELECT id, name FROM undo.parents ORDER BY id;
COMMIT;
-- One that ended halfway, in the background.
BEGIN;
SELECT regress.act_as('boss@undo.example');
SELECT rowhouse.import_stage('things', regress.file('a,b', '1,x', '2,x')) ->> 'id' AS staged \gset
SELECT rowhouse.import_cancel(:'staged') ->> 'status' AS status;
SELECT regress.try(format('SELECT rowhouse.import_undo(%L)', :'staged')) AS cancelled_before;
SELECT rowhouse.import_run('things', regress.file('a,b', '1,x', '2,x')) ->> 'id' AS done \gset
RESET ROLE;
UPDATE rowhouse.import_batches SET status = 'cancelled' WHERE id = :'done';
SET ROLE regress_app;
SELECT rowhouse.import_undo(:'done') AS cancelled_later;
ROLLBACK;

-- ---- what is remembered ----------------------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('boss@undo.example');
-- Names that an earlier file of this organization was mapped by; what is as good as misspelt is suggested, and nothing more.
SELECT p -> 'columns' AS columns, f ->> 'column' AS "column", f ->> 'code' AS code, f ->> 'hint' AS hint FROM rowhouse.import_preview('parents', regress.file('No.,nane', '1,a')) p, jsonb_array_elements(p -> 'file') f;
SELECT regress.import('parents', regress.file('No.,nane', '10,a'), '{"mapping": {"No.": "id", "nane": "name"}}');
SELECT p -> 'columns' AS columns, p -> 'file' AS file FROM rowhouse.import_preview('parents', regress.file('NO,Nane', '11,a')) p;
-- An exact name comes first; a choice of now before all.
SELECT p -> 'columns' AS columns FROM rowhouse.import_preview('parents', regress.file('No.,nane,name,id', '11,a,b,12')) p;
SELECT p -> 'columns' AS columns FROM rowhouse.import_preview('parents', regress.file('No.,nane', '11,a'), '{"mapping": {"nane": null}}') p;
SELECT f ->> 'code' AS code, f ->> 'message' AS message FROM rowhouse.import_preview('parents', regress.file('No.,x', '11,a'), '{"mapping": {"x": "id", "No.": "id"}}') p, jsonb_array_elements(p -> 'file') f WHERE f ->> 'severity' = 'error';
-- Labels with which somebody tries something.
SELECT p -> 'columns' AS columns, p -> 'valid_rows' AS valid FROM rowhouse.import_preview('parents', regress.file('id,"name); DROP TABLE undo.parents; --","=cmd|'' /C calc''!A0","$1"', '12,a,b,c'), '{"mapping": {"name); DROP TABLE undo.parents; --": "name"}}') p;
SELECT rowhouse.import_run('parents', regress.file('id,"name''); DROP TABLE undo.parents; --"', '12,"''); DROP TABLE undo.parents; --"'), '{"mapping": {"name''); DROP TABLE undo.parents; --": "name"}, "file_name": "''); DROP TABLE undo.parents; --.csv"}') ->> 'file_name' AS file_name;
SELECT id, name FROM undo.parents ORDER BY id;
-- Another organization has learned nothing.
SELECT regress.act_as('other@undo.example');
SELECT p -> 'columns' AS columns FROM rowhouse.import_preview('parents', regress.file('No.,nane', '1,a')) p;
-- A file that was there before is noted, as long as it was not taken back; of this organization and target.
SELECT regress.act_as('boss@undo.example');
SELECT rowhouse.import_run('things', regress.file('a,b', '1,y')) ->> 'id' AS batch \gset
SELECT regress.import('things', regress.file('a,b', '1,y'));
SELECT f ->> 'related' IS NOT NULL AS named, f ->> 'severity' AS severity FROM rowhouse.import_preview('things', regress.file('a,b', '1,y')) p, jsonb_array_elements(p -> 'file') f WHERE f ->> 'code' = 'duplicate-upload';
SELECT count(*) AS other_target FROM rowhouse.import_preview('parents', regress.file('a,b', '1,y')) p, jsonb_array_elements(p -> 'file') f WHERE f ->> 'code' = 'duplicate-upload';
SELECT count(*) > 0 AS undone FROM rowhouse.import_undo(:'batch');
SELECT regress.act_as('other@undo.example');
SELECT regress.import('things', regress.file('a,b', '1,y'));
ROLLBACK;
-- The template: labels, and the order that was asked for; it can be imported.
RESET ROLE;
SET ROLE regress_table_owner;
SELECT rowhouse.define_import('parents', 'undo.parents', '{"name": {"label": "Full, \"name\"", "example": "=1+1"}, "id": {"label": "No."}}', '{"order": ["name"]}') -> 'columns' AS columns;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('viewer@undo.example');
SELECT rowhouse.import_template('parents');
SELECT regress.act_as('boss@undo.example');
SELECT regress.import('parents', convert_to(rowhouse.import_template('parents'), 'UTF8'));
SELECT regress.import('parents', regress.file('by place,77'), '{"header": false}');
SELECT id, name FROM undo.parents WHERE id IN (42, 77) ORDER BY id;
ROLLBACK;

-- ---- in the end ------------------------------------------------------------------------------------------------------

RESET ROLE;
SELECT count(rowhouse.set_import_limits(jsonb_build_object(what, NULL))) FROM unnest(ARRAY['person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day']) what;
DELETE FROM rowhouse.import_targets WHERE relation NOT IN (SELECT oid FROM pg_class WHERE relnamespace = 'rowhouse'::regnamespace);
DROP SCHEMA undo CASCADE;
DROP OWNED BY regress_table_owner;
DROP ROLE regress_table_owner;
DELETE FROM rowhouse.organizations WHERE slug LIKE 'undo-%';
