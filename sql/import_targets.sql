-- A table of each shape, with nothing but define_import(): types, defaults, constraints, keys, owners; and who may define what.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT rowhouse.bootstrap('boss@shapes.example', 'correct horse', 'shapes-one', 'One') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('other@shapes.example', 'correct horse', 'shapes-two', 'Two') #>> '{organization,id}' AS two \gset
SELECT count(rowhouse.register(who || '@shapes.example', 'correct horse')) FROM unnest(ARRAY['member', 'root']) who;
SELECT count(rowhouse.confirm_account(who || '@shapes.example')) FROM unnest(ARRAY['member', 'root']) who;
SELECT rowhouse.set_super_admin('root@shapes.example');
SELECT count(rowhouse.set_import_limits(jsonb_build_object(what, 1000))) FROM unnest(ARRAY['person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day']) what;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT count(rowhouse.add_member(:'one', 'member@shapes.example', 'member'));
COMMIT;
-- The owner of the tables is nobody special.
CREATE ROLE regress_table_owner IN ROLE rowhouse_admin;
CREATE SCHEMA shapes AUTHORIZATION regress_table_owner;
GRANT USAGE ON SCHEMA shapes, regress TO regress_app, regress_table_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_table_owner IN SCHEMA shapes GRANT SELECT ON TABLES TO regress_app;
CREATE EXTENSION citext SCHEMA shapes;
-- Isolates a table and makes it a target of its name: what define_import() says of its columns.
CREATE FUNCTION regress.target(relation regclass, given jsonb DEFAULT NULL, scope text DEFAULT 'organization', owner name DEFAULT NULL)
    RETURNS TABLE (role text, key jsonb, columns text) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    defined jsonb;
BEGIN
    PERFORM rowhouse.isolate(relation, scope, owner);
    defined := rowhouse.define_import((SELECT regexp_replace(relname, '\W', '', 'g') FROM pg_class WHERE oid = relation), relation, given);
    RETURN QUERY SELECT defined ->> 'role', defined -> 'key', string_agg((c ->> 'name') || CASE WHEN (c ->> 'required')::boolean THEN '!' ELSE '' END, ' ' ORDER BY n)
    FROM jsonb_array_elements(defined -> 'columns') WITH ORDINALITY e(c, n);
END
$$;
SET ROLE regress_table_owner;

-- ---- types -----------------------------------------------------------------------------------------------------------

CREATE TYPE shapes.color AS ENUM ('red', 'Green', 'sky blue');
CREATE TYPE shapes.point3 AS (x integer, y integer);
CREATE DOMAIN shapes.code AS varchar(4);
CREATE TABLE shapes.types (small smallint, whole integer, big bigint, amount numeric(6,2), r real, d double precision, yes boolean,
    day date, at timestamp, moment timestamptz, ref uuid, j json, jb jsonb, note text, name varchar(5), letters char(3), tint shapes.color,
    addr inet, span interval, list integer[], words text[], raw bytea, period int4range, tag shapes.code, tod time, x xml, pt shapes.point3, ci shapes.citext);
SELECT * FROM regress.target('shapes.types');
RESET ROLE;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SET LOCAL TimeZone = 'UTC';
SELECT regress.import('types', regress.file('small,whole,big,amount,r,d,yes,day,at,moment,ref,j,jb,note,name,letters,tint,addr,span,list,words,raw,period,tag,tod,x,pt,ci',
    '1,2,3,4.5,1.5,2.5,yes,2026-01-31,2026-01-31 10:00,2026-01-31 10:00+02,00000000-0000-4000-8000-00000000000A,"{""a"": 1}","{""a"":1}",text,abcde,ab,RED,10.0.0.1,1 day,"{1,2}","{a,""b c""}",\xDEADBEEF,"[1,5)",abcd,10:00,<a/>,"(1,2)",Ci',
    '-32768,-2147483648,-9223372036854775808,9999.994,,,0,,,,,null,null," a ",,,sky blue,::1,P1D,{},{},abc,empty," a ",,,,',
    '32768,2147483648,9223372036854775808,10000,1e39,1e309,maybe,2026-02-30,2026-01-31 25:00,infinity,x,{,{,,abcdef,abcd,pink,300.1.1.1,1 parsec,"{1,x}","{a",\xZZ,"[5,1)",abcde,25:00,<a,"(1)",',
    '1.5,x,"1,2,3",9999.995,NaN,Infinity,t,infinity,epoch,now,,,,,,,green,,,,,,,,,,,'));
