-- Attaching account tables, Supabase's auth.users first: rights, columns, errors, several at once, detaching.
\set SHOW_CONTEXT never
SELECT regress.make_supabase();
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, aud, role, email, email_confirmed_at, raw_user_meta_data)
VALUES (regress.id(1), 'authenticated', 'authenticated', 'early@sources.example', now(), '{"full_name": "Early"}');

-- Who may not: anybody, the owner of the table, an operator without rights on it.
SELECT regress.try('SELECT rowhouse.attach_profiles()') AS owner_without_rights_here;
SET ROLE regress_app;
SELECT regress.try('SELECT rowhouse.attach_profiles(NULL)') AS user_without_rights, regress.try('SELECT rowhouse.detach_profiles(NULL)') AS nor_to_detach;
RESET ROLE;
REVOKE SELECT ON auth.users FROM regress_dba;
SET ROLE regress_dba;
SELECT regress.try('SELECT rowhouse.attach_profiles()') AS may_not_read;
RESET ROLE;
GRANT SELECT ON auth.users TO regress_dba;
REVOKE TRIGGER ON auth.users FROM regress_dba;
SET ROLE regress_dba;
SELECT regress.try('SELECT rowhouse.attach_profiles()') AS may_not_make_triggers;
RESET ROLE;
GRANT TRIGGER ON auth.users TO regress_dba;
SELECT count(*) AS attached FROM rowhouse.profile_sources WHERE source = 'auth.users'::regclass;

-- Who may: the operator, with one word. Whoever is there already gets a profile.
SET ROLE regress_dba;
SELECT jsonb_pretty(rowhouse.attach_profiles());
SELECT rowhouse.attach_profiles() - 'columns' AS twice_is_once;
RESET ROLE;
SELECT * FROM regress.mirrored('early');
SELECT source, columns, on_error, triggers, attached_at <= now() AS attached FROM rowhouse.profile_sources WHERE source = 'auth.users'::regclass;
SELECT trigger_name, event_manipulation, action_timing, action_orientation, action_statement FROM information_schema.triggers
WHERE (event_object_schema, event_object_table) = ('auth', 'users') ORDER BY 1;
CREATE VIEW regress.rights AS SELECT attrelid::regclass AS source, grantee::regrole, privilege_type, is_grantable, attname AS column_name FROM pg_attribute, aclexplode(attacl)
UNION ALL SELECT oid::regclass, grantee::regrole, privilege_type, is_grantable, NULL FROM pg_class, aclexplode(relacl);
SELECT grantee, privilege_type, is_grantable, string_agg(column_name, ', ' ORDER BY column_name COLLATE "C") AS columns FROM regress.rights
WHERE source = 'auth.users'::regclass AND grantee::text LIKE 'rowhouse%' GROUP BY 1, 2, 3;
SELECT regress.sync_state('auth.users');
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email) VALUES (regress.id(2), 'next@sources.example'), (regress.id(3), 'third@sources.example');
RESET ROLE;
SELECT * FROM regress.mirrored('');
-- The owner of the table still cannot call the trigger's function, or make a trigger with it of its own.
SET ROLE regress_auth_admin;
SELECT regress.try('CREATE TRIGGER mine AFTER INSERT ON auth.users REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rowhouse.on_auth_user_created()');
RESET ROLE;

