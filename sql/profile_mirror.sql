-- The life of an account in auth.users, as its profile shows it; what is the account's and what is the person's.
\set SHOW_CONTEXT never
SELECT regress.make_supabase();
SET ROLE regress_dba;
SELECT rowhouse.attach_profiles() ->> 'missing' AS missing;
RESET ROLE;
CREATE VIEW regress.shown AS SELECT * FROM rowhouse.user_profiles WHERE source = 'auth.users'::regclass;
SELECT rowhouse.bootstrap('boss@mirror.example', 'correct horse', 'mirror', 'Mirror') #>> '{organization,id}' AS org \gset
-- Who somebody is by the token given, or why nobody.
CREATE FUNCTION regress.who(token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('rowhouse.token', token, true);
    RETURN (SELECT coalesce(p.email, p.phone, 'without address') FROM rowhouse.user_profiles p WHERE p.user_id = rowhouse.require_user());
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

-- Every kind of account, in one statement: by e-mail, phone only, anonymous, by single sign-on with an address that
-- somebody else has, soft-deleted from the start, with metadata of every shape.
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, aud, role, email, phone, phone_confirmed_at, raw_user_meta_data, is_anonymous, is_sso_user, deleted_at) VALUES
    (regress.id(1), 'authenticated', 'authenticated', 'ann@mirror.example', NULL, NULL, '{"name": "Ann", "full_name": "Ann Fuller", "avatar_url": "x"}', false, false, NULL),
    (regress.id(2), 'authenticated', 'authenticated', NULL, '12025550123', now(), '{}', false, false, NULL),
    (regress.id(3), 'authenticated', 'authenticated', NULL, NULL, NULL, '{}', true, false, NULL),
    (regress.id(4), 'authenticated', 'authenticated', 'ann@mirror.example', NULL, NULL, NULL, false, true, NULL),
    (regress.id(5), 'authenticated', 'authenticated', 'gone@mirror.example', NULL, NULL, 'null', false, false, '2026-01-01'),
    (regress.id(6), 'authenticated', 'authenticated', '', '', NULL, '{"full_name": "", "name": "Empty"}', false, false, NULL),
    (regress.id(7), NULL, NULL, 'shape1@mirror.example', NULL, NULL, '[1, 2]', false, false, NULL),
    (regress.id(8), NULL, NULL, 'shape2@mirror.example', NULL, NULL, '"full_name"', false, false, NULL),
    (regress.id(9), NULL, NULL, 'shape3@mirror.example', NULL, NULL, '{"full_name": {"first": "A"}, "name": ["B"]}', false, false, NULL),
    (regress.id(10), NULL, NULL, 'shape4@mirror.example', NULL, NULL, '{"full_name": null, "name": "By name"}', false, false, NULL),
    (regress.id(11), NULL, NULL, 'no address', NULL, NULL, jsonb_build_object('full_name', E'Zoë\n\u202e  ' || repeat('x', 5)), false, false, NULL),
    (regress.id(12), NULL, NULL, 'long@mirror.example', NULL, NULL, jsonb_build_object('full_name', repeat('é', 10000)), false, false, NULL),
    -- What somebody can write into their own metadata, or a hook into theirs, decides nothing.
    (regress.id(13), 'super_admin', 'super_admin', 'claims@mirror.example', NULL, NULL, jsonb_build_object('role', 'super_admin', 'status', 'active', 'user_id', regress.id(1),
        'organization_id', :'org', 'organization', 'mirror', 'email', 'boss@mirror.example', 'email_confirmed_at', now(), 'email_verified', true, 'display_name', 'Boss',
        'deleted_at', now(), 'tokens_not_before', '1970-01-01', 'source', 'rowhouse.accounts', 'external_key', '1', 'is_super_admin', true), false, false, NULL);
UPDATE auth.users SET is_super_admin = true, raw_app_meta_data = raw_user_meta_data || '{"roles": ["super_admin", "owner"]}' WHERE id = regress.id(13);
RESET ROLE;
SELECT email, phone, left(full_name, 20) AS full_name, char_length(full_name) AS length, email_confirmed_at IS NOT NULL AS confirmed, is_anonymous, deleted_at, role, status
FROM regress.shown ORDER BY user_id;
SELECT display_name, external_key, tokens_not_before FROM regress.shown WHERE email LIKE 'claims%';
SELECT count(*) AS memberships FROM rowhouse.members m JOIN regress.shown USING (user_id);
SELECT regress.sync_state('auth.users');
SELECT rowhouse.sync_profiles() AS nothing_to_do;

