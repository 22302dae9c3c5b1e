-- 200 members of 50 organizations, each with a token and with what it may see; the traffic knows what every answer is.
SELECT rowhouse.add_signing_key('test', 'HS256', 'a key of the traffic test, 32 bytes or more');
SELECT rowhouse.bootstrap('boss@traffic.example', 'correct horse', 'wide', 'Wide');

INSERT INTO rowhouse.organizations (slug, name)
SELECT format('org-%s', o), format('Organization %s', o) FROM generate_series(1, 50) o;
INSERT INTO rowhouse.accounts (email, password_hash, full_name, email_confirmed_at)
SELECT format('member-%s@org-%s.example', m, o), '!', format('Member %s of %s', m, o), now()
FROM generate_series(1, 50) o, generate_series(1, 4) m;
INSERT INTO rowhouse.members (organization_id, user_id, role, status, email, first_name)
SELECT g.id, a.id, CASE WHEN a.email LIKE 'member-1@%' THEN 'owner' ELSE 'member' END, 'active', a.email, a.full_name
FROM rowhouse.accounts a JOIN rowhouse.organizations g ON a.email LIKE '%@' || g.slug || '.example';

-- Rows that belong to a person, not to the organization.
CREATE TABLE public.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL);
SELECT rowhouse.isolate('public.notes', 'user');
INSERT INTO public.notes (user_id, title)
SELECT a.id, a.full_name FROM rowhouse.accounts a, generate_series(1, 3) WHERE a.email LIKE 'member-%';
SELECT rowhouse.expose('public.notes');

-- A page of this one is a megabyte.
INSERT INTO rowhouse.members (organization_id, email, first_name, last_name, department, location)
SELECT g.id, format('wide-%s@traffic.example', n), repeat('first', 40), repeat('last ', 40), repeat('depar', 40), repeat('locat', 40)
FROM rowhouse.organizations g, generate_series(1, 999) n WHERE g.slug = 'wide';

-- Whom the clients act for. Every second token names its organization, the others leave it to the membership.
CREATE FUNCTION public.people() RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(jsonb_build_object(
        'token', rowhouse.issue_token(p.user_id, '1 day', CASE WHEN n % 2 = 0 THEN jsonb_build_object('org', g.slug) ELSE '{}' END),
        'user', p.user_id, 'email', p.email, 'name', p.full_name, 'role', m.role,
        'organization', jsonb_build_object('id', g.id, 'slug', g.slug, 'name', g.name),
        'directory', (SELECT jsonb_agg(jsonb_build_object('id', d.id, 'user', d.user_id, 'email', d.email) ORDER BY d.id)
                      FROM rowhouse.members d WHERE d.organization_id = g.id)) ORDER BY p.email)
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM rowhouse.members WHERE user_id IS NOT NULL) m
    JOIN rowhouse.user_profiles p USING (user_id) JOIN rowhouse.organizations g ON g.id = m.organization_id
    WHERE g.slug LIKE 'org-%'
$$;

-- Sessions of the service, for what it has under way and what is left of it.
CREATE VIEW public.sessions AS
SELECT pid, application_name, query, wait_event_type, xact_start IS NOT NULL AS in_transaction
FROM pg_stat_activity WHERE usename = :'service_role';
