-- Organizations and members: who may do what to whom.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('owner@org.example', 'correct horse', 'org-one', 'One') #>> '{organization,role}' AS role;
SELECT rowhouse.bootstrap('other@org.example', 'correct horse', 'org-two', 'Two') #>> '{organization,role}' AS role;
SELECT count(rowhouse.register(who || '@org.example', 'correct horse')) FROM unnest(ARRAY['admin', 'member', 'viewer', 'stranger', 'late']) who;
SELECT count(rowhouse.confirm_account(who || '@org.example')) FROM unnest(ARRAY['admin', 'member', 'viewer', 'stranger']) who;
SELECT id AS one FROM rowhouse.organizations WHERE slug = 'org-one' \gset
SELECT id AS two FROM rowhouse.organizations WHERE slug = 'org-two' \gset
SET ROLE regress_app;

-- Accounts: what is refused.
SELECT regress.try($$SELECT rowhouse.register('owner@org.example', 'correct horse')$$);
SELECT regress.try($$SELECT rowhouse.register('OWNER@ORG.example', 'correct horse')$$);
SELECT regress.try($$SELECT rowhouse.register('no address', 'correct horse')$$);
SELECT regress.try($$SELECT rowhouse.register('x@org.example', 'short')$$);
SELECT regress.try($$SELECT rowhouse.register('x@org.example', repeat('é', 37))$$);
SELECT regress.try($$SELECT rowhouse.register(NULL, 'correct horse')$$);
SELECT regress.try($$SELECT rowhouse.register('x@org.example', NULL)$$);

-- Log-in: one answer for every reason.
SELECT jsonb_object_keys(rowhouse.login('Owner@ORG.example', 'correct horse')) AS keys ORDER BY 1;
SELECT rowhouse.login('owner@org.example', 'correct horse') -> 'user' ->> 'email' AS email;
SELECT regress.try($$SELECT rowhouse.login('owner@org.example', 'wrong horse')$$);
SELECT regress.try($$SELECT rowhouse.login('nobody@org.example', 'correct horse')$$);
SELECT regress.try($$SELECT rowhouse.login(NULL, NULL)$$);
SELECT regress.try($$SELECT rowhouse.login('owner@org.example', NULL)$$);

-- Making organizations.
BEGIN;
SELECT regress.act_as('stranger@org.example');
SELECT rowhouse.list_organizations();
SELECT slug, regress.try(format('SELECT rowhouse.create_organization(%L, %L)', slug, name))
FROM (VALUES ('org-one', 'Taken'), ('ORG-ONE', 'Taken in another case'), ('', 'Empty'), ('-x', 'Dash'), ('a b', 'Blank'),
             (repeat('x', 64), 'Long'), ('00000000-0000-4000-8000-000000000000', 'Uuid'), ('nameless', '  '), (NULL, 'Null')) t(slug, name);
SELECT regress.try($$SELECT rowhouse.create_organization('listed', 'Options', '[]')$$);
SELECT rowhouse.create_organization('TEST_A', ' Test Client A ') - 'id' - 'created_at' AS created;
COMMIT;
SELECT regress.try($$SELECT rowhouse.create_organization('nobody-s', 'Nobody')$$);
SELECT regress.try($$SELECT rowhouse.list_organizations()$$);

-- Members: active where the address is confirmed, else invited.
BEGIN;
SELECT regress.act_as('owner@org.example');
SELECT r - 'id' - 'user_id' - 'organization_id' - 'created_at' - 'updated_at' AS added FROM (VALUES
    (rowhouse.add_member(:'one', 'admin@org.example', 'admin')),
    (rowhouse.add_member(:'one', 'member@org.example', 'member', '{"first_name": "Mem", "phone": "+12025550123"}')),
    (rowhouse.add_member(:'one', 'viewer@org.example', 'viewer')),
    (rowhouse.add_member(:'one', 'Late@ORG.example'))) t(r);
SELECT regress.try(format('SELECT rowhouse.add_member(%L, %L, %L, %L)', o, e, r, d)) FROM (VALUES
    (:'one', 'ADMIN@org.example', 'member', '{}'), (:'one', 'nonsense', 'member', '{}'), (:'one', 'new@org.example', 'chief', '{}'),
    (:'one', 'new@org.example', 'member', '{"salary": 1}'), (:'one', 'new@org.example', 'member', '[]'),
    (:'one', 'new@org.example', 'member', '{"phone": "123456789012345678901"}'), (NULL, 'new@org.example', 'member', '{}'),
    (:'two', 'new@org.example', 'member', '{}'), ('00000000-0000-4000-8000-000000000000', 'new@org.example', 'member', '{}')) t(o, e, r, d);
COMMIT;
BEGIN;
SELECT regress.act_as('owner@org.example');
SELECT email, role, status FROM jsonb_to_recordset(rowhouse.list_members() -> 'members') AS m(email text, role text, status text) ORDER BY email;
SELECT jsonb_array_length(rowhouse.list_members(2) -> 'members') AS page, rowhouse.list_members(2) ->> 'next' IS NOT NULL AS more;
SELECT jsonb_array_length(rowhouse.list_members(4, (rowhouse.list_members(2) ->> 'next')::uuid) -> 'members') AS rest,
       rowhouse.list_members(4, (rowhouse.list_members(2) ->> 'next')::uuid) ->> 'next' AS next;