-- What is refused, with nothing left behind.
CREATE TABLE regress.logins (id uuid PRIMARY KEY, email text, name text, extra jsonb, verified boolean, gone date, born integer);
CREATE VIEW regress.login_view AS SELECT * FROM regress.logins;
CREATE MATERIALIZED VIEW regress.login_copy AS SELECT * FROM regress.logins;
CREATE SEQUENCE regress.login_numbers;
CREATE TYPE regress.login_type AS (id uuid, email text);
CREATE TEMP TABLE login_temp (id uuid PRIMARY KEY, email text);
CREATE TABLE regress.no_id (login uuid PRIMARY KEY, email text);
CREATE TABLE regress.number_id (id bigint PRIMARY KEY, email text);
CREATE TABLE regress.text_id (id text PRIMARY KEY, email text);
CREATE TABLE regress.no_key (id uuid NOT NULL, email text);
CREATE TABLE regress.half_key (id uuid NOT NULL, email text);
CREATE UNIQUE INDEX ON regress.half_key (id) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX ON regress.half_key ((id::text));
CREATE TABLE regress.wide_key (id uuid, tenant uuid, email text, PRIMARY KEY (id, tenant));
CREATE TABLE regress.late_key (id uuid NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED, email text);
CREATE TABLE regress.null_key (id uuid UNIQUE, email text);
SELECT what, options, regexp_replace(regress.try(format('SELECT rowhouse.attach_profiles(%s, %L)', what, options)), 'pg_temp_\d+', 'pg_temp') AS refused FROM (VALUES
    ('NULL', '{}'), ('to_regclass(''auth.nobody'')', '{}'), ('4294967295::oid::regclass', '{}'),
    ('''regress.login_view''', '{}'), ('''regress.login_copy''', '{}'), ('''regress.login_numbers''', '{}'), ('''regress.login_type''', '{}'),
    ('''regress.logins_pkey''', '{}'), ('''pg_class''', '{}'), ('''login_temp''', '{}'), ('''rowhouse.user_profiles''', '{}'),
    ('''regress.no_id''', '{}'), ('''regress.number_id''', '{}'), ('''regress.text_id''', '{}'), ('''regress.no_key''', '{}'),
    ('''regress.half_key''', '{}'), ('''regress.wide_key''', '{}'), ('''regress.late_key''', '{}'), ('''regress.null_key''', '{}'),
    ('''regress.logins''', '{"id": "key"}'), ('''regress.logins''', '{"id": null}'), ('''regress.logins''', '{"id": "email"}'),
    ('''regress.logins''', '{"email": "born"}'), ('''regress.logins''', '{"email": "mail"}'), ('''regress.logins''', '{"email": "ctid"}'),
    ('''regress.logins''', '{"email": "tableoid"}'), ('''regress.logins''', '{"name": "extra"}'), ('''regress.logins''', '{"metadata": "name"}'),
    ('''regress.logins''', '{"confirmed": "email"}'), ('''regress.logins''', '{"deleted": "born"}'), ('''regress.logins''', '{"anonymous": "gone"}'),
    ('''regress.logins''', '{"emial": "email"}'), ('''regress.logins''', '{"email": 7}'), ('''regress.logins''', '{"email": ""}'),
    ('''regress.logins''', '{"email": ["email"]}'), ('''regress.logins''', '{"on_error": "ignore"}'), ('''regress.logins''', '{"on_error": null}'),
    ('''regress.logins''', '{"triggers": "no"}'), ('''regress.logins''', '{"triggers": null}'), ('''regress.logins''', '[]'), ('''regress.logins''', 'null'),
    ('''regress.logins''', '"id"'), ('''regress.logins''', '{"email": "email; DROP TABLE regress.logins"}')) t(what, options);
BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT regress.try($$SELECT rowhouse.attach_profiles('regress.logins')$$); COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT regress.try($$SELECT rowhouse.attach_profiles('regress.logins')$$); COMMIT;
BEGIN READ ONLY; SELECT regress.try($$SELECT rowhouse.attach_profiles('regress.logins')$$); COMMIT;
CREATE FUNCTION regress.handwritten() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER on_auth_user_created AFTER INSERT ON regress.logins FOR EACH ROW EXECUTE FUNCTION regress.handwritten();
SELECT regress.try($$SELECT rowhouse.attach_profiles('regress.logins')$$);
DROP TRIGGER on_auth_user_created ON regress.logins;
CREATE TRIGGER on_auth_user_deleted AFTER DELETE ON regress.logins FOR EACH ROW EXECUTE FUNCTION regress.handwritten();
SELECT regress.try($$SELECT rowhouse.attach_profiles('regress.logins')$$);
DROP TRIGGER on_auth_user_deleted ON regress.logins;
SELECT count(*) AS leftovers FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'regress.%' AND tgname LIKE 'on_auth_user%';
SELECT count(*) AS leftovers FROM rowhouse.profile_sources WHERE source::regclass::text LIKE 'regress.%';

