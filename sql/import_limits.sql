-- Limits of imports, the record of who hit one, and the purge.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('boss@limits.example', 'correct horse', 'limits-one', 'One') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('other@limits.example', 'correct horse', 'limits-two', 'Two') #>> '{organization,id}' AS two \gset
SELECT rowhouse.bootstrap('root@limits.example', 'correct horse', 'limits-root', 'Root') #>> '{organization,id}' AS root \gset
SELECT rowhouse.set_super_admin('root@limits.example');

-- So many uploads of a person, that long ago.
CREATE FUNCTION regress.uploaded(organization uuid, person bigint, ago interval, files integer DEFAULT 1) RETURNS bigint LANGUAGE sql AS $$
    WITH made AS (
        INSERT INTO rowhouse.import_batches (organization_id, target, content, created_by, created_at)
        SELECT organization, 'users', '', regress.id(person), clock_timestamp() - ago FROM generate_series(1, files) RETURNING 1)
    SELECT count(*) FROM made
$$;
-- What admit_import says; the seconds of the detail agree with the hint when they are as expected, give or take five.
CREATE FUNCTION regress.admitted(organization uuid, person bigint, expected bigint DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    PERFORM rowhouse.admit_import(organization, regress.id(person));
    RETURN 'admitted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' / ', SQLSTATE || ' ' || SQLERRM, hint,
                     CASE WHEN abs(substring(detail FROM '^retry_after=([0-9]+)$')::bigint - expected) <= 5 THEN 'detail right' ELSE detail END);
END
$$;

-- ---- who may ---------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE calls (name text, statement text);
INSERT INTO calls VALUES
    ('set', $$SELECT rowhouse.set_import_limits('{}')$$), ('limits', $$SELECT rowhouse.import_limits(NULL)$$),
    ('admit', $$SELECT rowhouse.admit_import(regress.id(1), regress.id(1))$$), ('in way', $$SELECT rowhouse.upload_in_way(NULL, regress.id(1), 1, now())$$),
    ('record', $$SELECT rowhouse.record_limit_hit(regress.id(1), regress.id(1), 'x')$$), ('purge', $$SELECT rowhouse.import_purge()$$),
    ('purge unasked', $$SELECT rowhouse.purge_imports()$$), ('table', $$SELECT FROM rowhouse.import_limits$$), ('hits', $$SELECT FROM rowhouse.import_limit_hits$$);
GRANT SELECT ON calls TO PUBLIC;
SET ROLE regress_app;
SELECT name, regress.try(statement) AS nobody FROM calls;
BEGIN; SELECT regress.act_as('boss@limits.example'); SELECT name, regress.try(statement) AS owner FROM calls WHERE name = 'purge'; ROLLBACK;
BEGIN; SELECT regress.act_as('root@limits.example'); SELECT name, regress.try(statement) AS super_admin FROM calls WHERE name IN ('set', 'purge'); ROLLBACK;
SET ROLE regress_dba;
SELECT name, regress.try(statement) AS operator FROM calls;
RESET ROLE;

-- ---- setting them ----------------------------------------------------------------------------------------------------

SET ROLE regress_dba;
SELECT rowhouse.set_import_limits('{}');
SELECT rowhouse.set_import_limits('{"max_rows": 20000, "retention": "90 days"}') - 'max_bytes' AS of_all;
SELECT rowhouse.set_import_limits('{"max_rows": 100000, "person_per_hour": 3}', :'one') - 'max_bytes' AS of_one;
SELECT rowhouse.set_import_limits('{"max_bytes": 1000000000000}', :'one') - 'retention' AS one_more;
SELECT rowhouse.set_import_limits('{"max_rows": null, "max_bytes": null}', :'one') AS inherited;
SELECT rowhouse.set_import_limits('{"max_rows": null, "retention": null}') - 'max_bytes' AS own_again;
SELECT rowhouse.set_import_limits('{}', :'two') - 'max_bytes' AS two_as_ever;
SET intervalstyle = iso_8601;
SELECT rowhouse.set_import_limits('{"retention": "P1M"}', :'two') ->> 'retention' AS retention;
RESET intervalstyle;
SELECT limits, regress.try(format('SELECT rowhouse.set_import_limits(%L)', limits)) FROM unnest(ARRAY[NULL, '[]', '7', '{"max_row": 1}',
    '{"max_rows": 0}', '{"max_rows": -1}', '{"max_rows": 1.5}', '{"max_rows": "10"}', '{"max_rows": true}', '{"max_rows": 9999999999999999999}',
    '{"max_rows": []}', '{"retention": 30}', '{"retention": "soon"}', '{"retention": "23 hours"}', '{"retention": "-30 days"}', '{"retention": "101 years"}',
    '{"retention": "999999999 years"}', '{"max_rows": 7, "nonsense": null}']) limits;
