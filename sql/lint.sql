-- Every code of lint(): nothing is found, a fault is planted, it is found, its own fix is run, and nothing is found.
\set SHOW_CONTEXT never
\pset null '-'
SET client_min_messages = error;

CREATE TABLE regress.findings AS SELECT * FROM rowhouse.lint();
CREATE FUNCTION regress.new_findings() RETURNS TABLE (code text, level text, object text, fix text) LANGUAGE sql AS $$
    SELECT f.code, f.level, f.object, f.fix FROM rowhouse.lint() f
    WHERE (f.code, f.level, f.object, f.detail) NOT IN (SELECT b.code, b.level, b.object, b.detail FROM regress.findings b)
$$;

-- What is new before the fault (nothing), with it, and after its fixes have run (nothing), or another repair where
-- somebody has to decide.
CREATE FUNCTION regress.lint(fault text, repair text DEFAULT NULL) RETURNS TABLE (step text, code text, level text, object text, fix text)
    LANGUAGE plpgsql AS $$
DECLARE
    fixes text[];
    new record;
BEGIN
    RETURN QUERY SELECT 'before', n.* FROM regress.new_findings() n;
    EXECUTE fault;
    FOR new IN SELECT n.* FROM regress.new_findings() n LOOP
        step := 'found'; code := new.code; level := new.level; object := new.object; fix := new.fix;
        fixes := fixes || new.fix;
        RETURN NEXT;
    END LOOP;
    IF repair IS NULL THEN
        FOR repair IN SELECT DISTINCT each FROM unnest(fixes) each ORDER BY each LOOP
            EXECUTE repair;
        END LOOP;
    ELSE
        EXECUTE repair;
    END IF;
    RETURN QUERY SELECT 'after', n.* FROM regress.new_findings() n;
END
$$;

CREATE ROLE regress_plain;
CREATE ROLE regress_other;
GRANT USAGE, CREATE ON SCHEMA regress TO regress_plain, regress_other;
CREATE TABLE regress.tasks (id uuid, title text);
SELECT count(*) AS statements FROM rowhouse.isolate('regress.tasks');
CREATE TABLE regress."Odd Notes" (body text);
SELECT count(*) AS statements FROM rowhouse.isolate('regress."Odd Notes"', 'user', 'Whose Is It');

-- The tables themselves.
SELECT * FROM regress.lint('ALTER TABLE regress.tasks DISABLE ROW LEVEL SECURITY');
SELECT * FROM regress.lint('ALTER TABLE regress.tasks NO FORCE ROW LEVEL SECURITY');
SELECT * FROM regress.lint('DROP POLICY rowhouse_organization ON regress.tasks');
SELECT * FROM regress.lint('DROP POLICY rowhouse_user ON regress."Odd Notes"');
SELECT * FROM regress.lint('ALTER POLICY rowhouse_organization ON regress.tasks USING (true)');
SELECT * FROM regress.lint('ALTER POLICY rowhouse_organization ON regress.tasks WITH CHECK (true)');
SELECT * FROM regress.lint('ALTER POLICY rowhouse_organization ON regress.tasks WITH CHECK (organization_id = (SELECT rowhouse.organization_id()) OR true)');
SELECT * FROM regress.lint('ALTER POLICY rowhouse_organization ON regress.tasks TO regress_plain');
SELECT * FROM regress.lint('DROP POLICY rowhouse_allow ON regress.tasks');
SELECT * FROM regress.lint('CREATE POLICY everything ON regress.tasks USING (true)');
SELECT * FROM regress.lint('CREATE POLICY "no Drafts" ON regress.tasks AS RESTRICTIVE USING (title IS NOT NULL)');
SELECT * FROM regress.lint('ALTER TABLE regress.tasks RENAME organization_id TO tenant');
SELECT * FROM regress.lint('ALTER TABLE regress.tasks DROP COLUMN organization_id CASCADE');
SELECT * FROM regress.lint('DROP INDEX regress.tasks_organization_id_idx');
SELECT * FROM regress.lint('ALTER TABLE regress.tasks ALTER organization_id DROP DEFAULT');
-- Those of rowhouse, which isolate() refuses.
BEGIN;
SELECT * FROM regress.lint('DROP POLICY rowhouse_organization ON rowhouse.members; ALTER TABLE rowhouse.members DISABLE ROW LEVEL SECURITY');
SELECT * FROM regress.lint('DROP POLICY rowhouse_allow ON rowhouse.members');
SELECT * FROM regress.lint('CREATE TABLE regress.more_members () INHERITS (rowhouse.members); ALTER TABLE regress.more_members DISABLE ROW LEVEL SECURITY');
ROLLBACK;

