-- Health, and the last word on rights.

CREATE FUNCTION rowhouse.version() RETURNS text
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_version';
COMMENT ON FUNCTION rowhouse.version() IS
    'Version of the library that is loaded; it differs from the extension''s until ALTER EXTENSION rowhouse UPDATE has run. Callable by everybody.';

CREATE FUNCTION rowhouse.health() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT jsonb_build_object(
            'status', CASE WHEN live_keys = 0 THEN 'degraded' ELSE sync ->> 'status' END,
            'version', rowhouse.version(),
            'signing_keys', live_keys,
            'refused_writes', (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM rowhouse.refused_writes),
            'user_sync', sync - 'sources',
            'services', jsonb_build_object(
                'auth', CASE WHEN live_keys = 0 THEN 'no signing key' ELSE 'operational' END,
                'triggers', CASE WHEN EXISTS (
                    SELECT FROM rowhouse.profile_sources s
                    CROSS JOIN unnest(ARRAY['on_auth_user_created', 'on_auth_user_updated', 'on_auth_user_deleted']) wanted(name)
                    WHERE s.triggers AND NOT EXISTS (
                        SELECT FROM pg_trigger t WHERE t.tgrelid = s.source AND t.tgname = wanted.name AND t.tgenabled IN ('O', 'A')
                          AND t.tgfoid = 'rowhouse.on_auth_user_created()'::regprocedure)) THEN 'inactive' ELSE 'active' END))
        FROM (SELECT (SELECT count(*) FROM rowhouse.signing_keys
                      WHERE not_before <= now() AND (not_after IS NULL OR not_after > now())) AS live_keys,
                     rowhouse.sync_status() AS sync) figures;
    END;
COMMENT ON FUNCTION rowhouse.health() IS
    'Whether rowhouse works in this database: {status, version, signing_keys, refused_writes, user_sync (sync_status() in short), services: {auth, triggers}}; status is healthy, or degraded when no signing key is live or profiles are missing. Counts only. rowhouse_user and rowhouse_admin.';
ALTER FUNCTION rowhouse.health() OWNER TO rowhouse_system;

CREATE FUNCTION rowhouse.service_metrics() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT jsonb_agg(jsonb_build_object('name', 'rowhouse_' || f.name, 'type', f.type, 'help', f.help, 'samples', f.samples))
        FROM (SELECT rowhouse.measure_imports() AS imports, rowhouse.health() AS health) now
        CROSS JOIN LATERAL (
            SELECT f.name, f.type, f.help, jsonb_build_array(jsonb_build_object('labels', jsonb_build_object(), 'value', f.value)) AS samples
            FROM (VALUES
                ('refused_writes_total', 'counter', 'Writes that isolation has refused.', health -> 'refused_writes'),
                ('signing_keys', 'gauge', 'Keys that tokens are signed with now.', health -> 'signing_keys'),
                ('sync_accounts', 'gauge', 'Accounts.', health #> '{user_sync,total_auth_users}'),
                ('sync_profiles', 'gauge', 'Profiles of accounts.', health #> '{user_sync,total_profiles}'),
                ('sync_missing', 'gauge', 'Accounts without a profile.', health #> '{user_sync,missing_profiles}'),
                ('sync_orphaned', 'gauge', 'Profiles without an account.', health #> '{user_sync,orphaned}'),
                ('sync_stale', 'gauge', 'Profiles that say something else than the account.', health #> '{user_sync,stale}'),
                ('sync_failed', 'gauge', 'Accounts whose profile could not be written.', health #> '{user_sync,failed}'),
                ('import_queue_length', 'gauge', 'Batches that wait for a process.', imports -> 'queue_length'),
                ('import_queue_seconds', 'gauge', 'How long the oldest of them waits.', imports -> 'queue_seconds'),
                ('import_rows_per_second', 'gauge', 'Speed of the batches of the last hour.', imports -> 'rows_per_second'),
                ('import_failure_rate', 'gauge', 'Batches that failed, of those of the last hour.', imports -> 'failure_rate'),
                ('import_row_failure_rate', 'gauge', 'Rows that failed, of those of the last hour.', imports -> 'row_failure_rate'),
                ('import_seconds_per_row', 'gauge', 'Of the slowest batch of the last hour.', imports -> 'seconds_per_row'),
                ('import_limit_hits', 'gauge', 'Uploads beyond a limit in the last hour.', imports -> 'limit_hits'),
                ('import_failed_tasks', 'gauge', 'Batches that an error of the database ended in the last hour.', imports -> 'failed_tasks')
            ) f(name, type, help, value)
            UNION ALL
            SELECT 'import_batches', 'gauge', 'Batches kept, by state.',
                   jsonb_agg(jsonb_build_object('labels', jsonb_build_object('status', b.key), 'value', b.value -> 'now'))
            FROM jsonb_each(imports -> 'batches') b
            UNION ALL
            SELECT 'import_alert', 'gauge', '1 for a figure over its threshold.',
                   jsonb_agg(jsonb_build_object('labels', jsonb_build_object('name', a.name), 'value', (imports -> 'alerts' @> jsonb_build_array(jsonb_build_object('name', a.name)))::integer))
            FROM unnest(ARRAY['failure_rate', 'seconds_per_row', 'limit_hits', 'failed_tasks']) a(name)) f;
    END;
COMMENT ON FUNCTION rowhouse.service_metrics() IS
    'Figures of all organizations for the service''s /metrics: [{name, type, help, samples: [{labels, value}]}], as in the text format of Prometheus. Counts only. STABLE; rowhouse_upkeep alone.';
ALTER FUNCTION rowhouse.service_metrics() OWNER TO rowhouse_system;

-- Default privileges of whoever installs may have opened new objects to others: in this schema every right is given on
-- purpose.
DO $rights$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT format('TABLE %s', c.oid::regclass) AS object, acl.grantee::regrole AS grantee
        FROM pg_class c CROSS JOIN aclexplode(c.relacl) acl
        WHERE c.relnamespace = 'rowhouse'::regnamespace AND acl.grantee <> 0 AND acl.grantee <> c.relowner
          AND acl.grantee::regrole::text NOT LIKE 'rowhouse\_%'
        UNION
        SELECT format('FUNCTION %s', p.oid::regprocedure), acl.grantee::regrole
        FROM pg_proc p CROSS JOIN aclexplode(p.proacl) acl
        WHERE p.pronamespace = 'rowhouse'::regnamespace AND acl.grantee <> 0 AND acl.grantee <> p.proowner
          AND acl.grantee::regrole::text NOT LIKE 'rowhouse\_%'
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', granted.object, granted.grantee);
    END LOOP;
END
$rights$;
REVOKE ALL ON ALL TABLES IN SCHEMA rowhouse FROM PUBLIC;
GRANT SELECT ON rowhouse.isolated_tables TO PUBLIC; -- pg_class tells everybody as much
-- PostgreSQL lets everybody execute a new function. In this schema nobody may, except where a GRANT says so.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA rowhouse FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.user_id(), rowhouse.organization_id(), rowhouse.role(), rowhouse.require_user(),
    rowhouse.require_role(text), rowhouse.require_role_in(uuid, text), rowhouse.may_grant(text, text), rowhouse.version(),
    rowhouse.organization_key(), rowhouse.organization_number(), rowhouse.user_key(), rowhouse.user_number(),
    rowhouse.refuse(regclass, text) TO PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.health() TO rowhouse_user, rowhouse_admin;
GRANT EXECUTE ON FUNCTION rowhouse.service_metrics() TO rowhouse_upkeep;