SELECT regress.try($$SELECT rowhouse.set_import_limits('{}', '00000000-0000-4000-8000-000000000000')$$);
RESET ROLE;
SELECT slug, to_jsonb(l) - 'organization_id' AS limits FROM rowhouse.import_limits l LEFT JOIN rowhouse.organizations o ON o.id = l.organization_id ORDER BY slug;
SELECT rowhouse.set_import_limits('{"person_per_hour": null}', :'one') = rowhouse.set_import_limits('{}') AS all_gone;
SELECT rowhouse.set_import_limits('{"retention": null}', :'two') IS NULL AS nothing;
SELECT count(*) AS rows_left FROM rowhouse.import_limits;

-- ---- a person --------------------------------------------------------------------------------------------------------

SELECT regress.uploaded(:'one', 1, '50 minutes 5 seconds'), regress.uploaded(:'one', 1, '10 minutes', 8);
SELECT regress.admitted(:'one', 1) AS the_tenth;
SELECT regress.uploaded(:'one', 1, '5 minutes');
SELECT regress.admitted(:'one', 1, 595) AS the_eleventh, regress.admitted(:'two', 1, 595) AS in_another_organization, regress.admitted(:'one', 2) AS another_person;
-- A batch that was rolled back does not count, one of this transaction does.
BEGIN;
SELECT regress.uploaded(:'one', 2, '0', 10);
SELECT regress.admitted(:'one', 2, 3600);
ROLLBACK;
SELECT regress.admitted(:'one', 2);
-- Whatever became of a batch, it was an upload.
UPDATE rowhouse.import_batches SET status = (enum_range(NULL::rowhouse.importstatus))[1 + get_byte(uuid_send(id), 0) % 5] WHERE created_by = regress.id(1);
SELECT regress.admitted(:'one', 1, 595) AS in_any_state;
-- Fifty a day; of two limits the one that lasts longer, and only what still counts.
SELECT regress.uploaded(:'two', 3, '24 hours 1 minute', 100), regress.uploaded(:'two', 3, '23 hours 58 minutes 31 seconds'), regress.uploaded(:'two', 3, '2 hours', 48);
SELECT regress.admitted(:'two', 3) AS the_fiftieth;
SELECT regress.uploaded(:'two', 3, '2 hours');
SELECT regress.admitted(:'two', 3, 89) AS the_fifty_first;
SELECT regress.uploaded(:'two', 3, '1 minute', 10);
SELECT regress.admitted(:'two', 3, 79200) AS both_limits;
-- The clock was set back.
SELECT regress.uploaded(:'root', 4, '-3 days', 10);
SELECT regress.admitted(:'root', 4, 3600) AS from_the_future;

-- ---- an organization -------------------------------------------------------------------------------------------------

SELECT rowhouse.set_import_limits('{"organization_per_hour": 12, "person_per_hour": 1000}', :'one') ->> 'organization_per_day' AS a_day;
SELECT regress.uploaded(:'one', 5, '30 minutes 5 seconds');
SELECT regress.admitted(:'one', 6) AS the_twelfth;
SELECT regress.uploaded(:'one', 7, '59 minutes 59 seconds') AS soon_forgotten;
SELECT regress.admitted(:'one', 6) ~ '^53400 import limit reached: 12 uploads an hour for one organization / Try again in 1 second. / retry_after=1$|^admitted$' AS one_second;
SELECT regress.uploaded(:'one', 7, '1 second');
SELECT regress.admitted(:'one', 6, 595) AS the_thirteenth, regress.admitted(:'two', 6) AS elsewhere;
SELECT rowhouse.set_import_limits('{"organization_per_hour": null, "person_per_hour": 1}', :'one') IS NULL AS nothing;
SELECT regress.admitted(:'one', 5, 1795) AS only_one_a_person;
SELECT regress.admitted(NULL, 5), regress.admitted(:'one', NULL);
-- The effective limits, for whoever has asked.
SELECT rowhouse.admit_import(:'one', regress.id(8)) = rowhouse.import_limits(:'one') AS told;

-- ---- on record -------------------------------------------------------------------------------------------------------

-- All of that was rolled back.
SET ROLE regress_dba;
SELECT right(person::text, 2) AS person, limit_name, count(*), bool_and(at BETWEEN now() - interval '1 minute' AND clock_timestamp()) AS lately,
       count(DISTINCT organization) AS organizations