-- Partitions and children (P14), foreign tables.
CREATE TABLE regress.parts (part integer) PARTITION BY LIST (part);
CREATE TABLE regress.parts_1 PARTITION OF regress.parts FOR VALUES IN (1);
SELECT count(*) AS statements FROM rowhouse.isolate('regress.parts');
SELECT * FROM regress.lint('CREATE TABLE regress.parts_2 PARTITION OF regress.parts FOR VALUES IN (2); ALTER TABLE regress.parts_2 DISABLE ROW LEVEL SECURITY');
SELECT * FROM regress.lint('ALTER TABLE regress.parts_2 NO FORCE ROW LEVEL SECURITY; DROP POLICY rowhouse_allow ON regress.parts_2');
SELECT * FROM regress.lint('CREATE TABLE regress.more_tasks () INHERITS (regress.tasks); ALTER TABLE regress.more_tasks DISABLE ROW LEVEL SECURITY');
DROP TABLE regress.more_tasks;
CREATE FOREIGN DATA WRAPPER regress_wrapper;
CREATE SERVER regress_server FOREIGN DATA WRAPPER regress_wrapper;
SELECT * FROM regress.lint('CREATE FOREIGN TABLE regress.parts_far PARTITION OF regress.parts FOR VALUES IN (3) SERVER regress_server', 'ALTER TABLE regress.parts DETACH PARTITION regress.parts_far; DROP FOREIGN TABLE regress.parts_far');
SELECT * FROM regress.lint('CREATE FOREIGN TABLE regress.tasks_far () INHERITS (regress.tasks) SERVER regress_server', 'ALTER FOREIGN TABLE regress.tasks_far NO INHERIT regress.tasks; DROP FOREIGN TABLE regress.tasks_far');
SELECT * FROM regress.lint('CREATE FOREIGN TABLE regress.far (organization_id uuid) SERVER regress_server', 'DROP FOREIGN TABLE regress.far');
DROP FOREIGN DATA WRAPPER regress_wrapper CASCADE;

-- Tables that were forgotten (P37): by the usual names, and by one that an isolated table uses.
SELECT * FROM regress.lint('CREATE TABLE regress.invoices (organization_id uuid, user_id uuid)');
SELECT * FROM regress.lint('CREATE TABLE regress.payments (organization_id uuid); GRANT SELECT ON regress.payments TO regress_app');
SELECT * FROM regress.lint('CREATE TABLE regress.drafts ("Whose Is It" uuid, id uuid)');
SELECT * FROM regress.lint('CREATE TABLE regress.years (user_id uuid, year integer) PARTITION BY LIST (year); CREATE TABLE regress.year_1 PARTITION OF regress.years FOR VALUES IN (1)');
SELECT count(*) AS not_of_type_uuid FROM regress.lint('CREATE TABLE regress.numbers (organization_id bigint)', 'DROP TABLE regress.numbers');
DROP TABLE regress.invoices, regress.payments, regress.drafts, regress.years;

-- Keys (P7): of any shape; with the owner column anywhere in it a key tells nothing.
SELECT * FROM regress.lint('ALTER TABLE regress.tasks ADD CONSTRAINT tasks_title_key UNIQUE (title)');
SELECT * FROM regress.lint('ALTER TABLE regress.tasks DROP CONSTRAINT tasks_title_key; ALTER TABLE regress.tasks ADD CONSTRAINT tasks_title_key UNIQUE (title, organization_id)', 'ALTER TABLE regress.tasks DROP CONSTRAINT tasks_title_key');
SELECT * FROM regress.lint('CREATE UNIQUE INDEX "Title Key" ON regress.tasks (lower(title)) INCLUDE (organization_id) WHERE title > ''m''');
SELECT pg_get_indexdef('regress."Title Key"'::regclass);
DROP INDEX regress."Title Key";
SELECT * FROM regress.lint('ALTER TABLE regress.tasks ADD CONSTRAINT one_title EXCLUDE USING btree (title WITH =)');
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'one_title';
ALTER TABLE regress.tasks DROP CONSTRAINT one_title;
SELECT * FROM regress.lint('ALTER TABLE regress.tasks ADD PRIMARY KEY (id)');
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'tasks_pkey';
SELECT * FROM regress.lint('ALTER TABLE regress.parts ADD CONSTRAINT "Part""s" UNIQUE (part)', 'ALTER TABLE regress.parts DROP CONSTRAINT "Part""s"');

