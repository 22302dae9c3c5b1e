-- What must survive a dump: every kind of authority given and taken away, and isolated tables.
SET client_min_messages = warning;
CREATE EXTENSION rowhouse CASCADE;
SELECT rowhouse.add_signing_key('live', 'HS256', repeat('l', 32));
SELECT rowhouse.add_signing_key('retired', 'HS256', repeat('r', 32));
SELECT rowhouse.retire_signing_key('retired');
SELECT rowhouse.bootstrap(who || '@restore.example', 'correct horse', who, who) FROM unnest(ARRAY['plain', 'suspended', 'super', 'revoked', 'deleted']) who;
UPDATE rowhouse.user_profiles SET status = 'suspended' WHERE email LIKE 'suspended@%';
SELECT rowhouse.set_super_admin('super@restore.example');
SELECT rowhouse.revoke_tokens(user_id) FROM rowhouse.user_profiles WHERE email LIKE 'revoked@%';
DELETE FROM rowhouse.accounts WHERE email LIKE 'deleted@%';
SELECT rowhouse.set_organization_key(id, 'key of plain') FROM rowhouse.organizations WHERE slug = 'plain';
INSERT INTO rowhouse.profile_sync_failures (source, account_id, sqlstate, message)
SELECT 'rowhouse.accounts', id, '00000', 'an old one' FROM rowhouse.accounts WHERE email LIKE 'plain@%';
CREATE SCHEMA app;
CREATE TABLE app.people (id uuid PRIMARY KEY, email text);
SELECT rowhouse.attach_profiles('app.people', '{"on_error": "raise"}');
INSERT INTO app.people VALUES (gen_random_uuid(), 'elsewhere@restore.example'), (gen_random_uuid(), 'gone@restore.example');
DELETE FROM app.people WHERE email LIKE 'gone@%';
CREATE TABLE app.tasks (id integer PRIMARY KEY, title text);
CREATE TABLE app.notes (id integer PRIMARY KEY, body text);
CREATE TABLE app.parts (id integer) PARTITION BY RANGE (id);
CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM (1) TO (100);
SELECT rowhouse.isolate('app.tasks');
SELECT rowhouse.isolate('app.notes', 'user');
SELECT rowhouse.isolate('app.parts');
CREATE TABLE app.dropped (id integer PRIMARY KEY);
SELECT rowhouse.isolate('app.dropped');
SELECT rowhouse.expose('app.tasks', 'to-do'), rowhouse.expose('app.notes'), rowhouse.expose('app.dropped');
DROP TABLE app.dropped;
INSERT INTO app.tasks (id, title, organization_id) SELECT row_number() OVER (ORDER BY slug), slug, id FROM rowhouse.organizations;
-- Quotas below what there is, and limits of all and of one.
INSERT INTO rowhouse.members (organization_id, email) SELECT id, 'invited@restore.example' FROM rowhouse.organizations;
SELECT rowhouse.set_quota('organizations', 2), rowhouse.set_quota('members', 1);
SELECT rowhouse.set_quota('members', 1, id) FROM rowhouse.organizations WHERE slug = 'plain';
SELECT rowhouse.set_import_limits('{"max_rows": 7}'), rowhouse.set_import_limits('{"max_rows": 8, "retention": "2 days"}', id) FROM rowhouse.organizations WHERE slug = 'plain';
INSERT INTO rowhouse.import_limit_hits (organization, person, limit_name) VALUES (gen_random_uuid(), gen_random_uuid(), 'old');
