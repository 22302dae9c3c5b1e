-- The mirror of accounts: every account has a profile, and no sign-up fails because of it.
\set SHOW_CONTEXT never
SELECT trigger_name, event_manipulation, action_timing, action_orientation FROM information_schema.triggers
WHERE event_object_schema = 'rowhouse' AND event_object_table = 'accounts' ORDER BY 1;
SELECT (rowhouse.sync_status() ->> 'missing_profiles')::int AS missing;

-- One by one and many at once.
SELECT count(rowhouse.register('one@profiles.example', 'correct horse', 'One'));
INSERT INTO rowhouse.accounts (email, password_hash, full_name) SELECT format('many-%s@profiles.example', i), '*', 'Many' FROM generate_series(1, 1000) i;
SELECT count(*), count(DISTINCT p.source) FROM rowhouse.user_profiles p JOIN rowhouse.accounts a ON a.id = p.user_id
WHERE a.email LIKE '%@profiles.example' AND (p.email, p.full_name) IS NOT DISTINCT FROM (a.email, a.full_name);

-- Changes follow; what did not change is not written again.
UPDATE rowhouse.accounts SET full_name = 'One More' WHERE email = 'one@profiles.example';
SELECT full_name FROM rowhouse.user_profiles WHERE email = 'one@profiles.example';
SELECT xmin AS before FROM rowhouse.user_profiles WHERE email = 'one@profiles.example' \gset
UPDATE rowhouse.accounts SET last_login_at = now() WHERE email = 'one@profiles.example';
SELECT xmin = :'before'::xid AS untouched FROM rowhouse.user_profiles WHERE email = 'one@profiles.example';

-- An invited member joins with the confirmation of the address, not before.
SELECT rowhouse.bootstrap('boss@profiles.example', 'correct horse', 'profiles', 'Profiles') IS NOT NULL AS made;
BEGIN; SELECT regress.act_as('boss@profiles.example'); SELECT rowhouse.add_member(rowhouse.organization_id(), 'NEW@profiles.example', 'admin') ->> 'status' AS status; COMMIT;
SELECT count(rowhouse.register('new@profiles.example', 'correct horse'));
SELECT role, status, user_id IS NOT NULL AS joined FROM rowhouse.members WHERE email_key = 'new@profiles.example';
SELECT rowhouse.confirm_account('New@Profiles.example') ->> 'email' AS confirmed;
SELECT role, status, user_id IS NOT NULL AS joined FROM rowhouse.members WHERE email_key = 'new@profiles.example';
SELECT rowhouse.confirm_account('new@profiles.example') ->> 'email' AS again;
SELECT regress.try($$SELECT rowhouse.confirm_account('nobody@profiles.example')$$);

-- The fault: profiles cannot be written. The sign-up goes through, the failure is on record, the status says so.
ALTER TABLE rowhouse.user_profiles ADD CONSTRAINT planted CHECK (full_name <> 'Planted') NOT VALID;
SELECT rowhouse.register('planted@profiles.example', 'correct horse', 'Planted') ->> 'email' AS signed_up;
SELECT a.email, f.sqlstate, f.message FROM rowhouse.profile_sync_failures f JOIN rowhouse.accounts a ON a.id = f.account_id;
SELECT rowhouse.sync_status() - 'total_auth_users' - 'total_profiles' - 'sync_percentage' - 'sources' AS status, rowhouse.health() ->> 'status' AS health;
SELECT rowhouse.login('planted@profiles.example', 'correct horse') -> 'user' ->> 'email' AS can_log_in;
ALTER TABLE rowhouse.user_profiles DROP CONSTRAINT planted;
SELECT rowhouse.sync_profiles(dry_run => true) - 'unreadable' AS would_be;
SELECT rowhouse.sync_profiles() - 'unreadable' AS repaired;
SELECT rowhouse.sync_profiles() - 'unreadable' AS again;
SELECT rowhouse.sync_status() - 'total_auth_users' - 'total_profiles' - 'sources' AS status, rowhouse.health() ->> 'status' AS health;

-- A deleted account leaves its profile behind, marked, and its tokens die.
SELECT rowhouse.issue_token(id) AS token FROM rowhouse.accounts WHERE email = 'one@profiles.example' \gset
DELETE FROM rowhouse.accounts WHERE email = 'one@profiles.example';
SELECT status, deleted_at IS NOT NULL AS deleted FROM rowhouse.user_profiles WHERE email = 'one@profiles.example';
BEGIN; SELECT set_config('rowhouse.token', :'token', true) IS NOT NULL AS set; SELECT regress.try('SELECT rowhouse.user_id()'); COMMIT;
SELECT regress.try('SELECT rowhouse.on_auth_user_created()');
