-- The example of docs/examples/: production data of many clients, from files; clients from a file, and how many there may be.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('boss@production.example', 'correct horse', 'production-one', 'One') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('other@production.example', 'correct horse', 'production-two', 'Two') #>> '{organization,id}' AS two \gset
SELECT count(rowhouse.register(who || '@production.example', 'correct horse')), count(rowhouse.confirm_account(who || '@production.example')) FROM unnest(ARRAY['operator', 'viewer']) who;
SELECT rowhouse.set_super_admin('boss@production.example');
BEGIN;
SELECT regress.act_as('boss@production.example', 'production-one');
SELECT count(rowhouse.add_member(:'one', who || '@production.example', role)) FROM (VALUES ('operator', 'member'), ('viewer', 'viewer')) m(who, role);
COMMIT;
SET client_min_messages = warning;
-- Twice, which is as good as once.
\set ECHO none
\i docs/examples/production_entries.sql
\i docs/examples/production_entries.sql
\set ECHO all
RESET client_min_messages;
\set content `cat docs/examples/production_entries.csv`
CREATE TEMP TABLE file AS SELECT convert_to(:'content', 'UTF8') AS content;
GRANT SELECT ON file TO PUBLIC;
GRANT SELECT ON public.production_entries TO regress_app;
SET ROLE regress_app;

-- An operator uploads, a viewer may not.
BEGIN;
SELECT regress.act_as('viewer@production.example');
SELECT regress.try($$SELECT rowhouse.import_run('production_entries', '')$$);
ROLLBACK;
BEGIN;
SELECT regress.act_as('operator@production.example');
SELECT rowhouse.import_template('production_entries');
SELECT s ->> 'inserted' AS inserted, s ->> 'failed' AS failed, s -> 'codes' AS codes FROM file, rowhouse.import_run('production_entries', content, '{"file_name": "production_entries.csv"}') s;
SELECT count(*), sum(units_produced) > 0 AS some, min(production_date), max(production_date), count(DISTINCT shift) AS shifts FROM public.production_entries;
-- The same file again counts nothing twice.
SELECT s ->> 'inserted' AS inserted, s ->> 'failed' AS failed, s -> 'codes' AS codes FROM file, rowhouse.import_run('production_entries', content) s;
SELECT s ->> 'skipped' AS skipped, s ->> 'failed' AS failed FROM file, rowhouse.import_run('production_entries', content, '{"mode": "skip"}') s;
SELECT e.line, e.target_column, e.code, e.message
FROM rowhouse.import_run('production_entries', convert_to(E'date,product,shift,produced,rejected,hours,operator\n2026-02-01,X,early,10,11,8,A\n2026-02-30,X,Late,10,1,8,A\n2026-02-01,X,noon,10.5,-1,25,A\n2026-02-01,,late,1e3,,0,', 'UTF8')) s,
     rowhouse.import_errors((s ->> 'id')::uuid) e WHERE severity <> 'info';
COMMIT;
BEGIN;
SELECT regress.act_as('other@production.example');
SELECT count(*) AS of_others FROM public.production_entries;
COMMIT;

-- Clients are organizations; super admins alone bring them in, no more than there may be, and no more people than each may have.
BEGIN;
SELECT regress.act_as('other@production.example');
SELECT regress.try($$SELECT rowhouse.import_run('clients', 'client_id,client_name')$$);
ROLLBACK;
RESET ROLE;
SELECT count(*) + 3 AS quota FROM rowhouse.organizations \gset
SELECT rowhouse.set_quota('organizations', :quota), rowhouse.set_quota('members', 5);
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@production.example', 'production-one');
SELECT s ->> 'id' AS batch, s ->> 'inserted' AS inserted, s ->> 'failed' AS failed
FROM rowhouse.import_run('clients', convert_to(E'client_id,client_name\nproduction-a,Client A\nproduction-a,Again\nno slug,Bad\nproduction-b,Client B\nproduction-c,Client C\nproduction-d,Too many\nproduction-one,Taken', 'UTF8')) s \gset
SELECT :inserted AS inserted, :failed AS failed;
SELECT line, code, regexp_replace(message, 'have [0-9]+ org', 'have N org') AS message FROM rowhouse.import_errors(:'batch') WHERE severity = 'error';
SELECT s ->> 'inserted' AS inserted, s -> 'codes' AS codes
FROM rowhouse.import_run('users', convert_to(E'email\na@production.example\nb@production.example\nc@production.example\nd@production.example\n', 'UTF8')) s;
SELECT count(*) AS members FROM rowhouse.members;
COMMIT;
BEGIN;
SELECT regress.act_as('boss@production.example', 'production-a');
SELECT rowhouse.context() #>> '{organization,name}' AS client, rowhouse.role();
COMMIT;
RESET ROLE;
SELECT rowhouse.set_quota('organizations', NULL), rowhouse.set_quota('members', NULL);
SELECT rowhouse.drop_import('production_entries');
DROP TABLE public.production_entries;
DELETE FROM rowhouse.organizations WHERE slug LIKE 'production-%';
