-- Drift between auth.users and the profiles: counted, repaired, in pieces; emergencies; the proof that it works.
\set SHOW_CONTEXT never
SELECT regress.make_supabase();
SET ROLE regress_dba;
SELECT rowhouse.attach_profiles() ->> 'missing' AS missing;
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, email_confirmed_at, phone, raw_user_meta_data)
SELECT regress.id(n), format('user-%s@sync.example', n), '2026-01-01', 12025550100 + n, jsonb_build_object('full_name', 'User ' || n) FROM generate_series(1, 20) n;
RESET ROLE;
SELECT rowhouse.bootstrap('boss@sync.example', 'correct horse', 'sync', 'Sync') #>> '{organization,id}' AS org \gset
SELECT count(rowhouse.register('plain@sync.example', 'correct horse'));
SELECT rowhouse.set_super_admin('boss@sync.example');
CREATE FUNCTION regress.content() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(all_of_it, '' ORDER BY all_of_it COLLATE "C"))
    FROM (SELECT p.xmin || p::text FROM rowhouse.user_profiles p UNION ALL SELECT m.xmin || m::text FROM rowhouse.members m
          UNION ALL SELECT f.xmin || f::text FROM rowhouse.profile_sync_failures f) t(all_of_it)
$$;

-- Planted, behind the triggers' back: 3 missing, 2 orphaned, 4 stale, 1 who should have joined.
BEGIN; SELECT regress.act_as('boss@sync.example'); SELECT rowhouse.add_member(:'org', 'user-21@sync.example') ->> 'status' AS status; COMMIT;
UPDATE rowhouse.user_profiles SET display_name = 'Kept', status = 'suspended' WHERE user_id = regress.id(3);
INSERT INTO rowhouse.members (organization_id, email) VALUES (:'org', 'USER-20@sync.example'); -- by hand
ALTER TABLE auth.users DISABLE TRIGGER USER;
INSERT INTO auth.users (id, email, email_confirmed_at, deleted_at) VALUES (regress.id(21), 'user-21@sync.example', now(), NULL),
    (regress.id(22), 'user-22@sync.example', NULL, NULL), (regress.id(23), NULL, NULL, now());
DELETE FROM auth.users WHERE id IN (regress.id(1), regress.id(2));
UPDATE auth.users SET email = 'changed@sync.example' WHERE id = regress.id(3);
UPDATE auth.users SET raw_user_meta_data = NULL WHERE id = regress.id(4);
UPDATE auth.users SET email_confirmed_at = NULL, phone = NULL WHERE id = regress.id(5);
UPDATE auth.users SET deleted_at = '2026-02-02', is_anonymous = true WHERE id = regress.id(6);
UPDATE auth.users SET last_sign_in_at = now(), updated_at = now() WHERE id IN (regress.id(7), regress.id(8)); -- nothing of it is in the profile
ALTER TABLE auth.users ENABLE TRIGGER USER;
SELECT regress.sync_state('auth.users');
SELECT s ->> 'status' AS status, s -> 'missing_profiles' AS missing, s -> 'orphaned' AS orphaned, s -> 'stale' AS stale, s -> 'unjoined' AS unjoined, s -> 'failed' AS failed,
       (s ->> 'sync_percentage')::numeric = trunc(100.0 * ((s ->> 'total_auth_users')::int - 3) / (s ->> 'total_auth_users')::int, 2) AS percentage,
       (s ->> 'total_profiles')::int = (SELECT count(*) FROM rowhouse.user_profiles WHERE deleted_at IS NULL) AS profiles
FROM rowhouse.sync_status() s;
SELECT rowhouse.health() ->> 'status' AS health, rowhouse.health() -> 'services' AS services, rowhouse.health() -> 'user_sync' ? 'sources' AS sources;