SELECT jsonb_strip_nulls(to_jsonb(t) - 'organization_id') AS types FROM shapes.types t ORDER BY small DESC;
ROLLBACK;

-- Domains: their own checks, and NOT NULL, which nothing but the conversion of a value enforces.
SET ROLE regress_table_owner;
CREATE DOMAIN shapes.percent AS integer NOT NULL CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN shapes.half AS shapes.percent CHECK (VALUE <= 50);
CREATE TABLE shapes.domains (id integer PRIMARY KEY, a shapes.percent, b shapes.half, c shapes.percent DEFAULT 7);
SELECT * FROM regress.target('shapes.domains', '{"b": {"required": false}}');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('domains', regress.file('id,a,b,c', '1,100,50,1', '2,101,50,1', '3,5,51,', '4,,1,', '5,1,,', '6,1,1,'));
SELECT regress.import('domains', regress.file('id,a', '7,100'));
SELECT id, a, b, c FROM shapes.domains ORDER BY id;
ROLLBACK;

-- ---- defaults, generated and identity columns ------------------------------------------------------------------------

SET ROLE regress_table_owner;
CREATE FUNCTION shapes.serial_number() RETURNS text LANGUAGE sql VOLATILE RETURN 'n' || random();
CREATE TABLE shapes.defaults (id serial PRIMARY KEY, k text NOT NULL DEFAULT 'random nextval', n integer NOT NULL, m integer NOT NULL DEFAULT 5, g integer GENERATED ALWAYS AS (n * 2) STORED UNIQUE,
    a integer GENERATED ALWAYS AS IDENTITY, b integer GENERATED BY DEFAULT AS IDENTITY, u uuid DEFAULT gen_random_uuid(), s text DEFAULT shapes.serial_number(), made date NOT NULL DEFAULT current_date);
SELECT * FROM regress.target('shapes.defaults');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
-- What the generated column would be is unique as well.
SELECT regress.import('defaults', regress.file('id,k,n,m,g,a,b,u,made', '77,k,1,2,3,4,5,00000000-0000-4000-8000-000000000001,2026-01-01', ',,2,,,,,,', ',,,3,,,,,', ',,2,,,,,,'));
SELECT regress.import('defaults', regress.file('n', '2', '3'));
SELECT k, n, m, g, id < 10 AND a < 10 AND b < 10 AND u IS NOT NULL AND s IS NOT NULL AS filled, made >= current_date - 1 AS today FROM shapes.defaults ORDER BY n;
ROLLBACK;
-- Named, a key that is given out can come from the file; an empty cell gets a new one.
SET ROLE regress_table_owner;
SELECT * FROM regress.target('shapes.defaults', '{"id": {}, "b": {}, "u": {}}');
SELECT regress.try($$SELECT regress.target('shapes.defaults', '{"a": {}}')$$), regress.try($$SELECT regress.target('shapes.defaults', '{"g": {}}')$$),
       regress.try($$SELECT regress.target('shapes.defaults', '{"organization_id": {}}')$$);
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('defaults', regress.file('id,n,b,u', '77,1,78,00000000-0000-4000-8000-000000000001', ',2,,', ',3,,', '77,4,,'));
SELECT regress.import('defaults', regress.file('n', '5', '6'));
SELECT id = 77 AS given, b = 78 AS identity_given, u = '00000000-0000-4000-8000-000000000001' AS uuid_given, n FROM shapes.defaults ORDER BY n;
ROLLBACK;

-- ---- checks ----------------------------------------------------------------------------------------------------------