-- A table of one's own, by options; several sources at once. A mapping is changed by attaching again.
INSERT INTO regress.logins VALUES (regress.id(11), 'eleven@sources.example', 'Eleven', '{"name": "From metadata"}', true, NULL, 1),
    (regress.id(12), 'twelve@sources.example', NULL, '{"name": "Twelve", "role": "super_admin"}', false, '2026-01-01', 2);
SELECT rowhouse.attach_profiles('regress.logins', '{"metadata": "extra", "confirmed": "verified", "deleted": "gone"}');
SELECT email, full_name, email_confirmed_at IS NOT NULL AS confirmed, deleted_at, role, status FROM rowhouse.user_profiles WHERE source = 'regress.logins'::regclass ORDER BY user_id;
SELECT rowhouse.attach_profiles('regress.logins', '{"name": null, "metadata": "extra", "confirmed": null, "deleted": "gone"}');
SELECT email, full_name, email_confirmed_at IS NOT NULL AS confirmed, deleted_at FROM rowhouse.user_profiles WHERE source = 'regress.logins'::regclass ORDER BY user_id;
SELECT rowhouse.attach_profiles('regress.logins', NULL) AS without_options_again;
SELECT rowhouse.attach_profiles('rowhouse.accounts') - 'missing' - 'stale' AS the_built_in_one;
SELECT each ->> 'source' AS source FROM jsonb_array_elements(rowhouse.sync_status() -> 'sources') each ORDER BY 1;

-- citext, domains, json, names that need quotes.
CREATE EXTENSION citext SCHEMA regress;
CREATE DOMAIN regress.address AS regress.citext CHECK (VALUE ~ '@');
CREATE DOMAIN regress.key AS uuid NOT NULL;
CREATE SCHEMA "regress ""odd""";
CREATE TABLE "regress ""odd"""."the ""people"" $1" ("the ""id""" regress.key PRIMARY KEY, "e mail" regress.address, "SELECT" char(10), meta json, "when?" date);
INSERT INTO "regress ""odd"""."the ""people"" $1" VALUES (regress.id(21), 'Odd@Sources.example', '+1202555', '{"full_name": "Odd", "full_name": "Odder"}', '2026-02-03');
SELECT rowhouse.attach_profiles('"regress ""odd"""."the ""people"" $1"', '{"id": "the \"id\"", "email": "e mail", "phone": "SELECT", "metadata": "meta", "confirmed": "when?"}') - 'source';
INSERT INTO "regress ""odd"""."the ""people"" $1" VALUES (regress.id(22), 'second@sources.example', NULL, '{"full_name": 7, "name": "Named"}', 'infinity');
SELECT email, email_key, phone, full_name, email_confirmed_at FROM rowhouse.user_profiles WHERE user_id IN (regress.id(21), regress.id(22)) ORDER BY user_id;
SELECT rowhouse.sync_profiles() AS nothing_to_do;
-- A partitioned table, whose partitions are written directly too.
CREATE TABLE regress.parted (id uuid PRIMARY KEY, email text) PARTITION BY HASH (id);
CREATE TABLE regress.parted_0 PARTITION OF regress.parted FOR VALUES WITH (MODULUS 1, REMAINDER 0);
SELECT regress.try($$SELECT rowhouse.attach_profiles('regress.parted')$$);

