-- rowhouse.verify_isolation(): clean on what is isolated, and it finds every fault that is planted.
\set SHOW_CONTEXT never
CREATE SCHEMA proof;
CREATE TYPE proof.state AS ENUM ('open', 'done');
CREATE TABLE proof.tasks (id integer PRIMARY KEY, title text NOT NULL, state proof.state NOT NULL, due date NOT NULL, extra jsonb NOT NULL, amount numeric(6,2) NOT NULL);
CREATE TABLE proof.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text);
CREATE TABLE proof.old (id uuid PRIMARY KEY, tenant integer NOT NULL);
CREATE TABLE proof.both (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
CREATE TABLE proof.owned (id integer PRIMARY KEY, organization_id uuid NOT NULL REFERENCES rowhouse.organizations);
CREATE TABLE proof.parts (id integer, part integer) PARTITION BY LIST (part);
CREATE TABLE proof.parts_1 PARTITION OF proof.parts DEFAULT;
SELECT count(*) > 0 AS done FROM rowhouse.isolate('proof.tasks');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('proof.notes', 'user');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('proof.old', 'organization', 'tenant');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('proof.both');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('proof.both', 'user');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('proof.owned');
SELECT count(*) > 0 AS done FROM rowhouse.isolate('proof.parts');
SELECT * FROM rowhouse.verify_isolation('proof.tasks');
SELECT relation, count(*) FILTER (WHERE passed) AS passed, count(*) FILTER (WHERE NOT passed) AS failed,
       string_agg("check" || ': ' || detail, '; ') FILTER (WHERE passed IS NULL AND "check" <> 'copy') AS not_tried
FROM rowhouse.verify_isolation() WHERE relation LIKE 'proof.%' GROUP BY 1 ORDER BY 1;
-- rowhouse's own tables too.
SELECT count(*) FILTER (WHERE NOT passed) AS failed, count(*) FILTER (WHERE passed) > 10 AS tried FROM rowhouse.verify_isolation() WHERE relation LIKE 'rowhouse.%';
-- Nothing is left behind, and the trail of attempts knows nothing of it.
SELECT (SELECT count(*) FROM proof.tasks) + (SELECT count(*) FROM proof.notes) + (SELECT count(*) FROM proof.both) AS rows,
       (SELECT count(*) FROM rowhouse.organizations WHERE slug LIKE 'verify-%') AS organizations,
       has_table_privilege('rowhouse_owner', 'proof.tasks', 'SELECT') AS rights, rowhouse.user_id() IS NULL AS nobody;
SELECT rowhouse.health() -> 'refused_writes' AS before \gset
SELECT count(*) > 0 AS verified FROM rowhouse.verify_isolation('proof.tasks');
SELECT (rowhouse.health() -> 'refused_writes')::int - :before AS counted;

-- The tables of a product that was isolated by hand, with rows from before that belong to nobody.
CREATE SCHEMA product;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tasks', 'projects', 'project_git_branchs', 'agents', 'global_contexts', 'project_contexts',
                                'branch_contexts', 'task_contexts_unified', 'task_subtasks', 'labels', 'rules'] LOOP
        EXECUTE format('CREATE TABLE product.%I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL, data jsonb)', name);
        EXECUTE format('INSERT INTO product.%I (title) SELECT %L FROM generate_series(1, 10)', name, 'from before');
        PERFORM rowhouse.isolate(format('product.%I', name)::regclass, 'user');
    END LOOP;
END
$$;
SELECT count(DISTINCT relation) AS tables, count(*) FILTER (WHERE passed) AS passed, count(*) FILTER (WHERE NOT passed) AS failed,
       count(DISTINCT relation) FILTER (WHERE "check" = 'move' AND passed) AS tried_to_the_end
FROM rowhouse.verify_isolation() WHERE relation LIKE 'product.%';
SET client_min_messages = warning;
DROP SCHEMA product CASCADE;
RESET client_min_messages;

-- The faults.
CREATE FUNCTION pg_temp.faults() RETURNS TABLE (attempt text, detail text) LANGUAGE sql AS $$ SELECT "check", detail FROM rowhouse.verify_isolation('proof.tasks') WHERE NOT passed ORDER BY 1 $$;
SELECT * FROM pg_temp.faults();
ALTER TABLE proof.tasks NO FORCE ROW LEVEL SECURITY;
ALTER TABLE proof.tasks OWNER TO rowhouse_owner;
SELECT count(*) > 5 AS found FROM pg_temp.faults();
ALTER TABLE proof.tasks FORCE ROW LEVEL SECURITY;
SELECT * FROM pg_temp.faults();
ALTER TABLE proof.tasks DISABLE ROW LEVEL SECURITY;
SELECT attempt FROM pg_temp.faults();
ALTER TABLE proof.tasks ENABLE ROW LEVEL SECURITY;
DROP POLICY rowhouse_organization ON proof.tasks;
CREATE POLICY rowhouse_organization ON proof.tasks AS RESTRICTIVE USING (true) WITH CHECK (organization_id = (SELECT rowhouse.organization_id()));
SELECT attempt FROM pg_temp.faults();
DROP POLICY rowhouse_organization ON proof.tasks;
CREATE POLICY rowhouse_organization ON proof.tasks AS RESTRICTIVE USING (organization_id = (SELECT rowhouse.organization_id())) WITH CHECK (true);
SELECT attempt FROM pg_temp.faults();
DROP POLICY rowhouse_organization ON proof.tasks;
SELECT attempt FROM pg_temp.faults();
GRANT TRUNCATE ON proof.tasks TO regress_app;
SELECT attempt, detail FROM pg_temp.faults() WHERE attempt = 'truncate';
REVOKE TRUNCATE ON proof.tasks FROM regress_app;
ALTER TABLE proof.tasks OWNER TO CURRENT_USER;
SELECT count(*) > 0 AS repaired FROM rowhouse.isolate('proof.tasks');
SELECT * FROM pg_temp.faults();

-- Who may, and what is refused.
SELECT regress.try($$SELECT rowhouse.verify_isolation('pg_class')$$);
CREATE ROLE regress_operator IN ROLE rowhouse_admin;
SET ROLE regress_operator;
SELECT * FROM rowhouse.verify_isolation() WHERE relation = 'proof.tasks';
SET ROLE regress_app;
SELECT regress.try('SELECT rowhouse.verify_isolation()');
RESET ROLE;
DROP ROLE regress_operator;
SET client_min_messages = warning;
DROP SCHEMA proof CASCADE;
