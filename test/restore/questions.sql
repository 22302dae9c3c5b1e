SELECT string_agg(concat_ws(' ', email, role, status, tokens_not_before, source, deleted_at), ', ' ORDER BY email) FROM rowhouse.user_profiles
SELECT string_agg(concat_ws(' ', source, columns, on_error, triggers, attached_at), ', ' ORDER BY source::text) FROM rowhouse.profile_sources WHERE source <> 'rowhouse.accounts'::regclass
SELECT string_agg(concat_ws(' ', email, email_confirmed_at, password_hash), ', ' ORDER BY email) FROM rowhouse.accounts
SELECT string_agg(concat_ws(' ', kid, not_after), ', ' ORDER BY kid) FROM rowhouse.signing_keys
SELECT string_agg(concat_ws(' ', slug, external_key), ', ' ORDER BY slug) FROM rowhouse.organizations
SELECT string_agg(concat_ws(' ', email, role, status, user_id), ', ' ORDER BY email) FROM rowhouse.members
SELECT string_agg(concat_ws(' ', relation, scope, column_name, enabled, forced), ', ' ORDER BY relation::text) FROM rowhouse.isolated_tables
SELECT string_agg(concat_ws(' ', resource, relation, scope), ', ' ORDER BY resource) FROM rowhouse.exposed_tables
SELECT count(*) FROM rowhouse.profile_sync_failures
SELECT string_agg(concat_ws(' ', q.name, o.slug, q.quota, q.used), ', ' ORDER BY q.name, o.slug) FROM rowhouse.quotas() q LEFT JOIN rowhouse.organizations o ON o.id = q.organization
SELECT rowhouse.import_limits(NULL) || jsonb_build_object('one', rowhouse.import_limits(id)) FROM rowhouse.organizations WHERE slug = 'plain'
SELECT rowhouse.set_import_limits('{"max_rows": null}') ->> 'max_rows'
INSERT INTO rowhouse.import_limit_hits (organization, person, limit_name) VALUES (gen_random_uuid(), gen_random_uuid(), 'new') RETURNING id
-- After a restore things go on working: sequences, triggers, policies, log-ins.
INSERT INTO rowhouse.profile_sync_failures (source, account_id, sqlstate, message) VALUES ('rowhouse.accounts', gen_random_uuid(), '00000', 'a new one') RETURNING message
INSERT INTO app.people VALUES ('a0000000-0000-4000-8000-000000000001', 'later@restore.example') RETURNING email
SELECT email FROM rowhouse.user_profiles WHERE user_id = 'a0000000-0000-4000-8000-000000000001'
SELECT count(rowhouse.register('new@restore.example', 'correct horse'))
SELECT rowhouse.sync_status() - 'total_auth_users' - 'total_profiles'
SELECT count(*) FROM (SELECT set_config('rowhouse.token', rowhouse.login('plain@restore.example', 'correct horse') ->> 'token', false)) t
SELECT rowhouse.resource_list('to-do', '[["select", "id,title"]]') FROM (SELECT set_config('rowhouse.token', rowhouse.login('plain@restore.example', 'correct horse') ->> 'token', true) OFFSET 0) t
SELECT count(*) FROM pg_policy
SELECT count(*) FROM rowhouse.isolate('app.tasks')
CREATE TABLE app.parts_2 PARTITION OF app.parts FOR VALUES FROM (100) TO (200)
SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = 'app.parts_2'::regclass
SELECT count(*) > 0 FROM rowhouse.release('app.tasks', true)
SELECT count(*) > 0 FROM rowhouse.release('app.parts')
DO $$ BEGIN BEGIN INSERT INTO rowhouse.members (organization_id, email) SELECT id, 'one-too-many@restore.example' FROM rowhouse.organizations WHERE slug = 'plain'; EXCEPTION WHEN configuration_limit_exceeded THEN RETURN; END; RAISE 'the quota is not enforced'; END $$