-- No source takes over the profile of another one's account, or deletes it, or changes it.
SELECT * FROM regress.mirrored('early');
INSERT INTO regress.logins (id, email, name) VALUES (regress.id(1), 'thief@sources.example', 'Thief'), (regress.id(13), 'thirteen@sources.example', 'Thirteen');
UPDATE regress.logins SET name = 'Thief again' WHERE id = regress.id(1);
SELECT email, full_name, source FROM rowhouse.user_profiles WHERE user_id IN (regress.id(1), regress.id(13)) ORDER BY user_id;
SELECT sqlstate, message LIKE '%' || regress.id(1) || '%' OR message <> '' AS told, count(*) > 0 AS recorded FROM rowhouse.profile_sync_failures WHERE source = 'regress.logins'::regclass AND account_id = regress.id(1) GROUP BY 1, 2;
SELECT regress.sync_state('regress.logins') - 'failed' AS second, regress.sync_state('auth.users') AS first;
SELECT (rowhouse.sync_profiles() - 'next') AS cannot_be_repaired;
UPDATE regress.logins SET gone = '2026-01-01' WHERE id = regress.id(1);
DELETE FROM regress.logins WHERE id = regress.id(1);
SELECT rowhouse.sync_profiles() AS nothing_left;
SELECT email, deleted_at, status, tokens_not_before FROM rowhouse.user_profiles WHERE user_id = regress.id(1);
SELECT regress.sync_state('regress.logins');

-- on_error raise: who wants the sign-up to fail with its profile.
SELECT rowhouse.attach_profiles('regress.logins', '{"on_error": "raise"}') ->> 'on_error' AS on_error;
INSERT INTO regress.logins (id, email, name) VALUES (regress.id(14), 'fourteen@sources.example', 'Fourteen');
ALTER TABLE rowhouse.user_profiles ADD CONSTRAINT planted CHECK (full_name <> 'Planted') NOT VALID;
SELECT regress.try($$INSERT INTO regress.logins (id, email, name) VALUES (regress.id(15), 'fifteen@sources.example', 'Fifteen'), (regress.id(16), 'sixteen@sources.example', 'Planted')$$);
ALTER TABLE rowhouse.user_profiles DROP CONSTRAINT planted;
SELECT regress.try($$INSERT INTO regress.logins (id, email) VALUES (regress.id(1), 'thief@sources.example')$$);
SELECT count(*) AS none FROM regress.logins WHERE id IN (regress.id(15), regress.id(16), regress.id(1));
SELECT count(*) AS none FROM rowhouse.user_profiles WHERE user_id IN (regress.id(15), regress.id(16));
SELECT regress.sync_state('regress.logins');

-- Pull only: no triggers where they are not allowed; reconcile does it.
SELECT rowhouse.attach_profiles('regress.logins', '{"triggers": false}') AS pull_only;
SELECT count(*) AS triggers FROM pg_trigger WHERE tgrelid = 'regress.logins'::regclass;
INSERT INTO regress.logins (id, email, name) VALUES (regress.id(17), 'seventeen@sources.example', 'Seventeen');
UPDATE regress.logins SET name = 'New' WHERE id = regress.id(13);
DELETE FROM regress.logins WHERE id = regress.id(14);
SELECT regress.sync_state('regress.logins');
SELECT rowhouse.sync_profiles() AS pulled;
SELECT email, full_name, deleted_at IS NOT NULL AS deleted FROM rowhouse.user_profiles WHERE user_id IN (regress.id(13), regress.id(14), regress.id(17)) ORDER BY user_id;
-- The owner of an empty source can make a view of it (up to PostgreSQL 15): what that calls must not run with rowhouse's rights.
CREATE TABLE regress.pulled (id uuid NOT NULL, email text);
CREATE UNIQUE INDEX pulled_key ON regress.pulled (id);
SELECT rowhouse.attach_profiles('regress.pulled', '{"triggers": false}') ->> 'missing' AS missing;
CREATE FUNCTION regress.tell() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'this runs with rights of rowhouse: %', current_user LIKE 'rowhouse%'; RETURN 'x'; END $$;
DROP INDEX regress.pulled_key;
VACUUM regress.pulled; -- forgets that it had one
DO $$ BEGIN EXECUTE 'CREATE RULE "_RETURN" AS ON SELECT TO regress.pulled DO INSTEAD SELECT gen_random_uuid() AS id, regress.tell() AS email';
EXCEPTION WHEN OTHERS THEN NULL; END $$;
SELECT rowhouse.sync_status() IS NOT NULL AS answers, rowhouse.sync_profiles() IS NOT NULL AS syncs, regress.try('SELECT rowhouse.create_profile(regress.id(50))') IS NOT NULL AS creates;
SELECT count(*) > 0 AS verifies FROM rowhouse.verify_profiles();
SELECT count(*) AS detached FROM rowhouse.detach_profiles('regress.pulled');
SET client_min_messages = warning; DROP FUNCTION regress.tell() CASCADE; RESET client_min_messages;

