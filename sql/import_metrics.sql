-- Metrics of imports: numbers at all times, and the alerts.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('boss@metrics.example', 'correct horse', 'metrics', 'Metrics') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('root@metrics.example', 'correct horse', 'metrics-root', 'Root') IS NOT NULL AS made;
SELECT rowhouse.set_super_admin('root@metrics.example');

-- ---- who may ---------------------------------------------------------------------------------------------------------

SET ROLE regress_app;
SELECT regress.try('SELECT rowhouse.import_metrics()') AS nobody, regress.try('SELECT rowhouse.measure_imports()') AS nobody_either;
BEGIN; SELECT regress.act_as('boss@metrics.example'); SELECT regress.try('SELECT rowhouse.import_metrics()') AS owner; ROLLBACK;
BEGIN; SELECT regress.act_as('root@metrics.example'); SELECT regress.try('SELECT rowhouse.import_metrics()') AS super_admin; ROLLBACK;
SET ROLE regress_dba;
SELECT regress.try('SELECT rowhouse.import_metrics()') AS operator;

-- Who may see who is at work; what is seen then, test/imports/run has.
SET ROLE regress_app;
SELECT regress.try('SELECT * FROM rowhouse.import_progress') AS nobody, regress.try('SELECT * FROM rowhouse.running_imports()') AS nobody_either;
BEGIN; SELECT regress.act_as('boss@metrics.example'); SELECT count(*) AS owner FROM rowhouse.import_progress; ROLLBACK;
BEGIN; SELECT regress.act_as('root@metrics.example'); SELECT count(*) AS super_admin FROM rowhouse.import_progress(); ROLLBACK;
SET ROLE regress_dba;
SELECT count(*) AS operator FROM rowhouse.import_progress;

-- ---- of nothing ------------------------------------------------------------------------------------------------------

SELECT rowhouse.import_metrics() - 'batches' AS of_nothing;
SELECT key AS status, value FROM jsonb_each(rowhouse.import_metrics() -> 'batches') WHERE key IN ('pending', 'processing', 'completed', 'failed', 'cancelled') ORDER BY key;
RESET ROLE;

-- ---- of something ----------------------------------------------------------------------------------------------------

-- What it says, with the figures that go on as time does rounded to minutes.
CREATE FUNCTION regress.metrics() RETURNS TABLE (figure text, value text) LANGUAGE sql AS $$
    SELECT m.key, CASE WHEN m.key = 'queue_seconds' THEN round(m.value::numeric / 60) || ' minutes' ELSE m.value::text END
    FROM jsonb_each(rowhouse.import_metrics()) m WHERE m.key <> 'batches' ORDER BY m.key
$$;
-- A batch that was uploaded that long ago, began a minute later, and ended so many seconds after that.
CREATE FUNCTION regress.batch(organization uuid, state text, ago interval, seconds integer, inserted bigint, failed bigint, error text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO rowhouse.import_batches (organization_id, target, content, status, created_at, started_at, finished_at, total_rows, processed_rows, inserted, failed, error)
    VALUES (organization, 'users', '', state::rowhouse.importstatus, now() - ago, CASE WHEN state <> 'pending' THEN now() - ago + interval '1 minute' END,
            now() - ago + interval '1 minute' + seconds * interval '1 second', inserted + failed, inserted + failed, inserted, failed, error)
$$;
BEGIN;
SELECT count(regress.batch(:'one', 'completed', '20 minutes', 10, 990, 10)) FROM generate_series(1, 9);
SELECT regress.batch(:'one', 'failed', '20 minutes', 10, 0, 0, 'no column for the e-mail address');
SELECT regress.batch(:'one', 'cancelled', '20 minutes', 5, 100, 0);
-- Those of longer ago are counted, and nothing else.
SELECT count(regress.batch(:'one', 'failed', '5 hours', 100, 1, 1000, 'old (SQLSTATE XX000)')), count(regress.batch(:'one', 'completed', '3 days', 100000, 1, 0)) FROM generate_series(1, 3);
SELECT regress.batch(:'one', 'pending', '30 minutes', NULL, 0, 0), regress.batch(:'one', 'pending', '10 minutes', NULL, 0, 0);
SELECT * FROM regress.metrics();
SELECT key AS status, value FROM jsonb_each(rowhouse.import_metrics() -> 'batches') WHERE value ->> 'now' <> '0' ORDER BY key;

-- ---- alerts, each just over its threshold ----------------------------------------------------------------------------

SAVEPOINT quiet;
SELECT regress.batch(:'one', 'failed', '20 minutes', 10, 0, 0, 'nothing of the database (SQLSTATE is no part of it)');
SELECT * FROM regress.metrics() WHERE figure IN ('alerts', 'failed_tasks', 'failure_rate');
ROLLBACK TO quiet;
SELECT regress.batch(:'one', 'completed', '20 minutes', 30, 1, 0);
SELECT * FROM regress.metrics() WHERE figure IN ('alerts', 'seconds_per_row');
SELECT regress.batch(:'one', 'completed', '20 minutes', 61, 1, 1);
SELECT * FROM regress.metrics() WHERE figure IN ('alerts', 'seconds_per_row');
ROLLBACK TO quiet;
-- At its first row for nineteen minutes.
SELECT regress.batch(:'one', 'processing', '20 minutes', NULL, 0, 0);
SELECT alert ->> 'name' AS alert, round((alert ->> 'value')::numeric / 60) AS minutes FROM jsonb_array_elements(rowhouse.import_metrics() -> 'alerts') alert;
ROLLBACK TO quiet;
INSERT INTO rowhouse.import_limit_hits (organization, person, limit_name, at)
SELECT :'one', regress.id(n), 'person_per_hour', now() - interval '59 minutes' FROM generate_series(1, 20) n;
INSERT INTO rowhouse.import_limit_hits (organization, person, limit_name, at)
SELECT :'one', regress.id(n), 'person_per_hour', now() - interval '61 minutes' FROM generate_series(1, 20) n;
SELECT * FROM regress.metrics() WHERE figure IN ('alerts', 'limit_hits');
INSERT INTO rowhouse.import_limit_hits (organization, person, limit_name) VALUES (:'one', regress.id(1), 'person_per_day');
SELECT * FROM regress.metrics() WHERE figure IN ('alerts', 'limit_hits');
SELECT count(regress.batch(:'one', 'completed', '20 minutes', 10, 10, 0)) FROM generate_series(1, 10);
SELECT regress.batch(:'one', 'failed', '20 minutes', 10, 0, 0, 'canceling statement due to user request (SQLSTATE 57014)');
SELECT * FROM regress.metrics() WHERE figure IN ('alerts', 'failed_tasks', 'failure_rate');
ROLLBACK;

DELETE FROM rowhouse.organizations WHERE slug LIKE 'metrics%';
DROP FUNCTION regress.metrics, regress.batch;
