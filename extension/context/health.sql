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