-- Foreign keys (P6).
ALTER TABLE regress.tasks DROP CONSTRAINT tasks_pkey;
CREATE TABLE regress.labels (id integer, task uuid, other uuid);
SELECT count(*) AS statements FROM rowhouse.isolate('regress.labels');
ALTER TABLE regress.tasks ADD CONSTRAINT tasks_id_key UNIQUE (id);
TRUNCATE regress.findings;
INSERT INTO regress.findings SELECT * FROM rowhouse.lint() f WHERE f.object NOT LIKE 'tasks_id_key %'; -- its fix depends on who refers to it
SELECT * FROM regress.lint('SELECT', 'INSERT INTO regress.findings SELECT * FROM rowhouse.lint()');
SELECT * FROM regress.lint('ALTER TABLE regress.labels ADD CONSTRAINT labels_task FOREIGN KEY (task) REFERENCES regress.tasks (id) DEFERRABLE INITIALLY DEFERRED');
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'labels_task';
SELECT * FROM regress.lint('ALTER TABLE regress.labels ADD CONSTRAINT labels_other FOREIGN KEY (other) REFERENCES regress.tasks (id) ON UPDATE CASCADE ON DELETE SET NULL');
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'labels_other';
SELECT * FROM regress.lint('ALTER TABLE regress.labels ADD CONSTRAINT labels_partner FOREIGN KEY (other) REFERENCES rowhouse.organizations', 'ALTER TABLE regress.labels DROP CONSTRAINT labels_partner');
SELECT * FROM regress.lint('ALTER TABLE regress.labels ADD CONSTRAINT labels_user FOREIGN KEY (other) REFERENCES rowhouse.user_profiles', 'ALTER TABLE regress.labels DROP CONSTRAINT labels_user');
SELECT * FROM regress.lint('CREATE TABLE regress.outside (task uuid, CONSTRAINT outside_task FOREIGN KEY (task) REFERENCES regress.tasks (id))', 'DROP TABLE regress.outside');
SELECT * FROM regress.lint('ALTER TABLE regress.labels ADD CONSTRAINT labels_id UNIQUE (id); CREATE TABLE regress.outside (label integer, CONSTRAINT outside_label FOREIGN KEY (label) REFERENCES regress.labels (id))', 'DROP TABLE regress.outside; ALTER TABLE regress.labels DROP CONSTRAINT labels_id');

-- Views (P3, P4), directly and through each other.
SELECT * FROM regress.lint('CREATE VIEW regress.titles AS SELECT title FROM regress.tasks');
SELECT * FROM regress.lint('ALTER VIEW regress.titles SET (security_invoker = off); CREATE VIEW regress."All Titles" AS SELECT title FROM regress.titles; ALTER VIEW regress.titles OWNER TO regress_plain');
DROP VIEW regress.titles CASCADE;
SELECT * FROM regress.lint('CREATE MATERIALIZED VIEW regress.frozen AS SELECT title FROM regress.tasks', 'DROP MATERIALIZED VIEW regress.frozen');
SELECT * FROM regress.lint('CREATE MATERIALIZED VIEW regress.frozen AS SELECT title FROM regress.tasks; GRANT SELECT ON regress.frozen TO regress_app, PUBLIC', 'REVOKE ALL ON TABLE regress.frozen FROM PUBLIC; REVOKE ALL ON TABLE regress.frozen FROM regress_app; DROP MATERIALIZED VIEW regress.frozen');
SELECT * FROM regress.lint('CREATE MATERIALIZED VIEW regress.frozen AS SELECT NULL::text AS title FROM regress.tasks; GRANT SELECT (title) ON regress.frozen TO regress_app; GRANT SELECT ON regress.tasks TO regress_plain; ALTER MATERIALIZED VIEW regress.frozen OWNER TO regress_plain', 'DROP MATERIALIZED VIEW regress.frozen; REVOKE SELECT ON regress.tasks FROM regress_plain');
SELECT * FROM regress.lint('CREATE RULE quiet AS ON DELETE TO regress.tasks DO INSTEAD NOTHING');