-- Detaching, by the owner: nothing stays but the profiles; a dump on request.
SELECT rowhouse.attach_profiles('regress.logins') ->> 'triggers' AS triggers;
SELECT jsonb_object_keys(d) AS key FROM rowhouse.detach_profiles('regress.logins', true) d GROUP BY 1 ORDER BY 1;
SELECT count(*) AS triggers FROM pg_trigger WHERE tgrelid = 'regress.logins'::regclass;
SELECT count(*) AS rights FROM regress.rights WHERE source = 'regress.logins'::regclass AND grantee::text LIKE 'rowhouse%';
SELECT (SELECT count(*) FROM rowhouse.profile_sources WHERE source = 'regress.logins'::regclass) AS sources,
       (SELECT count(*) FROM rowhouse.profile_sync_failures WHERE source = 'regress.logins'::regclass) AS failures,
       (SELECT count(*) FROM rowhouse.user_profiles WHERE source = 'regress.logins'::regclass) AS profiles;
SELECT regress.try($$SELECT rowhouse.detach_profiles('regress.logins')$$) AS twice, regress.try('SELECT rowhouse.detach_profiles(NULL)') AS nothing;
INSERT INTO regress.logins (id, email) VALUES (regress.id(18), 'eighteen@sources.example');
SELECT count(*) AS none FROM rowhouse.user_profiles WHERE user_id = regress.id(18);
SELECT regress.sync_state('regress.logins');

-- By an operator who does not own the table: the triggers stay, and do nothing.
SET ROLE regress_dba;
SELECT d ->> 'email' AS email, d ->> 'full_name' AS full_name FROM rowhouse.detach_profiles('auth.users', true) d ORDER BY 1;
RESET ROLE;
SELECT tgname FROM pg_trigger WHERE tgrelid = 'auth.users'::regclass ORDER BY 1;
SELECT count(*) AS rights FROM regress.rights WHERE source = 'auth.users'::regclass AND grantee::text LIKE 'rowhouse%';
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email) VALUES (regress.id(4), 'unseen@sources.example');
UPDATE auth.users SET phone = '+12025550100' WHERE id = regress.id(2);
DELETE FROM auth.users WHERE id = regress.id(3);
RESET ROLE;
SELECT * FROM regress.mirrored('');
SELECT deleted_at FROM rowhouse.user_profiles WHERE user_id = regress.id(3);
-- Attached again, they are taken up; when the owner detaches, they are gone.
SET ROLE regress_dba;
SELECT rowhouse.attach_profiles() - 'columns' AS taken_up;
RESET ROLE;
SELECT * FROM regress.mirrored('');
SELECT count(*) AS none FROM rowhouse.detach_profiles('auth.users');
SELECT count(*) AS triggers FROM pg_trigger WHERE tgrelid = 'auth.users'::regclass;

