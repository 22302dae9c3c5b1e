-- Quotas: how many organizations, how many members.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('boss@quotas.example', 'correct horse', 'quotas-one', 'One') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('other@quotas.example', 'correct horse', 'quotas-two', 'Two') #>> '{organization,id}' AS two \gset
SELECT rowhouse.register('late@quotas.example', 'correct horse') IS NOT NULL AS registered;
SELECT count(*) AS organizations FROM rowhouse.organizations \gset
-- SQLSTATE, message, detail and hint.
CREATE FUNCTION regress.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' / ', SQLSTATE || ' ' || SQLERRM, nullif(detail, ''), nullif(hint, ''));
END
$$;
GRANT EXECUTE ON FUNCTION regress.refused(text) TO regress_app;

-- ---- setting them ----------------------------------------------------------------------------------------------------

SET ROLE regress_app;
SELECT regress.try($$SELECT rowhouse.set_quota('members', 1)$$) AS set, regress.try($$SELECT rowhouse.quotas()$$) AS read,
       regress.try('SELECT FROM rowhouse.quotas') AS look, regress.try($$SELECT rowhouse.members_now(regress.id(1))$$) AS count;
SET ROLE regress_dba;
SELECT regress.try('SELECT FROM rowhouse.quotas') AS look, regress.try($$SELECT rowhouse.lock_quota('members')$$) AS lock;
SELECT name, value, regress.try(format('SELECT rowhouse.set_quota(%L, %L, %L)', name, value, organization)) FROM (VALUES
    (NULL, 1, NULL), ('clients', 1, NULL), ('members', 0, NULL), ('members', -1, NULL), ('organizations', 1, :'one'),
    ('members', 1, '00000000-0000-4000-8000-000000000000'), ('members', NULL, NULL), ('organizations', NULL, NULL)) t(name, value, organization);
SELECT name, count(organization) > 1 AS organizations, count(quota) AS quotas, sum(used) > 0 AS used FROM rowhouse.quotas() GROUP BY name ORDER BY name;
SELECT rowhouse.set_quota('members', 3), rowhouse.set_quota('members', 7), rowhouse.set_quota('members', 5, :'two');
RESET ROLE;
SELECT q.name, o.slug, q.quota, q.used FROM rowhouse.quotas() q LEFT JOIN rowhouse.organizations o ON o.id = q.organization
WHERE slug LIKE 'quotas-%' OR q.name = 'members' AND q.organization IS NULL ORDER BY slug NULLS FIRST;

-- ---- members ---------------------------------------------------------------------------------------------------------