-- A dry run says so and writes nothing; the repair does it, once.
SELECT regress.content() AS before \gset
SELECT rowhouse.sync_profiles(true) AS dry_run;
SELECT rowhouse.sync_profiles(true, 4) - 'next' AS dry_run_of_four;
SELECT :'before' = regress.content() AS nothing_written;
BEGIN READ ONLY; SELECT regress.try('SELECT rowhouse.sync_profiles(true)') AS read_only; COMMIT;
SELECT rowhouse.sync_profiles() AS repaired;
SELECT regress.content() AS before \gset
SELECT rowhouse.sync_profiles() AS nothing_left, rowhouse.sync_profiles(true) AS nor_in_a_dry_run;
SELECT :'before' = regress.content() AS nothing_written;
SELECT regress.sync_state('auth.users');
SELECT * FROM regress.mirrored('') WHERE profile <> 'right' OR failure IS NOT NULL;
SELECT email, full_name, display_name, email_confirmed_at IS NOT NULL AS confirmed, phone IS NOT NULL AS phone, is_anonymous, deleted_at IS NOT NULL AS deleted, status, tokens_not_before IS NOT NULL AS dead
FROM rowhouse.user_profiles WHERE user_id <= regress.id(6) OR user_id BETWEEN regress.id(21) AND regress.id(23) ORDER BY user_id;
SELECT email_key, status, user_id IN (regress.id(20), regress.id(21)) AS joined FROM rowhouse.members WHERE email_key LIKE 'user-2_@sync.example' ORDER BY 1;
-- The other way round: profiles that were lost, or changed by hand, and one whose account is back.
ALTER TABLE auth.users DISABLE TRIGGER USER;
INSERT INTO auth.users (id, email) VALUES (regress.id(1), 'user-1@sync.example');
UPDATE auth.users SET deleted_at = NULL WHERE id = regress.id(6);
ALTER TABLE auth.users ENABLE TRIGGER USER;
DELETE FROM rowhouse.user_profiles WHERE user_id = regress.id(9);
UPDATE rowhouse.user_profiles SET email = 'forged@sync.example', full_name = 'Forged', is_anonymous = true WHERE user_id = regress.id(10);
SELECT rowhouse.sync_profiles(true) - 'next' AS dry_run, rowhouse.sync_profiles() - 'next' AS repaired, rowhouse.sync_profiles() - 'next' AS nothing_left;
SELECT email, deleted_at, tokens_not_before IS NOT NULL AS old_tokens_dead FROM rowhouse.user_profiles WHERE user_id IN (regress.id(1), regress.id(6), regress.id(9), regress.id(10)) ORDER BY user_id;

-- Who may.
SET ROLE regress_app;
SELECT regress.try('SELECT rowhouse.sync_profiles()') AS nobody, regress.try('SELECT rowhouse.sync_profiles(true)') AS not_even_dry,
       regress.try('SELECT rowhouse.create_profile(regress.id(1))') AS nor_create, regress.try('SELECT rowhouse.sync_status()') AS status, regress.try('SELECT * FROM rowhouse.verify_profiles()') LIKE '% rows' AS verify;
BEGIN; SELECT regress.act_as('plain@sync.example');
SELECT regress.try('SELECT rowhouse.sync_profiles()') AS plain, regress.try('SELECT rowhouse.sync_profiles(true)') AS not_even_dry, regress.try('SELECT rowhouse.create_profile(rowhouse.user_id(), ''super_admin'')') AS nor_create; COMMIT;
BEGIN; SELECT regress.act_as('boss@sync.example');
SELECT rowhouse.sync_profiles() AS super_admin; SELECT rowhouse.create_profile(regress.id(1)) - 'user_id' AS created; COMMIT;
BEGIN; SELECT set_config('rowhouse.token', 'garbage', true); SELECT regress.try('SELECT rowhouse.sync_profiles()') AS garbage; COMMIT;
SET ROLE regress_dba;
SELECT rowhouse.sync_profiles() AS operator;
SET ROLE regress_auth_admin;
SELECT regress.try('SELECT rowhouse.sync_profiles()') AS owner, regress.try('SELECT rowhouse.sync_status()') AS status, regress.try('SELECT rowhouse.create_profile(NULL)') AS creates, regress.try('SELECT * FROM rowhouse.verify_profiles()') AS verifies;
RESET ROLE;

-- In pieces: at most so many faults, from where the last piece ended.
ALTER TABLE auth.users DISABLE TRIGGER USER;
INSERT INTO auth.users (id, email) SELECT regress.id(n), format('piece-%s@sync.example', n) FROM generate_series(100, 109) n;
UPDATE auth.users SET phone = NULL WHERE id IN (regress.id(11), regress.id(12));
DELETE FROM auth.users WHERE id = regress.id(13);
ALTER TABLE auth.users ENABLE TRIGGER USER;
SELECT rowhouse.sync_profiles(false, 4) AS piece \gset
SELECT :'piece'::jsonb - 'next' AS first_piece, (:'piece'::jsonb ->> 'next')::uuid >= regress.id(13) AS next;
SELECT rowhouse.sync_profiles(true) AS the_rest;
CREATE FUNCTION regress.walk(piece integer) RETURNS TABLE (round integer, missing integer, stale integer, orphaned integer, failed integer, more boolean) LANGUAGE plpgsql AS $$
DECLARE
    place uuid;
    answer jsonb;
