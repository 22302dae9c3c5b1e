-- Roles belong to the cluster, not to the database: they are made where missing and checked where not.
--
--   rowhouse_user     may call the public functions; what they do is decided by the token
--   rowhouse_admin    operators: isolates tables, manages keys, issues tokens, makes the first organization
--   rowhouse_owner    owns rowhouse's tables, bound by their row level security like everybody else
--   rowhouse_system   BYPASSRLS, for the few functions whose work crosses organizations; nobody can log in as it

DO $roles$
DECLARE
    role_name name;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['rowhouse_user', 'rowhouse_admin', 'rowhouse_owner', 'rowhouse_system'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT %s', role_name,
                           CASE role_name WHEN 'rowhouse_system' THEN 'BYPASSRLS' ELSE '' END);
        END IF;
    END LOOP;

    IF EXISTS (SELECT FROM pg_catalog.pg_roles
               WHERE rolname IN ('rowhouse_user', 'rowhouse_admin', 'rowhouse_owner', 'rowhouse_system')
                 AND (rolsuper OR rolcanlogin OR rolbypassrls <> (rolname = 'rowhouse_system'))) THEN
        RAISE EXCEPTION 'a role of rowhouse exists with other rights than it must have'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'rowhouse_user, rowhouse_admin, rowhouse_owner and rowhouse_system must be NOSUPERUSER NOLOGIN, and only rowhouse_system BYPASSRLS.';
    END IF;

    IF pg_catalog.current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'rowhouse needs a database with encoding UTF8'
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Create the database with ENCODING ''UTF8'' TEMPLATE template0.';
    END IF;
END
$roles$;

GRANT USAGE ON SCHEMA rowhouse TO rowhouse_user, rowhouse_admin, rowhouse_owner, rowhouse_system;