SET ROLE regress_dba;
SELECT rowhouse.set_quota('members', 3);
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@quotas.example');
SELECT who, regress.refused(format('SELECT rowhouse.add_member(%L, %L)', :'one', who || '@quotas.example')) FROM unnest(ARRAY['late', 'third', 'fourth']) who;
COMMIT;
-- Who was invited and joins is not one more, and a sign-up never fails; nor do the changes of who is a member.
SELECT rowhouse.register('third@quotas.example', 'correct horse') IS NOT NULL AS registered;
RESET ROLE;
SELECT rowhouse.set_quota('members', 1);
SELECT count(rowhouse.confirm_account(who || '@quotas.example')) AS confirmed FROM unnest(ARRAY['late', 'third']) who;
SELECT rowhouse.register('fourth@quotas.example', 'correct horse') IS NOT NULL AS registered;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@quotas.example');
SELECT rowhouse.update_member(id, '{"status": "suspended"}') ->> 'status' AS third FROM rowhouse.members WHERE email = 'third@quotas.example';
SELECT email, status FROM rowhouse.members ORDER BY email;
-- Suspended members count, removed ones do not. A quota below what there is removes nothing.
SELECT regress.refused(format('SELECT rowhouse.add_member(%L, %L)', :'one', 'fourth@quotas.example'));
SELECT rowhouse.remove_member(:'one', 'late@quotas.example') ->> 'email' AS removed;
SELECT regress.refused(format('SELECT rowhouse.add_member(%L, %L)', :'one', 'fourth@quotas.example'));
COMMIT;
RESET ROLE;
SELECT rowhouse.set_quota('members', 3), rowhouse.set_quota('members', 4, :'two');
-- Many at once: all or none; what is left out by a conflict does not count; of several organizations each has its own.
SELECT regress.refused(format('INSERT INTO rowhouse.members (organization_id, email) SELECT %L, n || %L FROM generate_series(1, 4) n', :'two', '@quotas.example'));
SELECT regress.refused(format('INSERT INTO rowhouse.members (organization_id, email) SELECT %L, n || %L FROM generate_series(1, 3) n', :'two', '@quotas.example'));
SELECT regress.refused(format('INSERT INTO rowhouse.members (organization_id, email) SELECT %L, n || %L FROM generate_series(1, 3) n ON CONFLICT DO NOTHING', :'two', '@quotas.example'));
SELECT regress.refused(format('INSERT INTO rowhouse.members (organization_id, email) VALUES (%L, %L), (%L, %L)', :'one', 'a@quotas.example', :'two', 'a@quotas.example'));
SELECT regress.refused(format('INSERT INTO rowhouse.members (organization_id, email) SELECT %L, n || %L FROM generate_series(5, 6) n', :'one', '@quotas.example'));
SELECT regress.refused(format('UPDATE rowhouse.members SET organization_id = %L WHERE organization_id = %L AND email = %L', :'two', :'one', 'third@quotas.example')) AS moved;
SELECT regress.refused(format('UPDATE rowhouse.members SET organization_id = organization_id WHERE organization_id = %L', :'two')) AS touched;
-- An import, in which the error of the quota ends the batch or the statement; never too many.
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@quotas.example');
SAVEPOINT s;
SELECT regress.try($$SELECT rowhouse.import_run('users', E'email\nx@quotas.example\ny@quotas.example\n')$$) ~ '^53400|^1 rows' AS imported;
SELECT count(*) <= 3 AS within FROM rowhouse.members;
ROLLBACK;
-- With a context that is none of this organization's the error is the one it always was.
BEGIN;
SELECT regress.act_as('boss@quotas.example', 'quotas-two');
SELECT regress.refused(format('SELECT rowhouse.add_member(%L, %L)', :'one', 'late@quotas.example')) AS still_works;
ROLLBACK;
RESET ROLE;
-- Without a quota of its own that of all holds; without any there is none.
SELECT rowhouse.set_quota('members', NULL, :'two');
SELECT regress.refused(format('INSERT INTO rowhouse.members (organization_id, email) VALUES (%L, %L)', :'two', 'b@quotas.example'));
SELECT rowhouse.set_quota('members', NULL);
SELECT regress.refused(format('INSERT INTO rowhouse.members (organization_id, email) VALUES (%L, %L)', :'two', 'b@quotas.example'));
SELECT count(*) AS quotas FROM rowhouse.quotas;

-- ---- organizations ---------------------------------------------------------------------------------------------------

SELECT rowhouse.set_quota('organizations', :organizations + 1);
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('late@quotas.example');
SELECT slug, regexp_replace(regress.refused(format('SELECT rowhouse.create_organization(%L, %L)', slug, slug)), 'have \d+', 'have N') FROM unnest(ARRAY['quotas-three', 'quotas-four']) slug;
-- Not to be put off beyond the end of the transaction.
SET CONSTRAINTS ALL DEFERRED;
SELECT rowhouse.create_organization('quotas-four', 'Four') ->> 'slug' AS deferred;
SELECT regexp_replace(regress.refused('SET CONSTRAINTS ALL IMMEDIATE'), 'have \d+', 'have N');
ROLLBACK;
RESET ROLE;
-- Isolation can be verified all the same.
SELECT rowhouse.set_quota('organizations', 1);
SELECT count(*) FILTER (WHERE passed) > 3 AS tried, count(*) FILTER (WHERE NOT passed) AS failed FROM rowhouse.verify_isolation('rowhouse.import_batches');
SELECT regress.refused($$INSERT INTO rowhouse.organizations (slug, name) VALUES ('quotas-five', 'Five')$$);
SELECT rowhouse.set_quota('organizations', NULL);
SELECT regress.refused($$INSERT INTO rowhouse.organizations (slug, name) VALUES ('quotas-five', 'Five')$$);

-- Quotas go with their organization.
SELECT rowhouse.set_quota('members', 9, :'one');
DELETE FROM rowhouse.organizations WHERE slug LIKE 'quotas-%';
SELECT count(*) AS quotas FROM rowhouse.quotas;
DELETE FROM rowhouse.import_limit_hits;
DROP FUNCTION regress.refused;