SET ROLE regress_table_owner;
CREATE TABLE shapes.checks (id integer PRIMARY KEY CHECK (id > 0), lo integer DEFAULT 10, hi integer, status text CHECK (status IN ('a', 'b')), hidden integer DEFAULT 3,
    CHECK (lo <= hi), CONSTRAINT with_hidden CHECK (hidden + id < 100), CONSTRAINT about_rows CHECK (checks IS NOT NULL OR lo IS NULL OR true));
SELECT * FROM regress.target('shapes.checks', '{"hidden": null}');
CREATE TABLE shapes.risky (id integer PRIMARY KEY, CONSTRAINT divides CHECK (10 / (id - 5) < 3), note text CONSTRAINT short CHECK (length(note) < 3));
SELECT * FROM regress.target('shapes.risky');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('checks', regress.file('id,lo,hi,status', '1,1,2,a', '2,3,2,a', '3,,9,a', '4,,10,b', '-1,5,4,c', '98,1,2,a', '96,1,2,', 'x,9,1,z'));
SELECT id FROM shapes.checks ORDER BY id;
SELECT regress.import('checks', regress.file('id,hi', '5,9', '6,11'));
-- A check that fails for one row says nothing about the others.
SELECT regress.import('risky', regress.file('id,note', '5,a', '6,b', '9,c', '10,long'));
ROLLBACK;

-- ---- unique keys -----------------------------------------------------------------------------------------------------

SET ROLE regress_table_owner;
CREATE TABLE shapes.keys (single integer UNIQUE, a text, b text, UNIQUE (a, b), email text, part text, active boolean NOT NULL DEFAULT true,
    nn integer, UNIQUE NULLS NOT DISTINCT (nn), d integer UNIQUE DEFERRABLE INITIALLY DEFERRED, ci shapes.citext UNIQUE);
CREATE UNIQUE INDEX ON shapes.keys (lower(email));
CREATE UNIQUE INDEX ON shapes.keys (part) WHERE active;
SELECT * FROM regress.target('shapes.keys');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('keys', regress.file('single,a,b,email,part,active,nn,d,ci', '1,a,b,A@x,p,yes,1,1,C', '1,a,c,a@x,p,no,2,2,d', '2,a,b,b@x,p,,,3,c', '3,b,b,B@x,p,no,3,4,e', '4,c,,,,,4,1,', '5,c,,,,,5,5,', '6,c,,,,,,,', '7,c,,,,,,,'));
SELECT regress.import('keys', regress.file('single,a,b,email,part,active,nn,d,ci', '8,d,,a@X,p,no,8,1,x', '1,a,b,A@x,p,yes,1,1,C', '9,q,w,e,p,yes,9,9,'));
SELECT single, a, b, email, part, active, nn, d, ci FROM shapes.keys ORDER BY single;
ROLLBACK;
-- An empty cell stands for the default, in a key too.
SET ROLE regress_table_owner;
CREATE TABLE shapes.days (day integer, shift text NOT NULL DEFAULT 'early', PRIMARY KEY (day, shift));
SELECT * FROM regress.target('shapes.days');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('days', regress.file('day,shift', '1,', '1,early', '1,late', '2,', '2,'));
ROLLBACK;
-- A collation for which other spellings are the same.
SELECT count(*) > 0 AS has_icu FROM pg_collation WHERE collprovider = 'i' \gset
\if :has_icu
SET ROLE regress_table_owner;
CREATE COLLATION shapes.no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE shapes.words (word text COLLATE shapes.no_case UNIQUE);
SELECT * FROM regress.target('shapes.words');
CREATE TABLE shapes.other_words (word text COLLATE "C");
CREATE UNIQUE INDEX ON shapes.other_words (word COLLATE shapes.no_case);
SELECT * FROM regress.target('shapes.other_words');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('words', regress.file('word', 'Straße', 'STRASSE', 'straße', 'x'));
SELECT regress.import('words', regress.file('word', 'X', 'y'));
SELECT regress.import('other_words', regress.file('word', 'x', 'X', 'y'));
ROLLBACK;
\endif

-- ---- foreign keys ----------------------------------------------------------------------------------------------------

