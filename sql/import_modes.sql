-- The modes of an import: insert, skip, update, upsert; all or nothing; dry runs; what only the write finds.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT rowhouse.bootstrap('boss@modes.example', 'correct horse', 'modes-one', 'One') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('other@modes.example', 'correct horse', 'modes-two', 'Two') #>> '{organization,id}' AS two \gset
SELECT count(rowhouse.set_import_limits(jsonb_build_object(what, 1000))) FROM unnest(ARRAY['person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day']) what;
CREATE ROLE regress_table_owner IN ROLE rowhouse_admin;
CREATE SCHEMA modes AUTHORIZATION regress_table_owner;
GRANT USAGE ON SCHEMA modes, regress TO regress_app, regress_table_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_table_owner IN SCHEMA modes GRANT SELECT ON TABLES TO regress_app;
SET ROLE regress_table_owner;
CREATE TABLE modes.items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization_id uuid, sku text, price numeric(8,2) NOT NULL, cost numeric(8,2) NOT NULL DEFAULT 100,
    code text, active boolean NOT NULL DEFAULT true, note text, origin text, CONSTRAINT priced CHECK (price >= cost), CONSTRAINT noted CHECK (active OR note IS NOT NULL));
CREATE UNIQUE INDEX items_sku ON modes.items (organization_id, sku);
CREATE UNIQUE INDEX items_code ON modes.items (organization_id, code) WHERE active;
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('modes.items');
SELECT rowhouse.define_import('items', 'modes.items', '{"origin": {"insert_only": true}}') -> 'key' AS two_keys_would_do;
SELECT rowhouse.define_import('items', 'modes.items', '{"origin": {"insert_only": true}}', '{"key": ["sku"]}') -> 'key' AS key;
CREATE TABLE modes.pairs (a integer, b text COLLATE "C", n integer, m integer, PRIMARY KEY (a, b));
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('modes.pairs');
SELECT rowhouse.define_import('pairs', 'modes.pairs') -> 'key' AS key;
SET ROLE regress_app;

-- ---- the four --------------------------------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('boss@modes.example');
SELECT regress.import('items', regress.file('sku,price,cost,code,active,note,origin', 'a,5,1,A,yes,an,here', 'b,5,1,B,no,bn,here', 'c,5,1,C,yes,,here'));
-- The same again: refused, or passed over.
SELECT mode, regress.import('items', regress.file('sku,price,cost', 'a,6,1', 'c,6,1', 'new ' || mode || ',6,1', 'a,7,1'), jsonb_build_object('mode', mode)) FROM unnest(ARRAY['insert', 'skip']) mode;
SELECT sku, price FROM modes.items ORDER BY id;
-- An update needs the key and what is to change; what is empty stays; only in a file that has the key; what is not there is named.
SELECT regress.import('items', regress.file('sku,price', 'a,8', 'b,', 'z,1', 'c,0.5'), '{"mode": "update"}');
SELECT regress.import('items', regress.file('sku,note', 'a,seen', 'b,', ',x'), '{"mode": "update"}');
SELECT mode, regress.import('items', regress.file('note,price,cost', 'seen,9,1'), jsonb_build_object('mode', mode)) FROM unnest(ARRAY['skip', 'update', 'upsert']) mode;
SELECT regress.import('items', regress.file('sku', 'a'), '{"mode": "update"}');
-- Checks and other keys judge the row as it will be: a costs 1, b is not active, c has a code of its own.
SELECT regress.import('items', regress.file('sku,price,code,active,origin', 'a,2,A2,,there', 'b,6,C,,there', 'c,7,,,there', 'd,101,D,,there', 'e,101,A2,,there', 'f,99,F,,there', 'g,101,G,no,there'), '{"mode": "upsert"}');
SELECT regress.import('items', regress.file('sku,price,code,active', 'a,2,C,yes', 'b,6,X,yes', 'c,7,A2,no', 'd,101,X,'), '{"mode": "upsert"}');
SELECT sku, price, cost, code, active, note, origin FROM modes.items ORDER BY id;
-- A composite key, with rows twice in the file, and one that another spelling is not.
SELECT regress.import('pairs', regress.file('a,b,n,m', '1,x,1,1', '1,X,1,1', '1,x,2,2', '2,x,1,'));
SELECT regress.import('pairs', regress.file('a,b,n', '1,x,5', '1,X,', '2,x,6', '2,x,7', '3,y,8'), '{"mode": "upsert"}');
SELECT regress.import('pairs', regress.file('a,b,n', '1,x,9', '9,x,9'), '{"mode": "update"}');
SELECT a, b, n, m FROM modes.pairs ORDER BY a, b;
-- Preview and run agree.
SELECT mode, p -> 'would' AS would, jsonb_build_object('insert', r -> 'inserted', 'update', r -> 'updated', 'skip', r -> 'skipped', 'fail', r -> 'failed') AS tried
FROM (SELECT regress.file('a,b,n', '1,x,10', '4,x,1', 'x,x,1') AS file) f, unnest(ARRAY['insert', 'skip', 'update', 'upsert']) mode, rowhouse.import_preview('pairs', file, jsonb_build_object('mode', mode)) p,
     rowhouse.import_run('pairs', file, jsonb_build_object('mode', mode, 'dry_run', true)) r;
