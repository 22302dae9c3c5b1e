-- Errors across the border between C++ and PostgreSQL: each arrives whole, runs its destructors, and leaves a backend
-- that goes on working.
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.probe(what text) RETURNS text LANGUAGE c STRICT AS '$libdir/rowhouse', 'rowhouse_guard_probe';
CREATE FUNCTION pg_temp.alive() RETURNS integer LANGUAGE c AS '$libdir/rowhouse', 'rowhouse_guard_probe_alive';
CREATE FUNCTION pg_temp.report(what text) RETURNS TABLE (code text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    message := pg_temp.probe(what);
    RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END
$$;

SELECT what, r.*, pg_temp.alive() AS alive
FROM unnest(ARRAY['nothing', 'bad_alloc', 'length_error', 'runtime_error', 'not an exception', 'error', 'ereport',
                  'ereport under a throw', 'throw inside pg_try', 'sql', 'subtransaction', 'throw in a subtransaction',
                  'nothing']) WITH ORDINALITY w(what, position),
     pg_temp.report(what) r
ORDER BY position;

-- A long message is cut at a character, not in the middle of one.
SELECT octet_length(message), right(message, 2) FROM pg_temp.report('long error');

-- Outside plpgsql the error ends the statement, and the next one runs.
SELECT pg_temp.probe('ereport');
SELECT pg_temp.probe('bad_alloc');
SELECT pg_temp.probe('nothing');

-- Many times over: nothing piles up.
SELECT count(*), count(DISTINCT r.code) FROM generate_series(1, 2000) i,
    pg_temp.report((ARRAY['bad_alloc', 'runtime_error', 'ereport', 'sql', 'subtransaction'])[1 + i % 5]) r;
SELECT pg_temp.alive();
SELECT sum(total_bytes) < 20 * 1024 * 1024 AS memory_stays_small FROM pg_backend_memory_contexts;

-- Inside one transaction, behind a savepoint.
BEGIN;
SAVEPOINT before;
SELECT pg_temp.probe('throw in a subtransaction');
ROLLBACK TO before;
SELECT pg_temp.probe('subtransaction');
COMMIT;
