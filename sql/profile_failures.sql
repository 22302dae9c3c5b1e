-- A sign-up never fails because of the mirror. Every case: a fault is planted, auth.users is written and committed, what
-- failed is on record, the others are there; the fault is mended, sync_profiles() does the rest, nothing is left.
\set SHOW_CONTEXT never
SELECT regress.make_supabase();
SET ROLE regress_dba;
SELECT rowhouse.attach_profiles() ->> 'missing' AS missing;
RESET ROLE;
-- The profiles table lacks a column.
ALTER TABLE rowhouse.user_profiles RENAME COLUMN phone TO phone_away;
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('column', 10);
UPDATE auth.users SET phone = '12025550101' WHERE id = regress.id(11);
DELETE FROM auth.users WHERE id = regress.id(13);
RESET ROLE;
SELECT a.email, f.sqlstate, f.message FROM rowhouse.profile_sync_failures f LEFT JOIN auth.users a ON a.id = f.account_id WHERE f.source = 'auth.users'::regclass ORDER BY f.id;
SELECT left(regress.try('SELECT rowhouse.sync_status()'), 6) AS answers;
SELECT "check", passed FROM rowhouse.verify_profiles() WHERE NOT passed;
ALTER TABLE rowhouse.user_profiles RENAME COLUMN phone_away TO phone;
SELECT * FROM regress.repaired();
SELECT * FROM regress.mirrored('');

-- A unique clash.
CREATE UNIQUE INDEX planted ON rowhouse.user_profiles (full_name) WHERE full_name = 'Bad' AND deleted_at IS NULL;
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('clash-a', 20);
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('clash-b', 23);
UPDATE auth.users SET raw_user_meta_data = '{"full_name": "Bad"}' WHERE email LIKE 'clash-a%' OR email LIKE 'clash-b1%';
RESET ROLE;
SELECT account, profile, left(failure, 5) AS sqlstate FROM regress.mirrored('clash');
SELECT DISTINCT message FROM rowhouse.profile_sync_failures WHERE source = 'auth.users'::regclass;
SELECT regress.sync_state('auth.users');
SELECT (rowhouse.sync_profiles() - 'next') AS cannot_yet;
SELECT regress.sync_state('auth.users') -> 'status' AS status, count(DISTINCT account_id) = count(*) AS one_record_each FROM rowhouse.profile_sync_failures WHERE source = 'auth.users'::regclass;
DROP INDEX rowhouse.planted;
SELECT * FROM regress.repaired();
SELECT count(*) AS right FROM regress.mirrored('clash') WHERE profile = 'right' AND failure IS NULL;

-- A CHECK that a value of the metadata breaks, in an INSERT and in an UPDATE.
ALTER TABLE rowhouse.user_profiles ADD CONSTRAINT planted CHECK (full_name <> 'Bad') NOT VALID;
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('check', 30);
UPDATE auth.users SET raw_user_meta_data = jsonb_build_object('full_name', CASE email WHEN 'check3@failures.example' THEN 'Bad' ELSE 'Better' END) WHERE email LIKE 'check%' AND id <> regress.id(32);
RESET ROLE;
SELECT * FROM regress.mirrored('check');
SELECT full_name FROM rowhouse.user_profiles WHERE email LIKE 'check%@failures.example' ORDER BY email;
ALTER TABLE rowhouse.user_profiles DROP CONSTRAINT planted;
SELECT * FROM regress.repaired();
SELECT count(*) AS right FROM regress.mirrored('check') WHERE profile = 'right' AND failure IS NULL;

-- An error that is nobody's fault, from a trigger on the profiles, of every class: only what ends a statement may end it.
CREATE FUNCTION regress.planted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.full_name = 'Bad' THEN
        RAISE EXCEPTION USING MESSAGE = 'planted', ERRCODE = current_setting('regress.sqlstate');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER planted BEFORE INSERT OR UPDATE ON rowhouse.user_profiles FOR EACH ROW EXECUTE FUNCTION regress.planted();
SET regress.sqlstate = '40001'; INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('class-a', 40);
SET regress.sqlstate = '40P01'; INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('class-b', 43);
SET regress.sqlstate = '53200'; INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('class-c', 46);
SET regress.sqlstate = 'XX000'; INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('class-d', 50);
SET regress.sqlstate = 'P0001'; INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('class-e', 53);
SET regress.sqlstate = '58030'; INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('class-f', 56);
SET regress.sqlstate = '57014'; SELECT regress.try($$INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('class-g', 60)$$) AS cancelled;
SELECT account, profile, left(failure, 13) AS failure FROM regress.mirrored('class') WHERE profile <> 'right' OR failure IS NOT NULL;
DROP TRIGGER planted ON rowhouse.user_profiles;
SELECT * FROM regress.repaired();

