-- The extension, one signing key, one login role, and helpers that the other suites share.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS regress_install;
DROP ROLE IF EXISTS regress_app, regress_table_owner, regress_resource_owner, regress_operator, regress_planter, regress_auth_admin, regress_dba;
CREATE EXTENSION rowhouse CASCADE;
-- Nothing to complain of in a new database, but perhaps of an old server.
SELECT code, level, object, detail FROM rowhouse.lint() WHERE level <> 'info' AND code <> 'server-version';
SELECT rowhouse.add_signing_key('regress', 'HS256', 'a key of the regression suites, 32+ bytes');

CREATE ROLE regress_app LOGIN IN ROLE rowhouse_user;
CREATE SCHEMA regress;
GRANT USAGE ON SCHEMA regress TO regress_app;

-- For the rest of the transaction the caller is the account with that address, in that organization.
CREATE FUNCTION regress.act_as(who text, organization text DEFAULT '') RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT set_config('rowhouse.token', rowhouse.issue_token(id), true), set_config('rowhouse.organization', organization, true)
    FROM rowhouse.accounts WHERE email_key = who
$$;

-- SQLSTATE and message of a statement, or how many rows it touched; what it did is kept. Ids are masked.
CREATE FUNCTION regress.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    touched bigint;
    hint text;