-- The anonymous user signs up for good; an address is confirmed; it changes, and is not confirmed yet.
SET ROLE regress_auth_admin;
UPDATE auth.users SET email = 'named@mirror.example', is_anonymous = false WHERE id = regress.id(3);
UPDATE auth.users SET email_confirmed_at = '2026-05-05' WHERE id IN (regress.id(1), regress.id(3));
UPDATE auth.users SET email_change = 'later@mirror.example', email_change_sent_at = now() WHERE id = regress.id(3);
RESET ROLE;
SELECT email, email_confirmed_at, is_anonymous FROM regress.shown WHERE user_id IN (regress.id(1), regress.id(3)) ORDER BY user_id;

-- An invited member joins with a confirmed address, and with no other.
BEGIN;
SELECT regress.act_as('boss@mirror.example');
SELECT count(rowhouse.add_member(:'org', who || '@mirror.example')) FROM unnest(ARRAY['JOINER', 'gone', 'claims', 'phoned']) who;
COMMIT;
CREATE VIEW regress.joined AS SELECT email_key, status, user_id IS NOT NULL AS joined FROM rowhouse.members WHERE organization_id = (SELECT id FROM rowhouse.organizations WHERE slug = 'mirror') AND role <> 'owner';
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, phone, phone_confirmed_at, email_confirmed_at, deleted_at) VALUES
    (regress.id(20), 'Joiner@mirror.example', NULL, NULL, NULL, NULL), (regress.id(21), 'phoned@mirror.example', '12025550124', now(), NULL, NULL);
UPDATE auth.users SET email_confirmed_at = now() WHERE id = regress.id(5); -- deleted
RESET ROLE;
SELECT confirmed_at IS NOT NULL AS the_phone_is_confirmed FROM auth.users WHERE id = regress.id(21);
SELECT * FROM regress.joined ORDER BY 1;
SELECT (rowhouse.sync_status() ->> 'unjoined')::int AS unjoined;
SET ROLE regress_auth_admin;
UPDATE auth.users SET email_confirmed_at = now() WHERE id = regress.id(20);
RESET ROLE;
SELECT * FROM regress.joined ORDER BY 1;

-- A sign-in changes the account, and leaves the profile alone.
SELECT xmin AS before FROM rowhouse.user_profiles WHERE user_id = regress.id(1) \gset
SET ROLE regress_auth_admin;
UPDATE auth.users SET last_sign_in_at = now(), updated_at = now(), raw_user_meta_data = raw_user_meta_data || '{"avatar_url": "y"}' WHERE id = regress.id(1);
RESET ROLE;
SELECT xmin = :'before'::xid AS untouched FROM rowhouse.user_profiles WHERE user_id = regress.id(1);

-- The person changes the display name of the own profile, and nothing else of anybody.
SELECT rowhouse.issue_token(regress.id(1)) AS ann, rowhouse.issue_token(regress.id(13)) AS claims \gset
SET ROLE regress_app;
BEGIN;
SELECT set_config('rowhouse.token', :'ann', true) IS NOT NULL AS logged_in;
SELECT what, regress.try('UPDATE rowhouse.user_profiles SET ' || what) FROM unnest(ARRAY['display_name = ''Annie''', 'display_name = repeat(''x'', 201)',
    'display_name = repeat(''é'', 200)', 'display_name = ''Not mine'' WHERE user_id <> rowhouse.user_id()', 'display_name = ''Annie'' WHERE user_id = rowhouse.user_id()',
    'full_name = ''X''', 'display_name = ''X'', role = ''super_admin''', 'role = ''super_admin''', 'status = ''active''', 'email = ''boss@mirror.example''',
    'email_confirmed_at = now()', 'phone = NULL', 'is_anonymous = false', 'deleted_at = NULL', 'tokens_not_before = NULL', 'source = ''rowhouse.accounts''',
    'user_id = gen_random_uuid()', 'external_key = ''1''', 'updated_at = now()', 'created_at = now()']) what;
SELECT regress.try('DELETE FROM rowhouse.user_profiles'), regress.try($$INSERT INTO rowhouse.user_profiles (user_id, source, display_name) VALUES (gen_random_uuid(), 'auth.users', 'X')$$);
COMMIT;
BEGIN; SELECT regress.try('UPDATE rowhouse.user_profiles SET display_name = ''Nobody''') AS nobody; COMMIT;
BEGIN; SELECT set_config('rowhouse.token', :'claims', true) IS NOT NULL AS logged_in; SELECT count(*), max(email) FROM rowhouse.user_profiles; SELECT rowhouse.context() #> '{user,super_admin}' AS super_admin; COMMIT;
RESET ROLE;
SELECT email, display_name FROM regress.shown WHERE display_name IS NOT NULL;
-- The next sign-in brings a new name from the provider.
SET ROLE regress_auth_admin;
UPDATE auth.users SET last_sign_in_at = now(), raw_user_meta_data = '{"full_name": "Ann of the Provider", "display_name": "Overwritten"}' WHERE id = regress.id(1);
RESET ROLE;
SELECT rowhouse.sync_profiles() -> 'stale' AS stale;
SELECT full_name, display_name FROM regress.shown WHERE user_id = regress.id(1);

