-- Installing in a hostile place: functions planted where CREATE EXTENSION searches, a schema that belongs to somebody
-- else, default privileges that open new objects to others.
\set SHOW_CONTEXT never
\set QUIET on
SELECT current_database() AS suite_database \gset
SET client_min_messages = warning;
DROP DATABASE IF EXISTS regress_install;
CREATE DATABASE regress_install TEMPLATE template0 ENCODING 'UTF8';
CREATE ROLE regress_planter;
ALTER DATABASE regress_install OWNER TO regress_planter;
\c regress_install
SET client_min_messages = warning;
CREATE EXTENSION pgcrypto;
GRANT CREATE ON SCHEMA public TO regress_planter;
CREATE TABLE public.caught (what text);
GRANT ALL ON public.caught TO PUBLIC;

-- Overloads that fit better than PostgreSQL's own where they are found.
SET ROLE regress_planter;
CREATE FUNCTION public.format(text, name, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES ('format'); RETURN pg_catalog.format($1, $2, $3); END $$;
CREATE FUNCTION public.jsonb_build_object(text, jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES ('jsonb_build_object'); RETURN pg_catalog.jsonb_build_object($1, $2); END $$;
CREATE FUNCTION public.crypt(text, name) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES ('crypt'); RETURN ''; END $$;

-- A schema of that name in somebody else's hands is refused.
CREATE SCHEMA rowhouse;
RESET ROLE;
CREATE EXTENSION rowhouse;
DROP SCHEMA rowhouse;

-- Default privileges of whoever installs.
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO regress_planter;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO regress_planter;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO regress_planter;
CREATE EXTENSION rowhouse;
SELECT rowhouse.add_signing_key('k', 'HS256', repeat('k', 32));
SELECT rowhouse.bootstrap('ann@install.example', 'correct horse', 'install', 'Install') IS NOT NULL AS made;
SELECT rowhouse.login('ann@install.example', 'correct horse') ->> 'token' AS token \gset
SELECT set_config('rowhouse.token', :'token', false) IS NOT NULL AS logged_in;
SELECT jsonb_array_length(rowhouse.list_organizations() -> 'organizations') AS organizations;
SELECT count(*) AS caught FROM public.caught;
SET ROLE regress_planter;
SELECT has_table_privilege('rowhouse.signing_keys', 'SELECT') AS keys, has_table_privilege('rowhouse.accounts', 'SELECT') AS accounts,
       has_function_privilege('rowhouse.issue_token(uuid, interval, jsonb)', 'EXECUTE') AS tokens,
       has_function_privilege('rowhouse.insert_organization(text, text, jsonb, uuid)', 'EXECUTE') AS organizations,
       has_sequence_privilege('rowhouse.refused_writes', 'USAGE') AS sequences;
RESET ROLE;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM regress_planter;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM regress_planter;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM regress_planter;

-- In a database without the extension the library says so, and a backend that knew it survives its end.
SELECT rowhouse.user_id() IS NOT NULL AS known;
CREATE FUNCTION public.stray() RETURNS uuid LANGUAGE c AS '$libdir/rowhouse', 'rowhouse_user_id';
DROP EXTENSION rowhouse;
SELECT public.stray();
\c :suite_database
SET client_min_messages = warning;
DROP DATABASE regress_install;
DROP ROLE regress_planter;
