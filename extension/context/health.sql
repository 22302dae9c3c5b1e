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
            'user_sync', sync)
        FROM (SELECT (SELECT count(*) FROM rowhouse.signing_keys
                      WHERE not_before <= now() AND (not_after IS NULL OR not_after > now())) AS live_keys,
                     rowhouse.sync_status() AS sync) figures;
    END;
COMMENT ON FUNCTION rowhouse.health() IS
    'Whether rowhouse works in this database: {status, version, signing_keys, user_sync}; status is healthy, or degraded when no signing key is live or profiles are missing. Counts only. rowhouse_user and rowhouse_admin.';
ALTER FUNCTION rowhouse.health() OWNER TO rowhouse_system;

-- PostgreSQL lets everybody execute a new function. In this schema nobody may, except where a GRANT says so.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA rowhouse FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.user_id(), rowhouse.organization_id(), rowhouse.role(), rowhouse.require_user(),
    rowhouse.require_role(text), rowhouse.require_role_in(uuid, text), rowhouse.may_grant(text, text), rowhouse.version() TO PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.health() TO rowhouse_user, rowhouse_admin;
