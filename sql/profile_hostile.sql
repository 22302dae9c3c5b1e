-- What somebody hostile can plant around the mirror: a search_path full of traps, settings, column types with code of
-- their own. It keeps no account from being made, and none of it ever runs with rights of rowhouse.
\set SHOW_CONTEXT never
SELECT regress.make_supabase();
CREATE ROLE regress_stranger;
GRANT USAGE ON SCHEMA auth, regress TO regress_stranger;
GRANT INSERT ON auth.users TO regress_stranger;
CREATE POLICY sign_up ON auth.users FOR INSERT TO regress_stranger WITH CHECK (true);
SET ROLE regress_dba;
SELECT rowhouse.attach_profiles() ->> 'missing' AS missing;
RESET ROLE;

-- Whoever inserts: somebody with no right but that, with no search_path, or one in which everything is somebody else's.
CREATE SCHEMA regress_hostile;
GRANT ALL ON SCHEMA regress_hostile TO PUBLIC;
SET search_path = regress_hostile, pg_catalog;
CREATE TABLE user_profiles (user_id uuid);
CREATE TABLE profile_sources (source regclass, columns jsonb);
CREATE TABLE members (user_id uuid, email_key text, status text, organization_id uuid);
CREATE TABLE profile_sync_failures (source regclass, account_id uuid, sqlstate text, message text);
CREATE TABLE changed (id uuid, email text);
CREATE TABLE users (id uuid, email text);
CREATE FUNCTION trap(what text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'fell into %, as rowhouse: %', what, current_user LIKE 'rowhouse%'; END $$;
CREATE FUNCTION lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('lower'); RETURN 'x'; END $$;
CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('lower'); RETURN 'x'; END $$;
CREATE FUNCTION now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('now'); RETURN 'epoch'; END $$;
CREATE FUNCTION count(uuid) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('count'); RETURN 0; END $$;
CREATE FUNCTION unnest(uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('unnest'); END $$;
CREATE FUNCTION jsonb_typeof(jsonb) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('jsonb_typeof'); RETURN 'null'; END $$;
CREATE FUNCTION same(uuid, uuid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('='); RETURN true; END $$;
CREATE FUNCTION same(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('='); RETURN true; END $$;
CREATE FUNCTION same(varchar, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('='); RETURN true; END $$;
CREATE FUNCTION get(jsonb, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM regress_hostile.trap('->>'); RETURN 'x'; END $$;
CREATE OPERATOR = (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = same);
CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = same);
CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = text, FUNCTION = same);
CREATE OPERATOR ->> (LEFTARG = jsonb, RIGHTARG = text, FUNCTION = get);
CREATE DOMAIN jsonb AS text;
CREATE DOMAIN uuid AS text;
SET search_path = regress_hostile, pg_catalog, auth;
CREATE TEMP TABLE changed (id pg_catalog.uuid, email text);
CREATE TEMP TABLE user_profiles (user_id pg_catalog.uuid);
GRANT ALL ON pg_temp.changed, pg_temp.user_profiles TO PUBLIC;
SET ROLE regress_stranger;
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('hostile', 90);
RESET ROLE;
UPDATE auth.users SET phone = '1' WHERE id OPERATOR(pg_catalog.=) regress.id(91);
DELETE FROM auth.users WHERE id OPERATOR(pg_catalog.=) regress.id(93);
SET ROLE regress_dba;
SELECT regress.try('SELECT rowhouse.attach_profiles()'), regress.try('SELECT rowhouse.sync_status()'), regress.try('SELECT rowhouse.sync_profiles()'),
    regress.try('SELECT rowhouse.create_profile(regress.id(91))'), regress.try('SELECT * FROM rowhouse.verify_profiles()') LIKE '% rows' AS verifies;
RESET ROLE;
SET search_path = regress_hostile;
INSERT INTO auth.users (id, email) VALUES (regress.id(94), 'hostile4@failures.example');
SET search_path = '';
INSERT INTO auth.users (id, email) VALUES (regress.id(95), 'hostile5@failures.example');
RESET search_path;
DROP TABLE pg_temp.changed, pg_temp.user_profiles;
SELECT * FROM regress.mirrored('hostile');
SET client_min_messages = warning;
DROP SCHEMA regress_hostile CASCADE;
RESET client_min_messages;
SELECT * FROM regress.repaired();

-- Settings of the session that change what statements do.
SET row_security = off; INSERT INTO auth.users (id, email) VALUES (regress.id(96), 'setting1@failures.example'); RESET row_security;
SET default_transaction_isolation = 'repeatable read'; INSERT INTO auth.users (id, email) VALUES (regress.id(97), 'setting2@failures.example');
SET default_transaction_isolation = 'serializable'; INSERT INTO auth.users (id, email) VALUES (regress.id(98), 'setting3@failures.example'); RESET default_transaction_isolation;
SET session_replication_role = replica; INSERT INTO auth.users (id, email) VALUES (regress.id(99), 'setting4@failures.example'); RESET session_replication_role;
BEGIN; SET CONSTRAINTS ALL DEFERRED; SAVEPOINT s; INSERT INTO auth.users (id, email) VALUES (regress.id(100), 'setting5@failures.example'); ROLLBACK TO s;
INSERT INTO auth.users (id, email) VALUES (regress.id(101), 'setting6@failures.example'); COMMIT;
SET rowhouse.token = 'garbage'; SET rowhouse.organization = 'garbage'; INSERT INTO auth.users (id, email) VALUES (regress.id(102), 'setting7@failures.example'); RESET rowhouse.token; RESET rowhouse.organization;
SELECT * FROM regress.mirrored('setting');
SELECT * FROM regress.repaired();

-- The owner of the accounts makes a column one of a type of its own, whose casts are code of its own: it never runs as us.
GRANT SELECT ON auth.users TO rowhouse_system; -- so that it is not for want of a right
CREATE FUNCTION auth.tell(text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF current_user LIKE 'rowhouse%' THEN RAISE NOTICE 'cast to % ran with rights of rowhouse', $1; END IF; END $$;
CREATE TYPE auth.any_text AS ENUM ('x@failures.example', 'y@failures.example');
CREATE FUNCTION auth.as_text(auth.any_text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM auth.tell('text'); RETURN 'boss@failures.example'; END $$;
CREATE FUNCTION auth.as_varchar(auth.any_text) RETURNS varchar LANGUAGE plpgsql AS $$ BEGIN PERFORM auth.tell('varchar'); RETURN 'boss@failures.example'; END $$;
CREATE CAST (auth.any_text AS text) WITH FUNCTION auth.as_text(auth.any_text) AS IMPLICIT;
CREATE CAST (auth.any_text AS varchar) WITH FUNCTION auth.as_varchar(auth.any_text) AS IMPLICIT;
CREATE TYPE auth.any_time AS (t text);
CREATE FUNCTION auth.as_time(auth.any_time) RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN PERFORM auth.tell('timestamptz'); RETURN now(); END $$;
CREATE CAST (auth.any_time AS timestamptz) WITH FUNCTION auth.as_time(auth.any_time) AS IMPLICIT;
CREATE TYPE auth.any_json AS (j text);
CREATE FUNCTION auth.from_json(auth.any_json, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM auth.tell('->>'); RETURN 'x'; END $$;
CREATE FUNCTION auth.as_json(auth.any_json) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN PERFORM auth.tell('jsonb'); RETURN '{}'; END $$;
CREATE OPERATOR public.->> (LEFTARG = auth.any_json, RIGHTARG = text, FUNCTION = auth.from_json);
CREATE CAST (auth.any_json AS jsonb) WITH FUNCTION auth.as_json(auth.any_json) AS IMPLICIT;
CREATE FUNCTION auth.checked(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM auth.tell('domain'); RETURN true; END $$;
CREATE DOMAIN auth.checked_text AS text CHECK (auth.checked(VALUE));
CREATE FUNCTION regress.with_column(name text, type text, id bigint) RETURNS TABLE (step text, result text) LANGUAGE plpgsql AS $$
DECLARE
    key text := CASE name WHEN 'id' THEN 'was_there' ELSE 'id' END;
BEGIN
    EXECUTE format('ALTER TABLE auth.users RENAME COLUMN %I TO was_there; ALTER TABLE auth.users ADD COLUMN %I %s', name, name, type);
    EXECUTE format('INSERT INTO auth.users (%I) VALUES (%L)', key, regress.id(id));
    EXECUTE format('UPDATE auth.users SET %I = %L WHERE %I = %L', name, CASE WHEN type LIKE '%any_t%t' THEN 'x@failures.example' ELSE '(x)' END, key, regress.id(id));
    step := name || ' ' || type;
    RETURN QUERY SELECT step, 'failures: ' || string_agg(DISTINCT sqlstate, ' ') FROM rowhouse.profile_sync_failures f WHERE f.source = 'auth.users'::regclass;
    RETURN QUERY SELECT step, 'status: ' || (regress.sync_state('auth.users') ->> 'error');
    RETURN QUERY SELECT step, what || ': ' || left(regress.try('SELECT ' || what), 5)
    FROM unnest(ARRAY['rowhouse.sync_profiles()', 'rowhouse.sync_profiles(true)', format('rowhouse.create_profile(%L)', regress.id(id)), '"check" FROM rowhouse.verify_profiles()']) what;
    EXECUTE format('ALTER TABLE auth.users DROP COLUMN %I; ALTER TABLE auth.users RENAME COLUMN was_there TO %I', name, name);
    PERFORM rowhouse.sync_profiles();
END
$$;
SELECT * FROM regress.with_column('email', 'auth.any_text', 120);
SELECT * FROM regress.with_column('email_confirmed_at', 'auth.any_time', 121);
SELECT * FROM regress.with_column('raw_user_meta_data', 'auth.any_json', 122);
SELECT * FROM regress.with_column('phone', 'auth.checked_text', 123);
SELECT * FROM regress.with_column('id', 'auth.any_text', 124);
DROP OPERATOR public.->> (auth.any_json, text);
SELECT * FROM regress.repaired();

-- Or hides the code where the planner computes it for whoever reads the table: in an index, statistics, a constraint.
SET ROLE regress_auth_admin;
CREATE FUNCTION auth.hidden(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM auth.tell('something'); RETURN $1; END $$;
CREATE FUNCTION auth.same(text, text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM auth.tell('something'); RETURN true; END $$;
CREATE OPERATOR auth.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = auth.same);
RESET ROLE;
CREATE FUNCTION regress.hides(plant text, mend text) RETURNS TABLE (planted text, account text, error text, others text) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL ROLE regress_auth_admin;
    EXECUTE plant;
    INSERT INTO auth.users (id, email) VALUES (regress.id(130), 'hidden@failures.example');
    RESET ROLE;
    RETURN QUERY SELECT plant, m.profile, regress.sync_state('auth.users') ->> 'error',
        (SELECT string_agg(left(regress.try('SELECT ' || what), 5), ', ') FROM unnest(ARRAY['rowhouse.attach_profiles()', 'rowhouse.sync_profiles()',
            'rowhouse.sync_profiles(true)', 'rowhouse.create_profile(regress.id(130))', '"check" FROM rowhouse.verify_profiles()']) what)
    FROM regress.mirrored('hidden') m;
    DELETE FROM auth.users WHERE id = regress.id(130);
    EXECUTE mend;
END
$$;
SET constraint_exclusion = on;
SELECT * FROM regress.hides($$CREATE INDEX hidden ON auth.users ((auth.hidden('x') || email))$$, 'DROP INDEX auth.hidden');
SELECT * FROM regress.hides($$CREATE INDEX hidden ON auth.users (email) WHERE email = auth.hidden('x')$$, 'DROP INDEX auth.hidden');
SELECT * FROM regress.hides($$CREATE INDEX hidden ON auth.users (email) WHERE 'x' OPERATOR(auth.===) 'y'$$, 'DROP INDEX auth.hidden');
SELECT * FROM regress.hides($$CREATE STATISTICS auth.hidden ON (auth.hidden('x') || email), id FROM auth.users$$, 'DROP STATISTICS auth.hidden');
SELECT * FROM regress.hides($$ALTER TABLE auth.users ADD CONSTRAINT hidden CHECK (auth.hidden('x') = 'x')$$, 'ALTER TABLE auth.users DROP CONSTRAINT hidden');
SELECT * FROM regress.hides($$CREATE TABLE auth.child (CHECK (auth.hidden('x') = 'x')) INHERITS (auth.users)$$, 'DROP TABLE auth.child');
RESET constraint_exclusion;
-- Who may issue tokens has nothing to gain by it: their functions are allowed.
GRANT rowhouse_admin TO regress_auth_admin;
SELECT account, error FROM regress.hides($$CREATE INDEX hidden ON auth.users ((auth.hidden('x') || email))$$, 'DROP INDEX auth.hidden');
REVOKE rowhouse_admin FROM regress_auth_admin;
SELECT * FROM regress.repaired();

SELECT count(*) AS detached FROM rowhouse.detach_profiles('auth.users');
DELETE FROM rowhouse.user_profiles WHERE user_id <= regress.id(100000); -- the next suite has the same ids
SET client_min_messages = warning;
DROP SCHEMA auth CASCADE;
DROP OWNED BY regress_stranger;
DROP ROLE regress_stranger;
SELECT rowhouse.sync_status() - 'total_auth_users' - 'total_profiles' - 'sources' AS in_the_end;