-- Functions (P5, P10) and triggers (P30).
SELECT * FROM regress.lint('CREATE FUNCTION regress.titles(text) RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS ''SELECT title FROM regress.tasks''');
SELECT * FROM regress.lint('REVOKE ALL ON FUNCTION regress.titles(text) FROM PUBLIC; ALTER FUNCTION regress.titles(text) SECURITY DEFINER', 'DROP FUNCTION regress.titles(text)');
SELECT * FROM regress.lint('CREATE FUNCTION regress.lent() RETURNS integer LANGUAGE sql SECURITY DEFINER AS ''SELECT 1''; ALTER FUNCTION regress.lent() OWNER TO regress_plain');
SELECT * FROM regress.lint('CREATE PROCEDURE regress.lent_too() LANGUAGE sql SECURITY DEFINER SET search_path = regress, "$user" AS ''SELECT 1''; ALTER PROCEDURE regress.lent_too() OWNER TO regress_plain');
-- A path that is no list of plain names gets into no statement.
SELECT set_config('search_path', 'regress;drop/**/table/**/regress.tasks', false) AS path;
SELECT * FROM regress.lint('CREATE FUNCTION regress.planted() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS ''SELECT 1''; ALTER FUNCTION regress.planted() OWNER TO regress_plain', 'DROP FUNCTION regress.planted()');
RESET search_path;
DROP FUNCTION regress.lent();
DROP PROCEDURE regress.lent_too();
SELECT * FROM regress.lint('CREATE FUNCTION regress.like_me(text) RETURNS boolean LANGUAGE sql IMMUTABLE LEAKPROOF AS ''SELECT true''');
DROP FUNCTION regress.like_me(text);
BEGIN; -- no extension may lose its functions
SELECT * FROM regress.lint('ALTER FUNCTION rowhouse.health() RESET search_path');
ROLLBACK;
CREATE FUNCTION regress.on_task() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "On Task" BEFORE INSERT ON regress.tasks FOR EACH ROW EXECUTE FUNCTION regress.on_task();
SELECT * FROM regress.lint('ALTER FUNCTION regress.on_task() SECURITY DEFINER SET search_path = pg_catalog, pg_temp');
SELECT replace(fix, current_user, 'ME') AS fix, step, code, level, object FROM regress.lint('ALTER FUNCTION regress.on_task() OWNER TO regress_plain');
SELECT * FROM regress.lint('CREATE FUNCTION regress.native(internal) RETURNS internal LANGUAGE c AS ''$libdir/plpgsql'', ''plpgsql_call_handler''', 'DROP FUNCTION regress.native(internal)');

-- Rights that row level security does not cover (P15, P32), publications (P31).
SELECT * FROM regress.lint('GRANT SELECT, REFERENCES ON regress.tasks TO regress_app');
SELECT * FROM regress.lint('GRANT TRUNCATE, TRIGGER ON regress.tasks TO PUBLIC; GRANT REFERENCES (id, title) ON regress.tasks TO regress_plain WITH GRANT OPTION');
REVOKE ALL ON regress.tasks FROM regress_app;
ALTER TABLE regress.tasks ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY;
SELECT * FROM regress.lint('GRANT USAGE, UPDATE ON SEQUENCE regress.tasks_number_seq TO regress_app');
SELECT * FROM regress.lint('CREATE PUBLICATION "Regress" FOR TABLE regress.tasks');
SELECT count(*) AS with_row_filter FROM regress.lint('ALTER PUBLICATION "Regress" ADD TABLE regress.tasks WHERE (organization_id IS NULL)', 'DROP PUBLICATION "Regress"');
SELECT * FROM regress.lint('CREATE PUBLICATION regress_schema FOR TABLES IN SCHEMA regress');
SELECT * FROM regress.lint('CREATE PUBLICATION regress_all FOR ALL TABLES', 'DROP PUBLICATION regress_all');
DROP PUBLICATION regress_schema;

-- Roles (P2, P39).
SELECT * FROM regress.lint('CREATE ROLE regress_root SUPERUSER LOGIN', 'ALTER ROLE regress_root NOLOGIN');
SELECT * FROM regress.lint('CREATE ROLE regress_login LOGIN; GRANT regress_plain TO regress_login; GRANT regress_root TO regress_plain');
SELECT * FROM regress.lint('CREATE ROLE regress_bypass NOINHERIT BYPASSRLS; GRANT regress_bypass TO regress_plain', 'SELECT'); -- may do nothing yet
SELECT * FROM regress.lint('GRANT DELETE ON regress.tasks TO regress_bypass', 'REVOKE regress_bypass FROM regress_plain');
SELECT * FROM regress.lint('ALTER ROLE regress_bypass LOGIN');
SELECT count(*) FILTER (WHERE code = 'createrole-login') = (current_setting('server_version_num')::integer < 160000)::integer AS found_before_16 FROM regress.lint('ALTER ROLE regress_other CREATEROLE; GRANT regress_other TO regress_login', 'ALTER ROLE regress_other NOCREATEROLE');
SELECT * FROM regress.lint('GRANT pg_read_server_files, pg_execute_server_program TO regress_other');
SELECT * FROM regress.lint('GRANT rowhouse_owner, rowhouse_system TO regress_other');
SELECT * FROM regress.lint('ALTER TABLE regress.tasks OWNER TO regress_plain', 'SELECT');
SELECT step, code, level, object, fix FROM regress.lint('GRANT rowhouse_user TO regress_login', 'REVOKE rowhouse_user FROM regress_login; ALTER TABLE regress.tasks OWNER TO CURRENT_USER');