-- A timeout of the statement itself ends it, and counts as no failure of the mirror.
CREATE FUNCTION regress.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
CREATE TRIGGER slow BEFORE INSERT ON rowhouse.user_profiles FOR EACH ROW EXECUTE FUNCTION regress.slow();
BEGIN;
SET LOCAL statement_timeout = '200ms';
INSERT INTO auth.users (id, email) VALUES (regress.id(70), 'slow@failures.example');
ROLLBACK;
DROP TRIGGER slow ON rowhouse.user_profiles;
SELECT regress.sync_state('auth.users') ->> 'failed' AS failed;

-- A revoked right: on profiles; on the record of failures too; on the accounts.
REVOKE INSERT, UPDATE ON rowhouse.user_profiles FROM rowhouse_system;
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('right-a', 80);
RESET ROLE;
SELECT * FROM regress.mirrored('right');
SELECT (rowhouse.sync_profiles() - 'next') AS cannot_yet;
REVOKE INSERT ON rowhouse.profile_sync_failures FROM rowhouse_system;
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('right-b', 83);
RESET ROLE;
SELECT * FROM regress.mirrored('right-b');
SELECT regress.sync_state('auth.users');
GRANT INSERT ON rowhouse.profile_sync_failures TO rowhouse_system;
GRANT INSERT, UPDATE ON rowhouse.user_profiles TO rowhouse_system;
SELECT * FROM regress.repaired();
SELECT count(*) AS right FROM regress.mirrored('right') WHERE profile = 'right' AND failure IS NULL;
SET ROLE regress_auth_admin;
REVOKE SELECT ON auth.users FROM regress_auth_admin;
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('right-c', 86);
RESET ROLE;
SELECT * FROM regress.mirrored('right-c');
SELECT regress.sync_state('auth.users') AS the_status_says_so;
GRANT SELECT ON auth.users TO regress_auth_admin;
SELECT * FROM regress.repaired();

-- A column of the accounts is renamed, or dropped: the accounts that fail are on record; attach_profiles finds the new name.
ALTER TABLE auth.users RENAME COLUMN phone TO phone_number;
SET ROLE regress_auth_admin;
INSERT INTO auth.users (id, email, raw_user_meta_data) SELECT * FROM regress.three('renamed', 110);
RESET ROLE;
SELECT account_id IS NOT NULL AS known, sqlstate, message, count(*) FROM rowhouse.profile_sync_failures WHERE source = 'auth.users'::regclass GROUP BY 1, 2, 3;
SELECT regress.sync_state('auth.users');
SELECT regress.try('SELECT rowhouse.sync_profiles()') AS the_others_go_on;
SELECT "check", passed, detail FROM rowhouse.verify_profiles() WHERE NOT passed;
SET ROLE regress_dba;
SELECT rowhouse.attach_profiles('auth.users', '{"phone": "phone_number"}') AS found_again;
RESET ROLE;
ALTER TABLE auth.users RENAME COLUMN phone_number TO phone;
SET ROLE regress_dba;
SELECT rowhouse.attach_profiles() - 'columns' AS and_again;
RESET ROLE;
SELECT * FROM regress.repaired();
SELECT count(*) AS right FROM regress.mirrored('renamed') WHERE profile = 'right' AND failure IS NULL;

-- Text that no profile can hold: json that jsonb would refuse, in a table of one's own.
CREATE TABLE regress.raw_accounts (id uuid PRIMARY KEY, email text, data json, born date);
SELECT rowhouse.attach_profiles('regress.raw_accounts', '{"metadata": "data", "confirmed": "born"}') ->> 'missing' AS missing;
INSERT INTO regress.raw_accounts VALUES (regress.id(131), 'raw1@failures.example', '{"full_name": "Good"}'), (regress.id(132), 'raw2@failures.example', '{"full_name": "a\u0000b"}'),
    (regress.id(133), 'raw3@failures.example', '{"name": "\ud800"}'), (regress.id(134), 'raw4@failures.example', '{"full_name": "Good", "name": "\u0000"}');
SELECT a.email, p.full_name, f.sqlstate, f.message FROM regress.raw_accounts a LEFT JOIN rowhouse.user_profiles p ON p.user_id = a.id
LEFT JOIN rowhouse.profile_sync_failures f ON f.account_id = a.id AND f.source = 'regress.raw_accounts'::regclass ORDER BY 1;
SELECT regress.sync_state('regress.raw_accounts');
UPDATE regress.raw_accounts SET data = '{"full_name": "Mended"}' WHERE email = 'raw2@failures.example';
UPDATE regress.raw_accounts SET data = NULL WHERE email IN ('raw3@failures.example', 'raw4@failures.example');
SELECT rowhouse.sync_profiles() - 'missing' AS synced;
SELECT regress.sync_state('regress.raw_accounts');
SELECT count(*) AS detached FROM rowhouse.detach_profiles('regress.raw_accounts');

SELECT count(*) AS detached FROM rowhouse.detach_profiles('auth.users');
DELETE FROM rowhouse.user_profiles WHERE user_id <= regress.id(100000); -- the next suite has the same ids
SET client_min_messages = warning;
DROP SCHEMA auth CASCADE;
DROP TABLE regress.raw_accounts;
SELECT rowhouse.sync_status() - 'total_auth_users' - 'total_profiles' - 'sources' AS in_the_end;