BEGIN
    FOR i IN 1 .. 1000 LOOP
        answer := rowhouse.sync_profiles(false, piece, place);
        place := answer ->> 'next';
        RETURN QUERY SELECT i, (answer -> 'missing')::int, (answer -> 'stale')::int, (answer -> 'orphaned')::int, (answer -> 'failed')::int, place IS NOT NULL;
        EXIT WHEN place IS NULL;
    END LOOP;
END
$$;
SELECT sum(missing) AS missing, sum(stale) AS stale, sum(orphaned) AS orphaned, sum(failed) AS failed, max(missing + stale + orphaned) <= 3 AS bounded, count(*) BETWEEN 3 AND 5 AS rounds FROM regress.walk(3);
SELECT regress.sync_state('auth.users');
SELECT n, regress.try(format('SELECT rowhouse.sync_profiles(false, %s)', n)) FROM unnest(ARRAY[0, -1, 1, 2147483647]) n;
SELECT regress.try('SELECT rowhouse.sync_profiles(NULL)') AS dry_run_null, rowhouse.sync_profiles(false, NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff') AS beyond_the_end;

-- A thousand bad rows among three thousand: each is on record, the others are there, all of it in reasonable time.
ALTER TABLE rowhouse.user_profiles ADD CONSTRAINT planted CHECK (full_name <> 'Bad') NOT VALID;
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, raw_user_meta_data)
SELECT regress.id(n), format('many-%s@sync.example', n), jsonb_build_object('full_name', CASE n % 3 WHEN 0 THEN 'Bad' ELSE 'Good' END) FROM generate_series(10001, 13000) n;
RESET ROLE;
SELECT regress.sync_state('auth.users');
SELECT profile, left(failure, 5) AS sqlstate, count(*) FROM regress.mirrored('many') GROUP BY 1, 2 ORDER BY 1;
SELECT rowhouse.sync_profiles() AS cannot_yet;
SELECT sum(missing) AS missing, sum(failed) AS failed, max(failed) <= 300 AS bounded FROM regress.walk(300);
SELECT count(*), count(DISTINCT account_id) FROM rowhouse.profile_sync_failures WHERE source = 'auth.users'::regclass;
ALTER TABLE rowhouse.user_profiles DROP CONSTRAINT planted;
SELECT sum(missing) AS missing, sum(failed) AS failed FROM regress.walk(300);
SELECT regress.sync_state('auth.users');
SELECT count(*) AS right FROM regress.mirrored('many') WHERE profile = 'right' AND failure IS NULL;