-- A trigger on a table that was never attached is inert, whatever its rows claim.
CREATE TABLE regress.forged (id uuid PRIMARY KEY, email text, phone text, email_key text, email_confirmed_at timestamptz, full_name text, deleted_at timestamptz, is_anonymous boolean);
CREATE TRIGGER on_auth_user_created AFTER INSERT ON regress.forged REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rowhouse.on_auth_user_created();
CREATE TRIGGER on_auth_user_deleted AFTER DELETE ON regress.forged REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rowhouse.on_auth_user_created();
INSERT INTO regress.forged (id, email, email_confirmed_at, full_name) VALUES (regress.id(2), 'forged@sources.example', now(), 'Forged'), (regress.id(31), 'new@sources.example', now(), 'New');
DELETE FROM regress.forged;
SELECT email, full_name, deleted_at FROM rowhouse.user_profiles WHERE user_id IN (regress.id(2), regress.id(31));
SELECT count(*) AS none FROM rowhouse.profile_sync_failures WHERE source = 'regress.forged'::regclass;
DROP TABLE regress.forged;

-- A source that is dropped: the status says so, and does not fail; it can be detached by its number.
CREATE TABLE regress.dropped (id uuid PRIMARY KEY, email text);
INSERT INTO regress.dropped VALUES (regress.id(41), 'dropped@sources.example');
SELECT rowhouse.attach_profiles('regress.dropped') ->> 'missing' AS missing, 'regress.dropped'::regclass::oid AS dropped \gset
DROP TABLE regress.dropped;
SELECT s ->> 'status' AS status, each ->> 'error' IS NOT NULL AS error, each ->> 'source' = :'dropped' AS named
FROM rowhouse.sync_status() s LEFT JOIN LATERAL (SELECT each FROM jsonb_array_elements(s -> 'sources') each WHERE each ->> 'error' IS NOT NULL) e ON true;
SELECT regress.try('SELECT rowhouse.sync_profiles()') AS syncs_the_others, regress.try('SELECT * FROM rowhouse.verify_profiles()') LIKE '% rows' AS verifies;
SELECT "check" = 'table of ' || :'dropped' AS the_table, passed FROM rowhouse.verify_profiles() WHERE NOT passed;
SELECT rowhouse.register('elsewhere@sources.example', 'correct horse') ->> 'id' AS elsewhere \gset
SELECT rowhouse.create_profile(:'elsewhere') ->> 'created' AS emergency_elsewhere, regress.try('SELECT rowhouse.create_profile(regress.id(999))') LIKE '42P01%' AS may_be_there;
SELECT deleted_at FROM rowhouse.user_profiles WHERE user_id = regress.id(41);
SELECT regress.try(format('SELECT rowhouse.detach_profiles(%s)', :'dropped')) AS detached;

SELECT count(*) AS detached FROM rowhouse.detach_profiles('"regress ""odd"""."the ""people"" $1"');
INSERT INTO regress.parted_0 VALUES (regress.id(61), 'parted@sources.example');
INSERT INTO regress.parted VALUES (regress.id(62), 'parent@sources.example');
SELECT each - 'source' AS partitions_have_no_triggers FROM jsonb_array_elements(rowhouse.sync_status() -> 'sources') each WHERE each ->> 'source' = 'regress.parted';
SELECT rowhouse.sync_profiles() -> 'missing' AS missing;
SELECT count(*) AS detached FROM rowhouse.detach_profiles('regress.parted');
SELECT each -> 'source' AS source FROM jsonb_array_elements(rowhouse.sync_status() -> 'sources') each WHERE each ->> 'source' <> 'rowhouse.accounts';
DELETE FROM rowhouse.user_profiles WHERE user_id <= regress.id(100000); -- the next suite has the same ids
SET client_min_messages = warning;
DROP SCHEMA auth, "regress ""odd""" CASCADE;
DROP EXTENSION citext CASCADE;
SELECT rowhouse.sync_status() - 'total_auth_users' - 'total_profiles' - 'sources' AS in_the_end;