BEGIN
    EXECUTE statement;
    GET DIAGNOSTICS touched = ROW_COUNT;
    RETURN touched || ' rows';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN regexp_replace(concat_ws(' / ', SQLSTATE || ' ' || SQLERRM, nullif(hint, '')),
                          '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'UUID', 'g');
END
$$;

-- Supabase: schema auth and its table users as its migrations of 2021 to 2026 leave them. The service that signs people
-- up (regress_auth_admin) owns the table and has no right whatever in rowhouse. The operator (regress_dba) is neither the
-- owner nor a superuser, may make triggers, read, and hand on the right to read; but not the right to use the schema,
-- which here the schema's owner has given.
CREATE ROLE regress_auth_admin;
CREATE ROLE regress_dba IN ROLE rowhouse_admin;
GRANT USAGE ON SCHEMA regress TO regress_auth_admin, regress_dba;
CREATE FUNCTION regress.make_supabase() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE SCHEMA auth;
    GRANT ALL ON SCHEMA auth TO regress_auth_admin, regress_dba;
    SET LOCAL ROLE regress_auth_admin;
    CREATE TABLE auth.users (
        instance_id uuid,
        id uuid NOT NULL PRIMARY KEY,
        aud varchar(255),
        role varchar(255),
        email varchar(255),
        encrypted_password varchar(255),
        email_confirmed_at timestamptz,
        invited_at timestamptz,
        confirmation_token varchar(255),
        confirmation_sent_at timestamptz,
        recovery_token varchar(255),
        recovery_sent_at timestamptz,
        email_change_token_new varchar(255),
        email_change varchar(255),
        email_change_sent_at timestamptz,
        last_sign_in_at timestamptz,
        raw_app_meta_data jsonb,
        raw_user_meta_data jsonb,
        is_super_admin boolean,
        created_at timestamptz,
        updated_at timestamptz,
        phone text UNIQUE DEFAULT NULL,
        phone_confirmed_at timestamptz,
        phone_change text DEFAULT '',
        phone_change_token varchar(255) DEFAULT '',
        phone_change_sent_at timestamptz,
        confirmed_at timestamptz GENERATED ALWAYS AS (LEAST(email_confirmed_at, phone_confirmed_at)) STORED,
        email_change_token_current varchar(255) DEFAULT '',
        email_change_confirm_status smallint DEFAULT 0 CHECK (email_change_confirm_status BETWEEN 0 AND 2),
        banned_until timestamptz,
        reauthentication_token varchar(255) DEFAULT '',
        reauthentication_sent_at timestamptz,
        is_sso_user boolean NOT NULL DEFAULT false,
        deleted_at timestamptz,
        is_anonymous boolean NOT NULL DEFAULT false
    );
    CREATE INDEX users_instance_id_idx ON auth.users (instance_id);
    CREATE INDEX users_instance_id_email_idx ON auth.users (instance_id, lower(email));
    CREATE INDEX users_is_anonymous_idx ON auth.users (is_anonymous);
    CREATE UNIQUE INDEX users_email_partial_key ON auth.users (email) WHERE is_sso_user = false;
    CREATE UNIQUE INDEX confirmation_token_idx ON auth.users (confirmation_token) WHERE confirmation_token !~ '^[0-9 ]*$';
    CREATE UNIQUE INDEX recovery_token_idx ON auth.users (recovery_token) WHERE recovery_token !~ '^[0-9 ]*$';
    ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY; -- and no policy: it is for the owner alone
    GRANT TRIGGER ON auth.users TO regress_dba;
    GRANT SELECT ON auth.users TO regress_dba WITH GRANT OPTION;
    RESET ROLE;
END
$$;

-- An id that sorts by its number.
CREATE FUNCTION regress.id(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN ('00000000-0000-4000-8000-' || lpad(to_hex(number), 12, '0'))::uuid;

-- What sync_status() says, as a whole and of one source, and how many failures of it are on record.
CREATE FUNCTION regress.sync_state(source regclass) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('status', s ->> 'status', 'failed', (SELECT count(*) FROM rowhouse.profile_sync_failures f WHERE f.source = $1))
           || coalesce((SELECT each FROM jsonb_array_elements(s -> 'sources') each WHERE each ->> 'source' = $1::text), '{"source": "not attached"}')
    FROM rowhouse.sync_status() s
$$;

-- The accounts of auth.users whose addresses begin so: is their profile there and right, and what went wrong with it?
CREATE FUNCTION regress.mirrored(beginning text) RETURNS TABLE (account text, profile text, failure text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    SELECT a.email::text,
           CASE WHEN p.user_id IS NULL THEN 'missing'
                WHEN p.source <> 'auth.users'::regclass OR (p.email, p.phone, p.email_confirmed_at, p.deleted_at, p.is_anonymous, p.full_name)
                     IS DISTINCT FROM (a.email, a.phone, a.email_confirmed_at, a.deleted_at, a.is_anonymous,
                                       coalesce(a.raw_user_meta_data ->> 'full_name', a.raw_user_meta_data ->> 'name')) THEN 'stale'
                ELSE 'right' END,
           (SELECT string_agg(f.sqlstate || ' ' || regexp_replace(f.message, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'UUID', 'g'), ' + ' ORDER BY f.id)
            FROM rowhouse.profile_sync_failures f WHERE f.source = 'auth.users'::regclass AND f.account_id = a.id)
    FROM auth.users a LEFT JOIN rowhouse.user_profiles p ON p.user_id = a.id
    WHERE a.email LIKE beginning || '%' ORDER BY a.email COLLATE "C";
END
$$;

-- Three accounts in one statement; the second is called Bad.
CREATE FUNCTION regress.three(beginning text, first integer) RETURNS TABLE (id uuid, email text, data jsonb) LANGUAGE sql AS $$
    SELECT regress.id(first + n), beginning || n || '@failures.example', jsonb_build_object('full_name', CASE n WHEN 2 THEN 'Bad' ELSE 'Good' END) FROM generate_series(1, 3) n
$$;
-- After the repair: the counts of sync_profiles(), the status, and what is left.
CREATE FUNCTION regress.repaired() RETURNS TABLE (repaired jsonb, again jsonb, state jsonb) LANGUAGE plpgsql AS $$
BEGIN
    repaired := rowhouse.sync_profiles() - 'dry_run' - 'next';
    again := rowhouse.sync_profiles() - 'dry_run' - 'next';
    state := regress.sync_state('auth.users') - 'source' - 'triggers' - 'accounts';
    RETURN NEXT;
END
$$;

-- A file of these lines.
CREATE FUNCTION regress.file(VARIADIC lines text[]) RETURNS bytea LANGUAGE sql IMMUTABLE
    RETURN convert_to(array_to_string(lines, E'\r\n') || E'\r\n', 'UTF8');
-- Imports a file, says how that went, and lists what was found, but for mere information. What changes from run to run is masked.
CREATE FUNCTION regress.outcome(status jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT format('%s: %s read', status ->> 'status', status ->> 'total_rows')
        || coalesce((SELECT string_agg(format(', %s %s', status ->> what, what), '' ORDER BY n)
                     FROM unnest(ARRAY['inserted', 'updated', 'skipped', 'failed']) WITH ORDINALITY w(what, n) WHERE status ->> what <> '0'), '')
        || coalesce(': ' || (status ->> 'error'), '');
    RETURN QUERY
    SELECT regexp_replace(concat_ws(' ', 'line ' || e.line, e.target_column, e.code || ':', e.message, '(' || left(e.value, 40) || ')', '-> ' || e.related),
                          '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\d \d\d:\d\d \w+', '...', 'g')
    FROM rowhouse.import_errors((status ->> 'id')::uuid, 0, 1000) e WHERE e.severity <> 'info' ORDER BY e.seq;
END
$$;
CREATE FUNCTION regress.import(target text, content bytea, options jsonb DEFAULT '{}') RETURNS SETOF text LANGUAGE sql
    BEGIN ATOMIC SELECT regress.outcome(rowhouse.import_run(target, content, options)); END;

-- What the install script must never leave behind: nothing is found.
SELECT p.oid::regprocedure AS executable_by_everybody
FROM pg_proc p
WHERE p.pronamespace = 'rowhouse'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE')
  AND p.proname NOT IN ('user_id', 'organization_id', 'role', 'require_user', 'require_role', 'require_role_in', 'may_grant', 'version',
                        'organization_key', 'organization_number', 'user_key', 'user_number', 'refuse')
ORDER BY 1;
SELECT p.oid::regprocedure AS definer_with_open_search_path
FROM pg_proc p
WHERE p.pronamespace = 'rowhouse'::regnamespace AND p.prosecdef
  AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
ORDER BY 1;
SELECT p.oid::regprocedure AS definer_of_a_superuser
FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
WHERE p.pronamespace = 'rowhouse'::regnamespace AND p.prosecdef AND r.rolname NOT IN ('rowhouse_system', 'rowhouse_owner')
ORDER BY 1;
SELECT c.oid::regclass AS tenant_table_not_isolated
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
WHERE c.relnamespace = 'rowhouse'::regnamespace AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
ORDER BY 1;
SELECT c.oid::regclass AS table_open_to_everybody, acl.grantee::regrole
FROM pg_class c CROSS JOIN aclexplode(c.relacl) acl
WHERE c.relnamespace = 'rowhouse'::regnamespace AND acl.grantee <> c.relowner AND acl.grantee::regrole::text NOT LIKE 'rowhouse\_%'
ORDER BY 1;
SELECT p.oid::regprocedure AS function_open_to_others, acl.grantee::regrole
FROM pg_proc p CROSS JOIN aclexplode(p.proacl) acl
WHERE p.pronamespace = 'rowhouse'::regnamespace AND acl.grantee NOT IN (0, p.proowner) AND acl.grantee::regrole::text NOT LIKE 'rowhouse\_%'
ORDER BY 1;
SELECT pg_describe_object(d.classid, d.objid, 0) COLLATE "C" AS without_comment
FROM pg_depend d
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'rowhouse')
  AND d.classid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
  AND obj_description(d.objid, d.classid::regclass::name) IS NULL
  AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = d.objid AND c.relkind NOT IN ('r', 'v', 'p'))
  AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = d.objid AND t.typtype <> 'e')
ORDER BY 1;
SELECT extname, extversion = rowhouse.version() AS library_of_the_same_version FROM pg_extension WHERE extname = 'rowhouse';