-- Emergencies: one profile, now, with a role if need be.
ALTER TABLE auth.users DISABLE TRIGGER USER;
INSERT INTO auth.users (id, email, raw_user_meta_data) VALUES (regress.id(201), 'emergency@sync.example', '{"name": "Emma"}'), (regress.id(202), 'bad@sync.example', '{"name": "Bad"}');
ALTER TABLE auth.users ENABLE TRIGGER USER;
SET ROLE regress_dba;
SELECT rowhouse.create_profile(regress.id(201)) - 'user_id' AS made;
SELECT rowhouse.create_profile(regress.id(201), 'super_admin') - 'user_id' AS super_admin;
SELECT rowhouse.create_profile(regress.id(201)) - 'user_id' AS role_is_kept;
SELECT rowhouse.create_profile(regress.id(201), 'user') - 'user_id' AS lowered;
SELECT rowhouse.create_profile(regress.id(201), 'admin') - 'user_id' AS as_in_the_seed;
SELECT regress.try('SELECT rowhouse.create_profile(regress.id(201), ''owner'')') AS no_such_role, regress.try('SELECT rowhouse.create_profile(regress.id(201), '''')') AS no_role;
SELECT regress.try('SELECT rowhouse.create_profile(regress.id(999))') AS no_account, regress.try('SELECT rowhouse.create_profile(NULL)') AS nobody;
RESET ROLE;
SELECT rowhouse.create_profile(id, 'user') ->> 'email' AS of_another_source FROM rowhouse.accounts WHERE email = 'plain@sync.example';
ALTER TABLE rowhouse.user_profiles ADD CONSTRAINT planted CHECK (full_name <> 'Bad') NOT VALID;
SELECT regress.try('SELECT rowhouse.create_profile(regress.id(202))') AS tells_why;
ALTER TABLE rowhouse.user_profiles DROP CONSTRAINT planted;
SELECT rowhouse.create_profile(regress.id(202)) - 'user_id' AS made;
SELECT regress.try('SELECT rowhouse.create_profile(regress.id(2))') AS account_is_gone;

-- The proof: everything passes, and what is planted is found, and named. It leaves nothing behind.
SELECT "check", passed, detail FROM rowhouse.verify_profiles() WHERE "check" LIKE '%auth.users' OR "check" NOT LIKE '% of %' ORDER BY "check" COLLATE "C";
CREATE FUNCTION regress.finds(plant text, mend text) RETURNS TABLE (planted text, "check" text, passed boolean, detail text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE plant;
    RETURN QUERY SELECT plant, v."check", v.passed, v.detail FROM rowhouse.verify_profiles() v WHERE v.passed IS NOT true ORDER BY v."check" COLLATE "C";
    EXECUTE mend;
    RETURN QUERY SELECT mend, v."check", v.passed, v.detail FROM rowhouse.verify_profiles() v WHERE v.passed IS NOT true;
END
$$;
SELECT regress.content() || (SELECT count(*) FROM auth.users) AS before \gset
SELECT * FROM regress.finds('DROP TRIGGER on_auth_user_updated ON auth.users', 'SELECT rowhouse.attach_profiles()');
SELECT * FROM regress.finds('ALTER TABLE auth.users DISABLE TRIGGER on_auth_user_created', 'ALTER TABLE auth.users ENABLE TRIGGER on_auth_user_created');
SELECT * FROM regress.finds('ALTER TABLE auth.users ENABLE REPLICA TRIGGER on_auth_user_deleted', 'ALTER TABLE auth.users ENABLE TRIGGER on_auth_user_deleted');
SELECT * FROM regress.finds('ALTER TABLE auth.users DISABLE TRIGGER USER', 'ALTER TABLE auth.users ENABLE TRIGGER USER');
SELECT * FROM regress.finds('REVOKE SELECT ON auth.users FROM regress_auth_admin', 'GRANT SELECT ON auth.users TO regress_auth_admin');
SELECT * FROM regress.finds('ALTER TABLE auth.users FORCE ROW LEVEL SECURITY', 'ALTER TABLE auth.users NO FORCE ROW LEVEL SECURITY');
SELECT * FROM regress.finds('ALTER TABLE auth.users RENAME COLUMN email TO mail', 'ALTER TABLE auth.users RENAME COLUMN mail TO email');
SELECT * FROM regress.finds('ALTER TABLE auth.users DROP CONSTRAINT users_pkey', 'ALTER TABLE auth.users ADD PRIMARY KEY (id)');
SELECT * FROM regress.finds('ALTER TABLE rowhouse.user_profiles RENAME COLUMN full_name TO name', 'ALTER TABLE rowhouse.user_profiles RENAME COLUMN name TO full_name');
SELECT * FROM regress.finds('REVOKE UPDATE ON rowhouse.user_profiles FROM rowhouse_system', 'GRANT UPDATE ON rowhouse.user_profiles TO rowhouse_system');
SELECT * FROM regress.finds('REVOKE INSERT ON rowhouse.profile_sync_failures FROM rowhouse_system', 'GRANT INSERT ON rowhouse.profile_sync_failures TO rowhouse_system');
SELECT * FROM regress.finds('ALTER TABLE rowhouse.user_profiles ADD CONSTRAINT planted CHECK (false) NOT VALID', 'ALTER TABLE rowhouse.user_profiles DROP CONSTRAINT planted');
SELECT * FROM regress.finds('ALTER TABLE auth.users ADD CONSTRAINT planted CHECK (false) NOT VALID', 'ALTER TABLE auth.users DROP CONSTRAINT planted');
SELECT :'before' = regress.content() || (SELECT count(*) FROM auth.users) AS nothing_written;

SELECT count(*) AS detached FROM rowhouse.detach_profiles('auth.users');
DELETE FROM rowhouse.user_profiles WHERE user_id <= regress.id(100000); -- the next suite has the same ids
SET client_min_messages = warning;
DROP SCHEMA auth CASCADE;
SELECT rowhouse.sync_status() - 'total_auth_users' - 'total_profiles' - 'sources' AS in_the_end;
