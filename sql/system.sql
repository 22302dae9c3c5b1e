-- System context, and the trail of attempts.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('ann@system.example', 'correct horse', 'system-a', 'A') #>> '{organization,id}' AS a \gset
SELECT rowhouse.bootstrap('ben@system.example', 'correct horse', 'system-b', 'B') #>> '{organization,id}' AS b \gset
SELECT rowhouse.bootstrap('root@system.example', 'correct horse', 'system-r', 'R') IS NOT NULL AS made;
SELECT rowhouse.set_super_admin('root@system.example');
CREATE TABLE regress.files (id integer PRIMARY KEY, name text);
INSERT INTO regress.files VALUES (0, 'of nobody');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('regress.files');
GRANT SELECT, INSERT, UPDATE, DELETE ON regress.files TO regress_app;
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('ann@system.example'); INSERT INTO regress.files VALUES (1, 'of A'); COMMIT;
BEGIN; SELECT regress.act_as('ben@system.example'); INSERT INTO regress.files VALUES (2, 'of B'); COMMIT;

-- Nobody, an ordinary owner, no reason: refused.
SELECT regress.try($$SELECT rowhouse.begin_system('curious')$$);
BEGIN; SELECT regress.act_as('ann@system.example'); SELECT regress.try($$SELECT rowhouse.begin_system('curious')$$); COMMIT;
BEGIN;
SELECT regress.act_as('root@system.example');
SELECT regress.try(format('SELECT rowhouse.begin_system(%L)', r)) FROM unnest(ARRAY[NULL, '', E' \n', repeat('x', 1001)]) r;
COMMIT;

-- A super admin sees all, rows of nobody too, until the transaction ends.
BEGIN;
SELECT regress.act_as('root@system.example');
SELECT count(*) AS before FROM regress.files;
SELECT rowhouse.begin_system('ticket 4711') > now() AS begun;
SELECT id, name FROM regress.files ORDER BY id;
UPDATE regress.files SET name = 'mended' WHERE id = 2;
SELECT regress.try($$SELECT rowhouse.begin_system('again')$$) AS once_is_enough;
SELECT current_user;
-- Never keys or accounts, and no way to another role.
SELECT what, regress.try(what) FROM unnest(ARRAY['SELECT * FROM rowhouse.signing_keys', 'SELECT * FROM rowhouse.accounts',
    'UPDATE rowhouse.user_profiles SET role = ''super_admin''', 'SELECT rowhouse.issue_token(gen_random_uuid())', 'SET ROLE regress_app',
    'RESET ROLE', 'SET SESSION AUTHORIZATION DEFAULT', 'SELECT * FROM rowhouse.system_contexts']) what;
COMMIT;
SELECT current_user, (SELECT count(*) FROM regress.files) AS after;

-- end_system() ends it before the transaction does; so do a rollback and the rollback of the savepoint it began in.
BEGIN;
SELECT regress.act_as('root@system.example');
SELECT rowhouse.begin_system('short') IS NOT NULL AS begun;
SELECT count(*) FROM regress.files;
SELECT rowhouse.end_system(), rowhouse.end_system() AS again;
SELECT count(*) FROM regress.files;
SAVEPOINT s;
SELECT rowhouse.begin_system('in a savepoint') IS NOT NULL AS begun;
SELECT count(*) FROM regress.files;
ROLLBACK TO s;
SELECT current_user, count(*) FROM regress.files;
SAVEPOINT s;
SELECT rowhouse.begin_system('in a savepoint that is kept') IS NOT NULL AS begun;
RELEASE s;
SELECT count(*) FROM regress.files;
ROLLBACK;
SELECT current_user, (SELECT count(*) FROM regress.files) AS after;

-- Within a security-definer function it can neither begin nor end.
RESET ROLE;
CREATE FUNCTION regress.definer(what text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN regress.try(what); END $$;
BEGIN;
SELECT regress.act_as('root@system.example');
SELECT regress.definer($$SELECT rowhouse.begin_system('sneaky')$$);
SET LOCAL ROLE regress_app;
SELECT rowhouse.begin_system('open') IS NOT NULL AS begun;
SELECT regress.definer('SELECT rowhouse.end_system()');
SELECT current_user;
COMMIT;
SELECT current_user = session_user AS back;
DROP FUNCTION regress.definer;

-- P22: a prepared plan knows the difference, and ordinary members keep their index.
SET ROLE regress_app;
PREPARE all_files AS SELECT count(*) FROM regress.files;
SET plan_cache_mode = force_generic_plan;
BEGIN; SELECT regress.act_as('root@system.example'); EXECUTE all_files; SELECT rowhouse.begin_system('plans') IS NOT NULL AS begun; EXECUTE all_files; SELECT rowhouse.end_system(); EXECUTE all_files; COMMIT;
RESET plan_cache_mode;
DEALLOCATE all_files;

-- The time limit: a statement that comes after it is refused.
RESET ROLE;
SET rowhouse.system_timeout = '1s';
SET ROLE regress_app;
SELECT regress.try('SET rowhouse.system_timeout = ''1 h''');
BEGIN;
SELECT regress.act_as('root@system.example');
SELECT rowhouse.begin_system('slow') IS NOT NULL AS begun;
SELECT count(pg_sleep(0.05)) FROM generate_series(1, 100);
ROLLBACK;
RESET ROLE;
RESET rowhouse.system_timeout;

-- An operator needs no token. The trail has every one of them, those rolled back too.
CREATE ROLE regress_operator IN ROLE rowhouse_admin;
SET ROLE regress_operator;
BEGIN; SELECT rowhouse.begin_system('operator') IS NOT NULL AS begun; SELECT count(*) FROM rowhouse.members WHERE email LIKE '%@system.example'; ROLLBACK;
RESET ROLE;
SELECT p.email AS who, s.reason FROM rowhouse.system_contexts s LEFT JOIN rowhouse.user_profiles p ON p.user_id = s.begun_by ORDER BY s.id;

-- The trail of attempts: refused rows are counted, also when they are rolled back; ordinary writes are not.
SELECT rowhouse.health() -> 'refused_writes' AS before \gset
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@system.example');
INSERT INTO regress.files VALUES (3, 'own');
SELECT regress.try(format('INSERT INTO regress.files VALUES (4, %L, %L)', 'theirs', :'b'));
SELECT regress.try(format('UPDATE regress.files SET organization_id = %L WHERE id = 1', :'b'));
SELECT regress.try('INSERT INTO regress.files VALUES (5, ''nobody'', NULL)');
ROLLBACK;
SELECT regress.try('INSERT INTO regress.files VALUES (6, ''without a context'')');
SELECT rowhouse.refuse('regress.files', 'organization') AS by_hand_too, rowhouse.refuse(1::oid::regclass, 'x') AS nonsense;
RESET ROLE;
SELECT (rowhouse.health() -> 'refused_writes')::int - :before AS refused;
DROP TABLE regress.files;
DROP OWNED BY regress_operator;
DROP ROLE regress_operator;
