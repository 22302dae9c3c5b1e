-- The extension, one signing key, one login role, and helpers that the other suites share.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS regress_install;
DROP ROLE IF EXISTS regress_app, regress_table_owner, regress_operator, regress_planter;
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