-- Deleted for a while: tokens are refused, and those of before stay dead. Suspended stays suspended.
UPDATE rowhouse.user_profiles SET status = 'suspended' WHERE user_id = regress.id(13);
SELECT regress.try($$UPDATE rowhouse.user_profiles SET status = 'deleted' WHERE user_id = regress.id(13)$$) AS no_such_status;
SELECT regress.who(:'ann') AS ann, regress.who(:'claims') AS suspended;
SET ROLE regress_auth_admin;
UPDATE auth.users SET deleted_at = now() WHERE id IN (regress.id(1), regress.id(13), regress.id(20));
RESET ROLE;
SELECT email, deleted_at IS NOT NULL AS deleted, status, tokens_not_before = deleted_at AS dead_from_now FROM regress.shown WHERE user_id IN (regress.id(1), regress.id(13)) ORDER BY user_id;
SELECT regress.who(:'ann') AS ann, regress.who(:'claims') AS suspended, regress.who(rowhouse.issue_token(regress.id(1))) AS new_token;
SELECT email_key, status, joined AS left_again FROM regress.joined WHERE email_key LIKE 'joiner%';
SELECT regress.sync_state('auth.users');
SET ROLE regress_auth_admin;
UPDATE auth.users SET updated_at = now() WHERE id = regress.id(1); -- deleted still
UPDATE auth.users SET deleted_at = NULL WHERE deleted_at IS NOT NULL AND id <> regress.id(5);
RESET ROLE;
SELECT email, deleted_at, status, tokens_not_before IS NOT NULL AS marked FROM regress.shown WHERE user_id IN (regress.id(1), regress.id(13)) ORDER BY user_id;
SELECT regress.who(:'ann') AS old_token, regress.who(rowhouse.issue_token(regress.id(1))) AS new_token, regress.who(rowhouse.issue_token(regress.id(13))) AS suspended;
SELECT display_name FROM regress.shown WHERE user_id = regress.id(1);
SELECT * FROM regress.joined WHERE email_key LIKE 'joiner%';

-- Deleted for good, and the same id again. A new id for the same person, TRUNCATE, nothing at all, MERGE and COPY.
SET ROLE regress_auth_admin;
DELETE FROM auth.users WHERE id IN (regress.id(1), regress.id(7));
INSERT INTO auth.users (id, email) VALUES (regress.id(1), 'ann@mirror.example');
UPDATE auth.users SET email = email WHERE false;
DELETE FROM auth.users WHERE false;
MERGE INTO auth.users u USING (VALUES (regress.id(8), 'merged1@mirror.example'), (regress.id(30), 'merged2@mirror.example')) m(id, email) ON u.id = m.id
    WHEN MATCHED THEN UPDATE SET email = m.email WHEN NOT MATCHED THEN INSERT (id, email) VALUES (m.id, m.email);
INSERT INTO auth.users (id, email) VALUES (regress.id(30), 'conflict@mirror.example'), (regress.id(31), 'upsert@mirror.example') ON CONFLICT (id) DO UPDATE SET email = excluded.email;
COPY auth.users (id, email) FROM stdin;
00000000-0000-4000-8000-000000000020	copied@mirror.example
\.
RESET ROLE;
SELECT email, deleted_at IS NOT NULL AS deleted FROM regress.shown WHERE user_id IN (regress.id(1), regress.id(7), regress.id(8), regress.id(30), regress.id(31), regress.id(32)) ORDER BY user_id;
SELECT regress.who(:'ann') AS old_token;
SELECT regress.sync_state('auth.users');
SET ROLE regress_auth_admin;
UPDATE auth.users SET id = regress.id(40) WHERE id = regress.id(31);
RESET ROLE;
SELECT rowhouse.sync_profiles() ->> 'failed' AS failed;
SELECT email, deleted_at IS NOT NULL AS deleted FROM regress.shown WHERE user_id IN (regress.id(31), regress.id(40)) ORDER BY user_id;
SELECT count(*) AS living FROM regress.shown WHERE deleted_at IS NULL \gset
SET ROLE regress_auth_admin;
TRUNCATE auth.users;
RESET ROLE;
SELECT (regress.sync_state('auth.users') ->> 'orphaned')::int = :living AS all_orphaned;
SELECT (rowhouse.sync_profiles() ->> 'orphaned')::int = :living AS marked;
SELECT count(*) FILTER (WHERE deleted_at IS NULL) AS living, count(*) > 0 AS kept FROM regress.shown;

SELECT count(*) AS detached FROM rowhouse.detach_profiles('auth.users');
DELETE FROM rowhouse.user_profiles WHERE user_id <= regress.id(100000); -- the next suite has the same ids
SET client_min_messages = warning;
DROP SCHEMA auth CASCADE;
SELECT rowhouse.sync_status() - 'total_auth_users' - 'total_profiles' - 'sources' AS in_the_end;