SET ROLE regress_table_owner;
CREATE TABLE shapes.customers (id integer PRIMARY KEY, name text);
SELECT * FROM regress.target('shapes.customers');
CREATE TABLE shapes.products (id integer PRIMARY KEY);
INSERT INTO shapes.products VALUES (1);
CREATE TABLE shapes.pairs (x integer, y integer, PRIMARY KEY (x, y));
INSERT INTO shapes.pairs VALUES (1, 1);
CREATE TABLE shapes.orders (id integer PRIMARY KEY, customer_id integer REFERENCES shapes.customers, product integer REFERENCES shapes.products DEFERRABLE INITIALLY DEFERRED,
    x integer, y integer, FOREIGN KEY (x, y) REFERENCES shapes.pairs MATCH FULL, parent integer REFERENCES shapes.orders);
SELECT * FROM regress.target('shapes.orders');
SELECT rowhouse.define_import('orders_by_name', 'shapes.orders', '{"customer_id": {"label": "Customer name", "label_column": "name"}}') ->> 'relation' AS relation;
SELECT rowhouse.define_import('customers_named', 'shapes.customers') ->> 'role' AS role;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('other@shapes.example');
SELECT regress.import('customers', regress.file('id,name', '50,Theirs', '51,Ada'));
SELECT regress.import('orders', regress.file('id', '500', '501'));
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('customers', regress.file('id,name', '1,Ada', '2,Bob', '3,Bob', '4,"; DROP TABLE shapes.customers; --"', '5,''quoted'''));
-- Another organization's row is as good as none: line 3 and line 8; and line 13, though a line of the file says it makes one of that name.
SELECT regress.import('orders', regress.file('id,customer_id,product,x,y,parent', '1,1,1,1,1,', '2,50,1,,,', '3,52,2,1,2,', '4,,2,1,,', '5,,,,,1', '6,,,1,,', '7,,,,,500', '8,,,,,9', '9,,,,,8', '10,,,,,99', '500,,,,,', '11,,,,,500'));
SELECT id, customer_id, product, x, y, parent FROM shapes.orders ORDER BY id;
SELECT regress.import('orders_by_name', regress.file('id,Customer name', '21,Ada', '22,Bob', '23,Theirs', '24,', '25,"; DROP TABLE shapes.customers; --"', '26,''''quoted''', '27,1'));
SELECT id, customer_id FROM shapes.orders WHERE id > 20 ORDER BY id;
-- Nor in an update.
SELECT regress.import('orders', regress.file('id,customer_id,parent', '21,50,', '24,,500', '5,2,24'), '{"mode": "update"}');
-- The constraint that can be deferred is not, and neither it nor that of another table is left so.
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
SET ROLE regress_table_owner;
SELECT call, regress.try(call) FROM (VALUES
    ($$SELECT rowhouse.define_import('x', 'shapes.orders', '{"customer_id": {"label_column": "no such"}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.orders', '{"customer_id": {"label_column": "name) FROM shapes.products --"}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.orders', '{"id": {"label_column": "name"}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.orders', '{"x": {"label_column": "y"}}')$$)) t(call);

-- ---- exclusion, partitions, odd names, no key ------------------------------------------------------------------------

