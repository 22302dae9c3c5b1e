-- Roles belong to the cluster, not to the database: they are made where missing and checked where not.
--
--   rowhouse_user     may call the public functions; what they do is decided by the token
--   rowhouse_admin    operators: isolates tables, manages keys, issues tokens, makes the first organization
--   rowhouse_upkeep   of the service besides: figures of all organizations, going on with imports that were interrupted,
--                     removing those past their time
--   rowhouse_owner    owns rowhouse's tables, bound by their row level security like everybody else
--   rowhouse_system   BYPASSRLS, for the few functions whose work crosses organizations; nobody can log in as it
--   rowhouse_oversight  BYPASSRLS, what a transaction runs as in system context: rights on isolated tables, never on keys
--                     or accounts

-- Names without a schema mean PostgreSQL's own, whatever somebody has planted in a schema that CREATE EXTENSION would
-- search; functions with BEGIN ATOMIC bodies stay bound to them.
SET LOCAL search_path = pg_catalog, pg_temp;

DO $schema$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname = 'rowhouse' AND r.rolsuper) THEN
        RAISE EXCEPTION 'schema "rowhouse" exists and does not belong to a superuser'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Its owner could replace what the extension makes: drop the schema, or give it to a superuser, first.';
    END IF;
END
$schema$;

DO $roles$
DECLARE
    role_name name;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['rowhouse_user', 'rowhouse_admin', 'rowhouse_upkeep', 'rowhouse_owner', 'rowhouse_system', 'rowhouse_oversight'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN %s', role_name,
                           CASE WHEN role_name IN ('rowhouse_system', 'rowhouse_oversight') THEN 'BYPASSRLS' ELSE '' END);
        END IF;
    END LOOP;

    IF EXISTS (SELECT FROM pg_catalog.pg_roles
               WHERE rolname IN ('rowhouse_user', 'rowhouse_admin', 'rowhouse_upkeep', 'rowhouse_owner', 'rowhouse_system', 'rowhouse_oversight')
                 AND (rolsuper OR rolcanlogin OR rolbypassrls <> (rolname IN ('rowhouse_system', 'rowhouse_oversight')))) THEN
        RAISE EXCEPTION 'a role of rowhouse exists with other rights than it must have'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'The roles of rowhouse must be NOSUPERUSER NOLOGIN, and only rowhouse_system and rowhouse_oversight BYPASSRLS.';
    END IF;

    IF pg_catalog.current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'rowhouse needs a database with encoding UTF8'
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Create the database with ENCODING ''UTF8'' TEMPLATE template0.';
    END IF;
END
$roles$;

GRANT USAGE ON SCHEMA rowhouse TO rowhouse_user, rowhouse_admin, rowhouse_upkeep, rowhouse_owner, rowhouse_system;
GRANT rowhouse_user TO rowhouse_oversight;
-- For the progress of imports that others run.
GRANT pg_read_all_stats TO rowhouse_system;