-- Stored settings, releases of the server.
SELECT * FROM regress.lint('ALTER ROLE regress_app SET row_security = off');
SELECT replace(object, current_database(), 'DB') AS object, replace(fix, current_database(), 'DB') AS fix, step, code
FROM regress.lint(format('ALTER DATABASE %1$I SET row_security = off; ALTER ROLE regress_app IN DATABASE %1$I SET rowhouse.organization = ''iso-a''', current_database()));
SELECT * FROM regress.lint('CREATE FUNCTION regress.as_somebody() RETURNS uuid LANGUAGE sql SET rowhouse.organization = ''iso-a'' AS ''SELECT rowhouse.user_id()''');
DROP FUNCTION regress.as_somebody();
SELECT v, l.* FROM unnest(ARRAY[150020, 150019, 150003, 160009, 170011, 180007, 180006, 140009, 190001]) v LEFT JOIN rowhouse.lint_server(v) l ON true;

-- rowhouse itself.
BEGIN;
SELECT * FROM regress.lint('ALTER FUNCTION rowhouse.login(text, text) OWNER TO regress_plain; ALTER TABLE rowhouse.members OWNER TO regress_plain; ALTER FUNCTION rowhouse.user_id() OWNER TO regress_plain');
ROLLBACK;
BEGIN;
SELECT * FROM regress.lint('ALTER TABLE rowhouse.signing_keys OWNER TO regress_plain; ALTER SCHEMA rowhouse OWNER TO regress_plain',
    'ALTER TABLE rowhouse.signing_keys OWNER TO rowhouse_system; ALTER SCHEMA rowhouse OWNER TO CURRENT_USER');
ROLLBACK;
SELECT * FROM regress.lint('GRANT EXECUTE ON FUNCTION rowhouse.add_founder(uuid, uuid) TO PUBLIC; GRANT EXECUTE ON FUNCTION rowhouse.issue_token(uuid, interval, jsonb) TO regress_app');
SELECT * FROM regress.lint('GRANT SELECT ON rowhouse.signing_keys TO regress_app; GRANT SELECT (password_hash) ON rowhouse.accounts TO regress_app; GRANT CREATE ON SCHEMA rowhouse TO PUBLIC; GRANT UPDATE ON SEQUENCE rowhouse.import_errors_seq_seq TO regress_app');

-- Every finding is explained by a whole sentence, and everybody who may ask gets the same answer.
SELECT DISTINCT code, detail FROM rowhouse.lint() WHERE detail !~ '^[A-Z].*\.$' OR code !~ '^[a-z]+(-[a-z]+)+$' OR object = '' OR fix = '';
SELECT code, object FROM rowhouse.lint() WHERE code = 'not-checked' ORDER BY 2;
CREATE TABLE regress.seen AS SELECT count(*) AS by_superuser FROM rowhouse.lint();
GRANT USAGE ON SCHEMA regress TO rowhouse_admin;
GRANT SELECT ON regress.seen TO rowhouse_admin;
SET ROLE rowhouse_admin;
SELECT (SELECT count(*) FROM rowhouse.lint()) = by_superuser AS admin_sees_the_same FROM regress.seen;
SET ROLE regress_app;
SELECT regress.try('SELECT * FROM rowhouse.lint()'), regress.try('SELECT * FROM rowhouse.lint_roles()');
RESET ROLE;
REVOKE USAGE ON SCHEMA regress FROM rowhouse_admin;

DROP TABLE regress.seen, regress.findings, regress.labels, regress.tasks, regress."Odd Notes", regress.parts;
DROP FUNCTION regress.lint(text, text), regress.new_findings(), regress.on_task();
DROP OWNED BY regress_plain, regress_other, regress_bypass;
DROP ROLE regress_plain, regress_other, regress_bypass, regress_login, regress_root;