CREATE TABLE shapes.booked (room integer, during int4range, EXCLUDE USING gist (during WITH &&));
SELECT * FROM regress.target('shapes.booked');
CREATE TABLE shapes.parts (id integer, region text, n integer, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE shapes.parts_a PARTITION OF shapes.parts FOR VALUES IN ('a');
CREATE TABLE shapes.parts_b PARTITION OF shapes.parts FOR VALUES IN ('b');
SELECT * FROM regress.target('shapes.parts');
CREATE TABLE shapes.heap (n integer NOT NULL, v text);
SELECT * FROM regress.target('shapes.heap');
CREATE TABLE shapes."Odd ""table"" '; DROP TABLE x; --" (id integer PRIMARY KEY, "Upper" text NOT NULL CHECK ("Upper" <> 'no'), "with space" text, "quo""te" text UNIQUE, record text, line text, name text, value text, k1 text UNIQUE,
    t text, s text, r text, before text, rowhouse_record text, rowhouse_record_ text, rowhouse_line text, "select" text, rows text, part text, place text, found text, staged text, c1 text, "$1" text, "owner's" text DEFAULT 'it''s');
SELECT * FROM regress.target('shapes."Odd ""table"" ''; DROP TABLE x; --"');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('booked', regress.file('room,during', '1,"[1,5)"', '1,"[3,8)"', '2,"[8,9)"', '3,'));
SELECT regress.import('parts', regress.file('id,region,n', '1,a,1', '2,b,1', '3,c,1', '1,a,2', '1,b,1'));
SELECT regress.import('parts', regress.file('id,region,n', '1,a,5', '2,b,', '3,b,9'), '{"mode": "upsert"}');
SELECT tableoid::regclass, id, n FROM shapes.parts ORDER BY 1, 2;
SELECT regress.import('heap', regress.file('n,v', '1,a', '1,a', ',b'));
SELECT regress.try($$SELECT regress.import('heap', regress.file('n,v', '1,a'), '{"mode": "upsert"}')$$);
CREATE TEMP TABLE odd AS SELECT 'id,Upper,with space,"quo""te",record,line,name,value,k1,t,s,r,before,rowhouse_record,rowhouse_record_,rowhouse_line,select,rows,part,place,found,staged,c1,$1,owner''s' AS header;
SELECT regress.import('OddtableDROPTABLEx', regress.file(header, '1,u,w,q1,re,li,na,va,k1,t,s,r,be,rr,rs,rl,se,ro,pa,pl,fo,st,c1,$1,o', '2,u,w,q1,re,li,na,va,k2,t,s,r,be,rr,rs,rl,se,ro,pa,pl,fo,st,c1,$1,', '3,no,,,,,,,,,,,,,,,,,,,,,,,')) FROM odd;
SELECT regress.import('OddtableDROPTABLEx', regress.file(header, '1,U,W,q1,RE,LI,NA,VA,k1,T,S,R,BE,RR,RS,RL,SE,RO,PA,PL,FO,ST,C1,$,O', '4,u,,q4,,,,,k4,,,,,,,,,,,,,,,,', '5,u,,q1,,,,,k5,,,,,,,,,,,,,,,,', '6,u,,,,,,,k4,,,,,,,,,,,,,,,,'), '{"mode": "upsert"}') FROM odd;
SELECT to_jsonb(o) - 'organization_id' AS odd FROM shapes."Odd ""table"" '; DROP TABLE x; --" o WHERE id = 1;
SELECT p -> 'sample' AS sample FROM odd, rowhouse.import_preview('OddtableDROPTABLEx', regress.file(header, '9,u,,q9,re,li,na,va,k9,,,,,,,,,,,,,,,,')) p;
ROLLBACK;

-- ---- whose rows they are ---------------------------------------------------------------------------------------------

SET ROLE regress_table_owner;
CREATE TABLE shapes.by_uuid (organization_id uuid, n integer, UNIQUE (organization_id, n));
CREATE TABLE shapes.by_text (tenant text, n integer UNIQUE);
CREATE TABLE shapes.by_bigint (tenant bigint, n integer);
CREATE TABLE shapes.by_user (user_id uuid, n integer, UNIQUE (user_id, n));
CREATE TABLE shapes.by_both (n integer);
CREATE TABLE shapes.divided (organization_id uuid, n integer, half text) PARTITION BY LIST (half);
CREATE TABLE shapes.divided_a PARTITION OF shapes.divided FOR VALUES IN ('a');
CREATE TABLE shapes.everybody_s (n integer PRIMARY KEY, v text);
SELECT * FROM regress.target('shapes.by_uuid');
SELECT * FROM regress.target('shapes.by_text', NULL, 'organization', 'tenant');
SELECT * FROM regress.target('shapes.by_bigint', NULL, 'organization', 'tenant');
SELECT * FROM regress.target('shapes.by_user', NULL, 'user');
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('shapes.by_both', 'user');
SELECT * FROM regress.target('shapes.by_both');
SELECT * FROM regress.target('shapes.divided');
SELECT rowhouse.define_import('divided_a', 'shapes.divided_a') -> 'columns' AS columns;
SELECT rowhouse.define_import('everybody_s', 'shapes.everybody_s', NULL, '{"role": "viewer"}') ->> 'role' AS role;
RESET ROLE;
-- Of a superuser, whom no policy binds.
CREATE TABLE shapes.mighty (organization_id uuid, n integer UNIQUE, v text, up integer REFERENCES shapes.mighty (n));
GRANT SELECT ON shapes.mighty TO regress_app;
SELECT * FROM regress.target('shapes.mighty');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('other@shapes.example');
SELECT t, regress.import(t, regress.file('organization_id,user_id,tenant,n,v,half', '00000000-0000-4000-8000-000000000001,00000000-0000-4000-8000-000000000001,1,7,theirs,a'))
FROM unnest(ARRAY['by_uuid', 'by_text', 'by_user', 'by_both', 'divided', 'divided_a', 'mighty']) t;
-- An organization that has no number of its own owns no rows of such a table; and a file without any known column is no file.
SELECT regress.try($$SELECT regress.import('by_bigint', regress.file('tenant,n', '1,7'))$$);
SELECT t, regress.import(t, regress.file('nothing,known', '1,7')) FROM unnest(ARRAY['by_both', 'mighty']) t;
SELECT count(*) AS rows FROM shapes.by_bigint;
SELECT regress.act_as('boss@shapes.example');
SELECT t, regress.import(t, regress.file('organization_id,user_id,tenant,n,v,half', :'two' || ',,shapes-two,8,ours,a', ',,,8,ours,a'))
FROM unnest(ARRAY['by_uuid', 'by_text', 'by_user', 'by_both', 'divided', 'divided_a', 'mighty']) t;
SELECT f ->> 'column' AS column, f ->> 'message' AS message FROM rowhouse.import_preview('by_uuid', regress.file('organization_id,n', '1,2')) p, jsonb_array_elements(p -> 'file') f;
-- What is there of somebody else can be neither seen nor changed, in any mode.
SELECT mode, p -> 'would' AS would, p -> 'codes' AS codes
FROM unnest(ARRAY['insert', 'skip', 'update', 'upsert']) mode, rowhouse.import_preview('mighty', regress.file('n,v', '7,taken over', '8,own'), jsonb_build_object('mode', mode)) p;
SELECT mode, regress.import('mighty', regress.file('n,v', '7,taken over', '8,own'), jsonb_build_object('mode', mode)) FROM unnest(ARRAY['update', 'upsert']) mode;
SELECT regress.import('mighty', regress.file('n,up', '9,7', '7,', '10,8', '11,12', '12,8'));
SELECT regress.import('mighty', regress.file('n,up', '8,7'), '{"mode": "update"}');
-- An owner column can be no target, by whatever name.
SELECT regress.try(format('SELECT rowhouse.import_run(%L, %L, %L)', t, 'x', '{"mapping": {"x": "organization_id"}}')) FROM unnest(ARRAY['by_uuid', 'mighty']) t;
RESET ROLE;
SELECT n, v, up, organization_id = :'one' AS ours FROM shapes.mighty ORDER BY n;
SELECT n, organization_id = :'one' AS ours, user_id IS NOT NULL AS somebody_s FROM shapes.by_both ORDER BY n;
SELECT n, organization_id = :'one' AS ours FROM shapes.divided ORDER BY n;
SET ROLE regress_app;
ROLLBACK;
-- What belongs to nobody is for super admins alone, whatever role was asked for.
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.try($$SELECT rowhouse.import_run('everybody_s', 'n')$$), regress.try($$SELECT rowhouse.import_preview('everybody_s', 'n')$$);
SELECT regress.act_as('root@shapes.example', 'shapes-one');
SELECT regress.import('everybody_s', regress.file('n,v', '1,a', '2,b'));
ROLLBACK;
-- A table that is isolated no more is nobody's from then on.
RESET ROLE;
SELECT count(*) > 1 AS released FROM rowhouse.release('shapes.by_uuid');
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.try($$SELECT rowhouse.import_run('by_uuid', 'n')$$);
ROLLBACK;
-- One whose owner may not read what it refers to: the constraint alone would let in what points to other organizations.
RESET ROLE;
CREATE TABLE shapes.secret (id integer PRIMARY KEY);
SELECT count(*) > 1 AS isolated FROM rowhouse.isolate('shapes.secret');
GRANT REFERENCES ON shapes.secret TO regress_table_owner;
SET ROLE regress_table_owner;
CREATE TABLE shapes.blind (secret integer REFERENCES shapes.secret);
SELECT regress.try($$SELECT regress.target('shapes.blind')$$);

-- ---- code of the table's owner ---------------------------------------------------------------------------------------

-- In defaults, domains, checks, expressions of indexes, triggers: it runs with the owner's rights, under a fixed search_path, and cannot become anybody else.
CREATE FUNCTION shapes.who(note text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF current_user <> 'regress_table_owner' OR current_setting('search_path') <> 'pg_catalog, pg_temp' THEN
        RAISE EXCEPTION '% as % under %', note, current_user, current_setting('search_path');
    END IF;
    BEGIN
        EXECUTE 'RESET ROLE';
        RAISE EXCEPTION '% became %', note, current_user;
    EXCEPTION WHEN insufficient_privilege THEN
        RETURN true;
    END;
END
$$;
CREATE FUNCTION shapes.key(note text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM shapes.who('index'); RETURN note; END $$;
CREATE FUNCTION shapes.given() RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN PERFORM shapes.who('default'); RETURN 'given'; END $$;
CREATE FUNCTION shapes.triggered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM shapes.who('trigger'); RETURN NEW; END $$;
CREATE DOMAIN shapes.watched AS text CHECK (shapes.who('domain'));
CREATE TABLE shapes.trap (n integer PRIMARY KEY, w shapes.watched, d text NOT NULL DEFAULT shapes.given(), c text CHECK (shapes.who('check ' || c)));
CREATE UNIQUE INDEX ON shapes.trap (shapes.key(c));
CREATE TRIGGER before BEFORE INSERT OR UPDATE ON shapes.trap FOR EACH ROW EXECUTE FUNCTION shapes.triggered();
CREATE CONSTRAINT TRIGGER later AFTER INSERT OR UPDATE ON shapes.trap DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shapes.triggered();
SELECT * FROM regress.target('shapes.trap');
-- What other tables have deferred is not run as the owner of this one, though it be called the same.
RESET ROLE;
CREATE ROLE regress_planter;
GRANT CREATE, USAGE ON SCHEMA shapes TO regress_planter;
GRANT regress_planter TO regress_app;
SET ROLE regress_planter;
CREATE FUNCTION shapes.planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted code runs as %', current_user; END $$;
CREATE TABLE shapes.planted (n integer);
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON shapes.planted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shapes.planted();
CREATE CONSTRAINT TRIGGER sooner AFTER INSERT ON shapes.planted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shapes.planted();
CREATE FUNCTION shapes.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted function runs as %', current_user; END $$;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SET LOCAL search_path = shapes, pg_catalog;
SELECT regress.import('keys', regress.file('single,email', '1,A@x', '2,a@X'));
SET LOCAL ROLE regress_planter;
INSERT INTO shapes.planted VALUES (1);
SET LOCAL ROLE regress_app;
-- Its own that waits cannot be told from theirs: refused, rather than run as whoever commits.
SELECT regress.import('trap', regress.file('n,w,c', '1,a,b', '2,b,b', '3,c,d'));
SELECT regress.import('orders', regress.file('id,product', '1,1'));
ROLLBACK;
SET ROLE regress_planter;
DROP TABLE shapes.planted;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.import('trap', regress.file('n,w,c', '1,a,b', '2,b,b', '3,c,d'));
SELECT regress.import('trap', regress.file('n,w,c', '1,x,b', '4,,e'), '{"mode": "upsert"}');
SELECT n, w, d, c FROM shapes.trap ORDER BY n;
COMMIT;
RESET ROLE;

-- ---- who may define what ---------------------------------------------------------------------------------------------

CREATE TEMP TABLE temporary (n integer);
CREATE TABLE shapes.superuser_s (n integer);
CREATE VIEW shapes.view AS SELECT 1 AS n;
ALTER VIEW shapes.view OWNER TO regress_table_owner;
SET ROLE regress_app;
SELECT regress.try($$SELECT rowhouse.define_import('heap', 'shapes.heap')$$), regress.try($$SELECT rowhouse.drop_import('heap')$$);
SET ROLE regress_table_owner;
CREATE TABLE shapes.generated (g integer GENERATED ALWAYS AS IDENTITY);
SELECT call, regress.try(call) FROM (VALUES
    ($$SELECT rowhouse.define_import(NULL, 'shapes.heap')$$),
    ($$SELECT rowhouse.define_import('heap', NULL)$$),
    ($$SELECT rowhouse.define_import('bad name', 'shapes.heap')$$),
    ($$SELECT rowhouse.define_import('''; DROP TABLE x; --', 'shapes.heap')$$),
    ($$SELECT rowhouse.define_import('', 'shapes.heap')$$),
    ($$SELECT rowhouse.define_import(repeat('x', 64), 'shapes.heap')$$),
    ($$SELECT rowhouse.define_import('x', 0)$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.view')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.superuser_s')$$),
    ($$SELECT rowhouse.define_import('x', 'rowhouse.members')$$),
    ($$SELECT rowhouse.define_import('x', 'pg_catalog.pg_authid')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.generated')$$),
    ($$SELECT rowhouse.define_import('users', 'shapes.heap')$$),
    ($$SELECT rowhouse.define_import('mighty', 'shapes.heap')$$),
    ($$SELECT rowhouse.drop_import('users')$$),
    ($$SELECT rowhouse.drop_import('mighty')$$),
    ($$SELECT rowhouse.drop_import('no such')$$),
    ($$SELECT rowhouse.drop_import(NULL)$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '[]')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '{"no such": {}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '{"v": "text"}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '{"v": {"typ": "text"}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '{"v": {"type": "number"}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '{"v": {"pattern": "("}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '{"v": {"synonyms": "w"}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '{"v": {"label": 1}}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', '{"n": null, "v": null}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', NULL, '{"keys": []}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', NULL, '{"key": ["n"]}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', NULL, '{"key": "n"}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', NULL, '{"order": ["no such"]}')$$),
    ($$SELECT rowhouse.define_import('x', 'shapes.heap', NULL, '{"role": "boss"}')$$)) t(call);
SELECT regress.try($$SELECT rowhouse.define_import('x', 'pg_temp.temporary')$$);
-- Anew by its owner: another table, another role; then dropped.
SELECT rowhouse.define_import('heap', 'shapes.booked', NULL, '{"role": "member"}') -> 'relation' AS relation;
SELECT rowhouse.drop_import('heap');
SET ROLE regress_app;
BEGIN; SELECT regress.act_as('boss@shapes.example'); SELECT regress.try($$SELECT rowhouse.import_run('heap', 'n')$$); ROLLBACK;
-- A table that is gone takes its target with it, and its name is free.
SET ROLE regress_table_owner;
DROP TABLE shapes.booked;
SELECT rowhouse.define_import('booked', 'shapes.heap') ->> 'relation' AS relation;
DROP TABLE shapes.heap;
SET ROLE regress_app;
BEGIN;
SELECT regress.act_as('boss@shapes.example');
SELECT regress.try($$SELECT rowhouse.import_run('booked', 'n')$$), regress.try($$SELECT rowhouse.import_template('booked')$$);
ROLLBACK;

-- ---- in the end ------------------------------------------------------------------------------------------------------

RESET ROLE;
SELECT count(rowhouse.set_import_limits(jsonb_build_object(what, NULL))) FROM unnest(ARRAY['person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day']) what;
DELETE FROM rowhouse.import_targets WHERE relation NOT IN (SELECT oid FROM pg_class WHERE relnamespace = 'rowhouse'::regnamespace);
DROP SCHEMA shapes CASCADE;
DROP FUNCTION regress.target;
DROP OWNED BY regress_table_owner, regress_planter;
DROP ROLE regress_table_owner, regress_planter;
DELETE FROM rowhouse.organizations WHERE slug LIKE 'shapes-%';