COMMIT;

-- Nobody rises above themselves, nobody below admin changes the directory.
BEGIN;
SELECT regress.act_as('admin@org.example');
SELECT regress.try(format('SELECT rowhouse.add_member(%L, %L, %L)', :'one', 'crony@org.example', 'owner'));
SELECT regress.try(format('SELECT rowhouse.set_member_role(%L, %L, %L)', :'one', 'admin@org.example', 'owner'));
SELECT regress.try(format('SELECT rowhouse.set_member_role(%L, %L, %L)', :'one', 'owner@org.example', 'viewer'));
SELECT regress.try(format('SELECT rowhouse.remove_member(%L, %L)', :'one', 'owner@org.example'));
SELECT rowhouse.set_member_role(:'one', 'viewer@org.example', 'member') ->> 'role' AS role;
SELECT rowhouse.set_member_role(:'one', 'viewer@org.example', 'viewer') ->> 'role' AS role;
SELECT regress.try(format('SELECT rowhouse.set_member_role(%L, %L, %L)', :'one', 'nobody@org.example', 'viewer'));
SELECT regress.try(format('SELECT rowhouse.set_member_role(%L, %L, NULL)', :'one', 'viewer@org.example'));
COMMIT;
SELECT who, regress.act_as(who, 'org-one'), regress.try(format('SELECT rowhouse.add_member(%L, %L)', :'one', 'x@org.example')) AS add,
       regress.try(format('SELECT rowhouse.remove_member(%L, %L)', :'one', 'viewer@org.example')) AS remove
FROM unnest(ARRAY['member@org.example', 'viewer@org.example', 'stranger@org.example', 'other@org.example']) who;
SELECT regress.try(format('SELECT rowhouse.add_member(%L, %L)', :'one', 'x@org.example')) AS nobody;

-- By id: another organization's member is as good as none.
RESET ROLE;
SELECT id AS victim FROM rowhouse.members WHERE email = 'member@org.example' AND organization_id = :'one' \gset
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('other@org.example');
SELECT regress.try(format('SELECT rowhouse.update_member(%L, %L)', :'victim', '{"role": "viewer"}')) AS theirs,
       regress.try(format('SELECT rowhouse.update_member(%L, %L)', :'two', '{"role": "viewer"}')) AS nobody_s;
SELECT regress.try(format('SELECT rowhouse.delete_member(%L)', :'victim')) AS theirs;
SELECT count(*) AS seen FROM rowhouse.members WHERE id = :'victim';
COMMIT;
BEGIN;
SELECT regress.act_as('owner@org.example');
SELECT rowhouse.update_member(:'victim', '{"department": "Sales", "first_name": null}') - 'id' - 'user_id' - 'organization_id' - 'created_at' - 'updated_at' AS changed;
SELECT regress.try(format('SELECT rowhouse.update_member(%L, %L)', :'victim', c)) FROM unnest(ARRAY[
    '{"email": "x@org.example"}', '{"user_id": null}', '{"role": "chief"}', '{"status": "invited"}', '[]', '{"status": null}']) c;
SELECT rowhouse.update_member(:'victim', '{"status": "suspended"}') ->> 'status' AS status;
COMMIT;
BEGIN; SELECT regress.act_as('member@org.example', 'org-one'); SELECT regress.try('SELECT rowhouse.role()') AS suspended; COMMIT;
BEGIN; SELECT regress.act_as('owner@org.example'); SELECT rowhouse.update_member(:'victim', '{"status": "active"}') ->> 'status' AS status; COMMIT;
BEGIN; SELECT regress.act_as('member@org.example', 'org-one'); SELECT rowhouse.role() AS back; COMMIT;
BEGIN; SELECT regress.act_as('owner@org.example'); SELECT rowhouse.delete_member(:'victim') ->> 'email' AS removed; COMMIT;
BEGIN; SELECT regress.act_as('member@org.example', 'org-one'); SELECT regress.try('SELECT rowhouse.role()') AS removed; COMMIT;

-- The last owner stays.
BEGIN;
SELECT regress.act_as('owner@org.example');
SELECT regress.try(format('SELECT rowhouse.set_member_role(%L, %L, %L)', :'one', 'owner@org.example', 'admin'));
SELECT regress.try(format('SELECT rowhouse.remove_member(%L, %L)', :'one', 'owner@org.example'));
SELECT rowhouse.set_member_role(:'one', 'admin@org.example', 'owner') ->> 'role' AS second_owner;
SELECT rowhouse.set_member_role(:'one', 'owner@org.example', 'member') ->> 'role' AS first_owner;
COMMIT;

-- The directory of another organization does not show, not even through the tables.
BEGIN;
SELECT regress.act_as('other@org.example');
SELECT count(*) AS members, count(DISTINCT organization_id) AS organizations FROM rowhouse.members;
SELECT slug FROM rowhouse.organizations;
SELECT email FROM rowhouse.user_profiles;
COMMIT;
SELECT count(*) AS nobody_sees FROM rowhouse.members;
RESET ROLE;
-- An organization that is deleted takes its members along, the last owner too.
DELETE FROM rowhouse.organizations WHERE slug = 'TEST_A';
SELECT count(*) FROM rowhouse.members WHERE organization_id NOT IN (SELECT id FROM rowhouse.organizations);