FROM rowhouse.import_limit_hits GROUP BY 1, 2 ORDER BY 1, 2;
RESET ROLE;
-- After 300 of them in an hour one a second is enough.
INSERT INTO rowhouse.import_limit_hits (organization, person, limit_name, at)
SELECT :'one', regress.id(5), 'person_per_hour', clock_timestamp() - interval '10 minutes' FROM generate_series(1, 298);
SELECT regress.admitted(:'one', 5, 1795) IS NOT NULL AS the_300th;
SELECT count(*) FROM rowhouse.import_limit_hits WHERE person = regress.id(5) AND limit_name = 'person_per_hour';
UPDATE rowhouse.import_limit_hits SET at = clock_timestamp() + interval '5 minutes' WHERE id = (SELECT max(id) FROM rowhouse.import_limit_hits);
SELECT regress.admitted(:'one', 5, 1795) IS NOT NULL AS one_at_once;
SELECT count(*) FROM rowhouse.import_limit_hits WHERE person = regress.id(5) AND limit_name = 'person_per_hour';
UPDATE rowhouse.import_limit_hits SET at = clock_timestamp() - interval '5 minutes' WHERE person = regress.id(5);
SELECT regress.admitted(:'one', 5, 1795) IS NOT NULL AS one_later;
SELECT count(*) FROM rowhouse.import_limit_hits WHERE person = regress.id(5) AND limit_name = 'person_per_hour';
SELECT rowhouse.record_limit_hit(NULL, regress.id(5), 'x') IS NULL AS null_for_null, rowhouse.upload_in_way(NULL, NULL, 1, now()) IS NULL AS null_for_nulls;

-- ---- the purge -------------------------------------------------------------------------------------------------------

DELETE FROM rowhouse.import_batches WHERE organization_id IN (:'one', :'two', :'root');
SELECT rowhouse.set_import_limits('{"retention": "7 days"}', :'two') ->> 'retention' AS of_two;
INSERT INTO rowhouse.import_batches (organization_id, target, content, status, created_at, finished_at)
SELECT o.id, 'users', '', s.status::rowhouse.importstatus, now() - c.age, CASE WHEN s.status IN ('completed', 'failed', 'cancelled') THEN now() - f.age END
FROM unnest(ARRAY[:'one', :'two']::uuid[]) o(id) CROSS JOIN unnest(ARRAY['pending', 'processing', 'completed', 'failed', 'cancelled']) s(status)
CROSS JOIN unnest(ARRAY['1 day', '8 days', '31 days']::interval[]) c(age) CROSS JOIN LATERAL (SELECT c.age - interval '12 hours' AS age) f;
-- Begun long ago, ended yesterday.
UPDATE rowhouse.import_batches SET finished_at = now() - interval '1 day' WHERE organization_id = :'one' AND status = 'failed';
INSERT INTO rowhouse.import_errors (batch_id, organization_id, severity, level, code, message)
SELECT id, organization_id, 'error', 'row', 'x', 'x' FROM rowhouse.import_batches WHERE organization_id IN (:'one', :'two');
INSERT INTO rowhouse.import_limit_hits (organization, person, limit_name, at) VALUES (:'one', regress.id(9), 'old', now() - interval '31 days'), (:'one', regress.id(9), 'new', now() - interval '29 days');
BEGIN;
SET LOCAL ROLE regress_app;
SELECT regress.act_as('root@limits.example');
SELECT rowhouse.import_purge() AS by_super_admin;
ROLLBACK;
SET ROLE regress_dba;
SELECT rowhouse.import_purge() AS purged, rowhouse.import_purge() AS again;
RESET ROLE;
SELECT slug, status, array_agg(extract(day FROM now() - b.created_at)::int ORDER BY b.created_at) AS days, count(*) = count(e.seq) AS with_findings
FROM rowhouse.import_batches b JOIN rowhouse.organizations o ON o.id = b.organization_id LEFT JOIN rowhouse.import_errors e ON e.batch_id = b.id
GROUP BY 1, 2 ORDER BY 1, 2;
SELECT (SELECT count(*) FROM rowhouse.import_errors) = (SELECT count(*) FROM rowhouse.import_batches) AS no_findings_left_behind;
SELECT limit_name FROM rowhouse.import_limit_hits WHERE person = regress.id(9);

-- ---- in the end ------------------------------------------------------------------------------------------------------

-- Limits go with their organization.
DELETE FROM rowhouse.organizations WHERE slug LIKE 'limits-%';
SELECT count(*) AS limits FROM rowhouse.import_limits;
DELETE FROM rowhouse.import_limit_hits;
DROP FUNCTION regress.uploaded, regress.admitted;