ROLLBACK;

-- A key that cannot be computed of every row: nothing is taken for new, or for a row of the own organization, that is not.
SET ROLE regress_table_owner;
CREATE TABLE modes.others (id integer PRIMARY KEY);
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('modes.others');
SELECT rowhouse.define_import('others', 'modes.others') -> 'key' AS key;
CREATE TABLE modes.computed (payload jsonb, other integer REFERENCES modes.others);
CREATE UNIQUE INDEX computed_key ON modes.computed (((payload ->> 'n')::integer));
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('modes.computed');
SELECT rowhouse.define_import('computed', 'modes.computed') -> 'key' AS key;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('other@modes.example');
SELECT regress.import('others', regress.file('id', '7'));
SELECT regress.act_as('boss@modes.example');
SELECT regress.import('computed', regress.file('payload,other', '"{""n"": 1}",7', '"{""n"": 2}",', '"{""n"": ""x""}",'));
SELECT mode, regress.try(format($$SELECT regress.import('computed', regress.file('payload,other', '"{""n"": 2}",7', '"{""n"": 3}",7', '"{""n"": ""x""}",'), '{"mode": "%s"}')$$, mode)) FROM unnest(ARRAY['skip', 'update', 'upsert']) mode;
SELECT regress.import('computed', regress.file('payload,other', '"{""n"": 2}",7', '"{""n"": 3}",7', '"{""n"": 4}",'), '{"mode": "upsert"}');
SELECT payload, other FROM modes.computed ORDER BY payload;
ROLLBACK;

-- ---- all or nothing, and dry runs ------------------------------------------------------------------------------------

RESET ROLE;
SET ROLE regress_table_owner;
CREATE FUNCTION modes.meddle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.note
        WHEN 'raise' THEN RAISE EXCEPTION 'not this one';
        WHEN 'skip' THEN RETURN NULL;
        WHEN 'change' THEN NEW.note := 'changed';
        WHEN 'null' THEN NEW.price := NULL;
        WHEN 'race' THEN -- somebody else is faster
            IF NEW.price <> 9 THEN
                INSERT INTO modes.items (sku, price, cost, note, organization_id) VALUES (NEW.sku, 9, 1, 'race', NEW.organization_id);
            END IF;
        ELSE NULL;
    END CASE;
    RETURN NEW;
END
$$;
CREATE TRIGGER meddle BEFORE INSERT OR UPDATE ON modes.items FOR EACH ROW EXECUTE FUNCTION modes.meddle();
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@modes.example');
SELECT regress.import('items', regress.file('sku,price,cost,note', 'a,5,1,', 'b,5,1,'), '{"all_or_nothing": true}');
CREATE TEMP TABLE files AS SELECT n, regress.file(VARIADIC lines) AS content FROM (VALUES
    (1, ARRAY['sku,price,cost,note', 'c,5,1,', 'd,0,1,']), (2, ARRAY['sku,price,cost,note', 'c,5,1,', 'd,5,1,raise', 'e,5,1,skip', 'f,5,1,race']),
    (3, ARRAY['sku,price,cost,note', 'a,6,,', 'b,6,1,change', 'c,5,1,'])) f(n, lines);
