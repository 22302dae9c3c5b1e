-- Context: tokens, keys, rotation, expiry, and the choice of the organization.
\set SHOW_CONTEXT never
SELECT jsonb_pretty(rowhouse.bootstrap('ann@example.com', 'correct horse', 'context-a', 'Context A') #- '{user,id}' #- '{organization,id}' #- '{organization,created_at}');
SELECT rowhouse.register('ben@example.com', 'correct horse', ' Ben ') - 'id' - 'created_at' AS registered;
SELECT rowhouse.add_signing_key('other', 'HS256', 'another key of this suite, 32+ bytes long');

-- Tokens made by hand: header, payload and key as they come.
CREATE FUNCTION regress.base64url(bytes bytea) RETURNS text LANGUAGE sql
    RETURN rtrim(translate(encode(bytes, 'base64'), E'+/\n', '-_'), '=');
CREATE FUNCTION regress.sign(header text, payload text, key text DEFAULT 'a key of the regression suites, 32+ bytes') RETURNS text LANGUAGE sql AS $$
    SELECT input || '.' || regress.base64url(public.hmac(convert_to(input, 'UTF8'), convert_to(key, 'UTF8'), 'sha256'))
    FROM (SELECT regress.base64url(convert_to(header, 'UTF8')) || '.' || regress.base64url(convert_to(payload, 'UTF8')) AS input) i
$$;
CREATE FUNCTION regress.asks(token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('rowhouse.token', token, true);
    RETURN coalesce((SELECT email FROM rowhouse.accounts WHERE id = rowhouse.user_id()), rowhouse.user_id()::text, 'nobody');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT id AS ann FROM rowhouse.accounts WHERE email = 'ann@example.com' \gset
SELECT id AS ben FROM rowhouse.accounts WHERE email = 'ben@example.com' \gset
CREATE TABLE regress.sample AS SELECT :'ann' AS ann, extract(epoch FROM now())::bigint AS now,
    '{"alg":"HS256","kid":"regress"}' AS h, format('{"sub":"%s","exp":%s}', :'ann', extract(epoch FROM now())::bigint + 600) AS p;

-- The battery of JWT faults (RFC 8725): only those marked "good" may say ann.
SELECT fault, regress.asks(token) AS answer FROM regress.sample s, LATERAL (VALUES
    ('good', regress.sign(h, p)),
    ('good: typ JWT', regress.sign('{"typ":"jwt","alg":"HS256","kid":"regress"}', p)),
    ('J1 alg none', regress.sign('{"alg":"none","kid":"regress"}', p)),
    ('J1 alg None', regress.sign('{"alg":"None"}', p)),
    ('J1 no alg', regress.sign('{"kid":"regress"}', p)),
    ('J1 empty signature', regexp_replace(regress.sign(h, p), '[^.]*$', '')),
    ('J1 signature of another text', regress.sign(h, p) || 'A'),
    ('J2 alg RS256', regress.sign('{"alg":"RS256","kid":"regress"}', p)),
    ('J2 alg HS512', regress.sign('{"alg":"HS512","kid":"regress"}', p)),
    ('J2 alg no string', regress.sign('{"alg":["HS256"],"kid":"regress"}', p)),
    ('J3 crit', regress.sign('{"alg":"HS256","kid":"regress","crit":["exp"]}', p)),
    ('J3 jwk', regress.sign('{"alg":"HS256","kid":"regress","jwk":{"kty":"oct","k":"AA"}}', p)),
    ('J3 jku', regress.sign('{"alg":"HS256","kid":"regress","jku":"https://e.com"}', p)),
    ('J3 x5c', regress.sign('{"alg":"HS256","kid":"regress","x5c":[]}', p)),
    ('J4 unknown kid', regress.sign('{"alg":"HS256","kid":"nobody"}', p)),
    ('J4 kid with SQL', regress.sign('{"alg":"HS256","kid":"x'' OR ''1''=''1"}', p)),
    ('J4 kid with a path', regress.sign('{"alg":"HS256","kid":"../../dev/null"}', p, '')),
    ('J4 kid with NUL', regress.sign('{"alg":"HS256","kid":"regress\u0000"}', p)),
    ('J4 kid too long', regress.sign(format('{"alg":"HS256","kid":"%s"}', repeat('k', 129)), p)),
    ('J4 kid a number', regress.sign('{"alg":"HS256","kid":1}', p)),
    ('J4 key of the other kid', regress.sign('{"alg":"HS256","kid":"other"}', p)),
    ('good: J5 no kid, second key', regress.sign('{"alg":"HS256"}', p, 'another key of this suite, 32+ bytes long')),
    ('J6 no exp', regress.sign(h, format('{"sub":"%s"}', ann))),
    ('J6 exp 0', regress.sign(h, format('{"sub":"%s","exp":0}', ann))),
    ('J6 exp negative', regress.sign(h, format('{"sub":"%s","exp":-1}', ann))),
    ('good: J6 exp a fraction', regress.sign(h, format('{"sub":"%s","exp":%s.5}', ann, now + 600))),
    ('J6 exp 1e400', regress.sign(h, format('{"sub":"%s","exp":1e400}', ann))),
    ('J6 exp a string', regress.sign(h, format('{"sub":"%s","exp":"%s"}', ann, now + 600))),
    ('J6 exp beyond 2^53', regress.sign(h, format('{"sub":"%s","exp":9007199254740993}', ann))),
    ('J6 exp in milliseconds', regress.sign(h, format('{"sub":"%s","exp":%s000}', ann, now + 600))),
    ('J6 exp null', regress.sign(h, format('{"sub":"%s","exp":null}', ann))),
    ('J7 expired a second ago', regress.sign(h, format('{"sub":"%s","exp":%s}', ann, now - 1))),
    ('J8 nbf ahead', regress.sign(h, format('{"sub":"%s","exp":%s,"nbf":%s}', ann, now + 900, now + 600))),
    ('J8 nbf ahead, a fraction', regress.sign(h, format('{"sub":"%s","exp":4102444801,"nbf":4102444800.5}', ann))),
    ('good: J8 nbf within the leeway', regress.sign(h, format('{"sub":"%s","exp":%s,"nbf":%s}', ann, now + 900, now + 10))),
    ('J8 iat ahead', regress.sign(h, format('{"sub":"%s","exp":%s,"iat":%s}', ann, now + 900, now + 600))),
    ('J8 nbf a string', regress.sign(h, format('{"sub":"%s","exp":%s,"nbf":"0"}', ann, now + 900))),
    ('J10 no sub', regress.sign(h, format('{"exp":%s}', now + 600))),
    ('J10 sub a number', regress.sign(h, format('{"sub":1,"exp":%s}', now + 600))),
    ('J10 sub empty', regress.sign(h, format('{"sub":"","exp":%s}', now + 600))),
    ('J10 sub no uuid', regress.sign(h, format('{"sub":"ann@example.com","exp":%s}', now + 600))),
    ('J10 sub in braces', regress.sign(h, format('{"sub":"{%s}","exp":%s}', ann, now + 600))),
    ('J10 sub with a blank', regress.sign(h, format('{"sub":" %s","exp":%s}', ann, now + 600))),
    ('J10 sub with NUL', regress.sign(h, format('{"sub":"%s\u0000","exp":%s}', ann, now + 600))),
    ('J10 sub of 10 kB', regress.sign(h, format('{"sub":"%s","exp":%s}', repeat('a', 10240), now + 600))),
    ('J11 sub twice', regress.sign(h, format('{"sub":"%s","sub":"%s","exp":%s}', gen_random_uuid(), ann, now + 600))),
    ('J11 sub twice, escaped', regress.sign(h, format('{"sub":"%s","s\u0075b":"%s","exp":%s}', ann, ann, now + 600))),
    ('J11 alg twice', regress.sign('{"alg":"HS256","alg":"none","kid":"regress"}', p)),
    ('J11 unread claim twice', regress.sign(h, rtrim(p, '}') || ',"x":1,"x":2}')),
    ('J12 padding', replace(regress.sign(h, p), '.', '=.')),
    ('J12 a blank', regress.sign(h, p) || ' '),
    ('J12 a line break', E'\n' || regress.sign(h, p)),
    ('J12 two parts', regexp_replace(regress.sign(h, p), '\.[^.]*$', '')),
    ('J12 four parts', regress.sign(h, p) || '.AAAA'),
    ('J12 empty parts', '..'),
    ('J12 other alphabet', translate(regress.sign(h, p), '-_', '+/') || '+'),
    ('J12 loose last bits', left(regress.sign(h, p), -1) || translate(right(regress.sign(h, p), 1), 'AEIMQUYcgkosw048', 'BFJNRVZdhlptx159')),
    ('J13 over 8 kB', regress.sign(h, rtrim(p, '}') || format(',"x":"%s"}', repeat('x', 9000)))),
    ('J13 deep nesting', regress.sign(h, rtrim(p, '}') || ',"x":' || repeat('[', 500) || repeat(']', 500) || '}')),
    ('J13 many claims', regress.sign(h, rtrim(p, '}') || (SELECT string_agg(format(',"%s":1', i), '') FROM generate_series(1, 300) i) || '}')),
    ('J14 BOM', regress.sign(U&'\FEFF' || h, p)),
    ('J14 trailing bytes', regress.sign(h, p || '{}')),
    ('J14 trailing comma', regress.sign(h, rtrim(p, '}') || ',}')),
    ('J14 an array', regress.sign(h, '[' || p || ']')),
    ('J14 no JSON', regress.sign(h, 'sub=' || ann)),
    ('J20 typ of another kind', regress.sign('{"alg":"HS256","kid":"regress","typ":"secevent+jwt"}', p)),
    ('good: J23 role claim means nothing', regress.sign(h, rtrim(p, '}') || ',"role":"rowhouse_system"}')),
    ('garbage', 'garbage'),
    ('a megabyte', repeat('a', 1048576)),
    ('no token', '')
) t(fault, token);

-- J14: bytes that are no UTF-8, properly signed.
SELECT regress.asks(input || '.' || regress.base64url(public.hmac(convert_to(input, 'UTF8'), 'a key of the regression suites, 32+ bytes', 'sha256')))
FROM regress.sample, LATERAL (SELECT regress.base64url(convert_to(h, 'UTF8')) || '.' || regress.base64url(convert_to(rtrim(p, '}') || ',"x":"', 'UTF8') || '\xc0af' || '"}') AS input) i;

-- J19: rotation. Both keys live; the retired one is refused by the next transaction, although this backend knew its token.
SELECT rowhouse.issue_token(:'ann') AS old_token \gset
SELECT regress.asks(:'old_token');
SELECT rowhouse.add_signing_key('newer', 'HS256', repeat('n', 32));
SELECT rowhouse.issue_token(:'ann') AS new_token \gset
SELECT convert_from(decode(rpad(split_part(:'new_token', '.', 1), 44, '='), 'base64'), 'UTF8') ~ 'newer' AS newest_key_signs;
SELECT regress.asks(:'old_token') AS old, regress.asks(:'new_token') AS new;
SELECT rowhouse.retire_signing_key('other');
SELECT regress.asks(:'old_token') AS old, regress.asks(:'new_token') AS new;
SELECT rowhouse.retire_signing_key('newer');
SELECT rowhouse.retire_signing_key('newer') AS again;
SELECT regress.asks(:'new_token') AS new, regress.asks(rowhouse.issue_token(:'ann')) AS of_the_first_key;
-- The same kid with other bytes is another key.
BEGIN;
SELECT rowhouse.issue_token(:'ann') AS token \gset
SELECT regress.asks(:'token');
UPDATE rowhouse.signing_keys SET key = repeat('z', 40) WHERE kid = 'regress';
COMMIT;
SELECT regress.asks(:'token');
UPDATE rowhouse.signing_keys SET key = 'a key of the regression suites, 32+ bytes' WHERE kid = 'regress';
SELECT regress.asks(:'token');

-- J16 and the other refusals of key management.
SELECT regress.try($$SELECT rowhouse.add_signing_key('short', 'HS256', 'too short')$$);
SELECT regress.try($$SELECT rowhouse.add_signing_key('', 'HS256', repeat('x', 32))$$);
SELECT regress.try($$SELECT rowhouse.add_signing_key('regress', 'HS256', repeat('x', 32))$$);
SELECT regress.try($$SELECT rowhouse.add_signing_key('none', 'none', repeat('x', 32))$$);
SELECT regress.try($$SELECT rowhouse.add_signing_key('late', 'HS256', repeat('x', 32), now() - interval '1 day')$$);
SELECT regress.try($$SELECT rowhouse.add_signing_key(NULL, NULL, NULL)$$);
SELECT regress.try($$SELECT rowhouse.retire_signing_key('nobody')$$);
SELECT regress.try($$SELECT rowhouse.issue_token('00000000-0000-4000-8000-000000000000', '0 s')$$);
SELECT regress.try($$SELECT rowhouse.issue_token('00000000-0000-4000-8000-000000000000', '1 h', '[]')$$);
SELECT regress.try($$SELECT rowhouse.issue_token('00000000-0000-4000-8000-000000000000', '1 h', '{"sub": "x"}')$$);
SELECT regress.try($$SELECT rowhouse.issue_token('00000000-0000-4000-8000-000000000000', '1 h', jsonb_build_object('x', repeat('x', 9000)))$$);
SELECT regress.try($$SELECT rowhouse.issue_token('00000000-0000-4000-8000-000000000000', '1 h', '{"x": 1e999}')$$);

-- J7: a token that expires while its transaction is open is refused at the next use.
BEGIN;
SELECT set_config('rowhouse.token', rowhouse.issue_token(:'ann', '300 milliseconds'), true) IS NOT NULL AS set;
SELECT rowhouse.user_id() IS NOT NULL AS known;
DO $$ BEGIN WHILE clock_timestamp() < now() + interval '400 milliseconds' LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;
SELECT regress.try('SELECT rowhouse.user_id()');
COMMIT;

-- Log out everywhere: tokens of before are refused, a new one works at once.
SELECT rowhouse.issue_token(:'ann') AS token \gset
SELECT regress.asks(:'token');
SELECT rowhouse.revoke_tokens(:'ann') IS NOT NULL AS revoked;
SELECT regress.asks(:'token') AS before, regress.asks(rowhouse.issue_token(:'ann')) AS after;
UPDATE rowhouse.user_profiles SET status = 'suspended' WHERE user_id = :'ann';
SELECT regress.asks(rowhouse.issue_token(:'ann')) AS suspended;
UPDATE rowhouse.user_profiles SET status = 'active' WHERE user_id = :'ann';
SELECT regress.asks(rowhouse.issue_token(:'ann')) AS active_again;

-- J21, J34: the token is shown nowhere, and no setting can keep it.
BEGIN;
SELECT regress.act_as('ann@example.com');
SHOW rowhouse.token;
SELECT current_setting('rowhouse.token'), (SELECT count(*) FROM pg_settings WHERE name = 'rowhouse.token') AS in_pg_settings;
COMMIT;
SELECT current_setting('rowhouse.token') = '' AS gone_with_the_transaction, rowhouse.user_id() IS NULL AS nobody;
ALTER ROLE regress_app SET rowhouse.token = 'secret-in-a-setting';
SET rowhouse.tokn = 'misspelt';

-- Savepoints: the context follows the setting.
BEGIN;
SELECT regress.act_as('ann@example.com');
SELECT rowhouse.context() #>> '{user,email}' AS who;
SAVEPOINT s;
SELECT regress.act_as('ben@example.com');
SELECT rowhouse.context() #>> '{user,email}' AS who;
ROLLBACK TO s;
SELECT rowhouse.context() #>> '{user,email}' AS who;
ROLLBACK;
SELECT rowhouse.context();

-- The organization: by id, by slug, by claim, or the only one; never one the user does not belong to.
BEGIN;
SELECT regress.act_as('ben@example.com');
SELECT rowhouse.create_organization('context-b', 'Context B') ->> 'role' AS role;
COMMIT;
SELECT id AS organization_a FROM rowhouse.organizations WHERE slug = 'context-a' \gset
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('ann@example.com');
SELECT rowhouse.context() #- '{user,id}' #- '{organization,id}' AS only_one;
SELECT regress.act_as('ann@example.com', 'context-a');
SELECT rowhouse.role() AS by_slug;
SELECT regress.act_as('ann@example.com', :'organization_a');
SELECT rowhouse.role() AS by_id, rowhouse.organization_id() = :'organization_a' AS same;
SELECT regress.act_as('ann@example.com', upper(:'organization_a'));
SELECT rowhouse.role() AS by_id_in_upper_case;
SELECT regress.act_as('ann@example.com', 'context-b');
SELECT regress.try('SELECT rowhouse.organization_id()') AS not_yours;
SELECT regress.act_as('ann@example.com', 'context-z');
SELECT regress.try('SELECT rowhouse.organization_id()') AS not_there;
SELECT regress.act_as('ann@example.com', gen_random_uuid()::text);
SELECT left(regress.try('SELECT rowhouse.role()'), 20) AS not_there_by_id;
SELECT rowhouse.user_id() IS NOT NULL AS the_user_is_known_all_the_same;
COMMIT;
RESET ROLE;
-- The claim "org" chooses, the setting overrules it.
BEGIN;
SELECT set_config('rowhouse.token', rowhouse.issue_token(:'ben', '1 h', '{"org": "context-b"}'), true) IS NOT NULL AS set;
SELECT rowhouse.role();
SELECT set_config('rowhouse.token', rowhouse.issue_token(:'ben', '1 h', '{"org": "context-a"}'), true) IS NOT NULL AS set;
SELECT regress.try('SELECT rowhouse.role()');
SET LOCAL rowhouse.organization = 'context-b';
SELECT rowhouse.role();
COMMIT;

-- A super admin holds every role in every organization, and no longer than that.
SELECT rowhouse.set_super_admin('ann@example.com');
BEGIN; SELECT regress.act_as('ann@example.com', 'context-b'); SELECT rowhouse.role(), rowhouse.require_role('owner') IS NOT NULL AS may; COMMIT;
SELECT rowhouse.set_super_admin('ann@example.com', false);
BEGIN; SELECT regress.act_as('ann@example.com', 'context-b'); SELECT regress.try('SELECT rowhouse.role()'); COMMIT;
SELECT regress.try($$SELECT rowhouse.set_super_admin('nobody@example.com')$$);

-- Authority is what the tables say now, also when somebody edits them by hand.
BEGIN; SELECT regress.act_as('ben@example.com'); SELECT rowhouse.role(); COMMIT;
INSERT INTO rowhouse.members (organization_id, user_id, role, status) SELECT id, :'ann', 'viewer', 'active' FROM rowhouse.organizations WHERE slug = 'context-b';
BEGIN; SELECT regress.act_as('ann@example.com'); SELECT rowhouse.role() AS no_choice_of_two; SELECT regress.act_as('ann@example.com', 'context-b'); SELECT rowhouse.role(); COMMIT;
UPDATE rowhouse.members SET status = 'suspended' WHERE user_id = :'ann' AND role = 'viewer';
BEGIN; SELECT regress.act_as('ann@example.com', 'context-b'); SELECT regress.try('SELECT rowhouse.role()') AS suspended; COMMIT;
DELETE FROM rowhouse.members WHERE user_id = :'ann' AND role = 'viewer';

-- Nobody: no context, and every function that needs one says so.
SET ROLE regress_app;
SELECT rowhouse.user_id(), rowhouse.organization_id(), rowhouse.role(), rowhouse.context();
SELECT regress.try('SELECT rowhouse.require_user()'), regress.try($$SELECT rowhouse.require_role('viewer')$$), regress.try('SELECT rowhouse.me()');
-- What belongs to operators is refused to users.
SELECT what, regress.try(what) FROM unnest(ARRAY[
    'SELECT * FROM rowhouse.signing_keys', 'SELECT * FROM rowhouse.accounts', 'UPDATE rowhouse.user_profiles SET role = ''super_admin''',
    'SELECT rowhouse.issue_token(gen_random_uuid())', 'SELECT rowhouse.add_signing_key(''x'', ''HS256'', repeat(''x'', 32))',
    'SELECT rowhouse.retire_signing_key(''regress'')', 'SELECT rowhouse.bootstrap(''x@example.com'', ''password'', ''x'', ''X'')',
    'SELECT rowhouse.set_super_admin(''ann@example.com'')', 'SELECT rowhouse.revoke_tokens(gen_random_uuid())',
    'SELECT rowhouse.hash_password(''x'')', 'SELECT rowhouse.create_account(''x@example.com'', ''password'', NULL, true)',
    'SELECT rowhouse.insert_organization(''x'', ''X'', ''{}'', gen_random_uuid())', 'SELECT rowhouse.add_founder(gen_random_uuid(), gen_random_uuid())']) what;
RESET ROLE;
-- J23: and no user can become one of rowhouse's own roles.
SELECT rolname, pg_has_role('regress_app', oid, 'MEMBER') AS may_become FROM pg_roles WHERE rolname LIKE 'rowhouse\_%'
    AND rolname IN ('rowhouse_admin', 'rowhouse_owner', 'rowhouse_system', 'rowhouse_user') ORDER BY 1;
DROP TABLE regress.sample;
DROP FUNCTION regress.asks, regress.sign, regress.base64url;