SELECT n, regress.import('items', content, '{"all_or_nothing": true, "mode": "upsert"}') FROM files ORDER BY n;
SELECT sku, price, note FROM modes.items ORDER BY id;
DELETE FROM files WHERE n = 3;
-- The numbers of a dry run are those of the run; it leaves nothing, neither rows nor a batch.
SELECT n, rowhouse.import_run('items', content, '{"dry_run": true}') - '{id,created_at,started_at,finished_at,rows_per_second}'::text[] AS tried FROM files ORDER BY n;
SELECT count(*) AS batches, (SELECT count(*) FROM modes.items) AS items FROM rowhouse.import_history();
SELECT n, rowhouse.import_run('items', content) - '{id,created_at,started_at,finished_at,rows_per_second}'::text[] AS done FROM files ORDER BY n;
SELECT sku, price, note FROM modes.items ORDER BY id;
ROLLBACK;

-- ---- triggers and others ---------------------------------------------------------------------------------------------

BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT regress.act_as('boss@modes.example');
SELECT regress.import('items', regress.file('sku,price,cost,note', 'a,5,1,', 'b,5,1,', 'c,5,1,'));
SELECT regress.import('items', regress.file('sku,price,cost,note', 'a,6,1,raise', 'b,6,1,skip', 'c,6,1,change', 'd,6,1,raise', 'e,6,1,skip', 'f,6,1,change', 'g,6,1,race', 'h,6,1,null', 'i,6,1,'), '{"mode": "upsert"}');
SELECT sku, price, note FROM modes.items ORDER BY id;
ROLLBACK;

-- Another session is at the table between the examination and the write: a row that came in or went away is a finding, one
-- that was changed is updated all the same, and the rest of the chunk goes in.
RESET ROLE;
CREATE EXTENSION dblink SCHEMA modes;
CREATE FUNCTION regress.interfere() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = modes, pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('regress.interfere', true) <> '' THEN
        PERFORM dblink_exec(format('dbname=%s host=%s port=%s user=%s', current_database(), split_part(current_setting('unix_socket_directories'), ',', 1),
                                   current_setting('port'), session_user),
            format($sql$SET lock_timeout = '5s';
                        INSERT INTO modes.pairs (a, b, n, organization_id) VALUES (50, 'x', 0, %1$L) ON CONFLICT DO NOTHING;
                        UPDATE modes.pairs SET n = 7 WHERE a = 2 AND n <> 7;
                        DELETE FROM modes.pairs WHERE a = 3$sql$, current_setting('regress.interfere')));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER interfere BEFORE UPDATE ON modes.pairs FOR EACH STATEMENT EXECUTE FUNCTION regress.interfere();
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@modes.example');
SELECT regress.import('pairs', regress.file('a,b,n,m', '1,x,1,1', '2,x,1,1', '3,x,1,1'));
COMMIT;
BEGIN;
SELECT regress.act_as('boss@modes.example');
SELECT set_config('regress.interfere', :'one', true) = :'one' AS interferes;
SELECT regress.import('pairs', regress.file('a,b,m', '1,x,5', '2,x,5', '3,x,5', '50,x,5', '51,x,5'), '{"mode": "upsert"}');
SELECT a, b, n, m FROM modes.pairs ORDER BY a;
COMMIT;

-- ---- in the end ------------------------------------------------------------------------------------------------------

RESET ROLE;
SELECT count(rowhouse.set_import_limits(jsonb_build_object(what, NULL))) FROM unnest(ARRAY['person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day']) what;
DELETE FROM rowhouse.import_targets WHERE relation NOT IN (SELECT oid FROM pg_class WHERE relnamespace = 'rowhouse'::regnamespace);
DROP SCHEMA modes CASCADE;
DROP FUNCTION regress.interfere;
DROP OWNED BY regress_table_owner;
DROP ROLE regress_table_owner;
DELETE FROM rowhouse.organizations WHERE slug LIKE 'modes-%';
