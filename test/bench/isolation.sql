-- The tables of test/bench/isolation and the ways to keep organizations apart that are compared.
--
-- Every size has its rows twice: once isolated by rowhouse (also read with a WHERE written by hand, by a role that is above
-- row level security: the same pages, so that only the predicate differs), once with the usual policies, one for each
-- role. The organization measured has the same id everywhere.
\set ON_ERROR_STOP on
SET synchronous_commit = on; -- else VACUUM may not know yet that the rows are committed, and marks no page all-visible
SELECT rowhouse.add_signing_key('bench', 'HS256', gen_random_uuid()::text || gen_random_uuid());
SELECT rowhouse.bootstrap('ann@bench.example', 'correct horse', 'bench', 'Bench') #>> '{organization,id}' AS organization \gset

INSERT INTO bench.variant (variant, title) VALUES ('rowhouse', 'rowhouse'), ('where', 'WHERE by hand'),
    ('select', '(SELECT auth_org())'), ('setting', 'current_setting()'), ('function', 'auth_org()');
CREATE ROLE bench_where LOGIN BYPASSRLS;
CREATE ROLE bench_rowhouse LOGIN IN ROLE rowhouse_user;
CREATE ROLE bench_select LOGIN;
CREATE ROLE bench_setting LOGIN;
CREATE ROLE bench_function LOGIN;
GRANT USAGE ON SCHEMA bench TO PUBLIC;

CREATE FUNCTION public.auth_org() RETURNS uuid LANGUAGE sql STABLE AS $$
    select nullif(current_setting('app.org', true), '')::uuid
$$;

-- One table: organization number 0 is ours, the others are made up.
CREATE PROCEDURE bench.make_table(name text, organizations integer, ours uuid, rows integer) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE bench.%I (id bigint NOT NULL, organization_id uuid NOT NULL, title text NOT NULL, amount integer NOT NULL,
                                           created_at timestamptz NOT NULL DEFAULT now())', name);
    EXECUTE format($f$INSERT INTO bench.%I
        SELECT i, CASE i %% $1 WHEN 0 THEN $2 ELSE md5((i %% $1)::text)::uuid END, 'task number ' || i, i %% 1000
        FROM generate_series(1, $3) i$f$, name) USING organizations, ours, rows;
    EXECUTE format('ALTER TABLE bench.%I ADD PRIMARY KEY (organization_id, id)', name);
    EXECUTE format('GRANT SELECT, INSERT ON bench.%I TO bench_where, bench_rowhouse, bench_select, bench_setting, bench_function', name);
END
$$;
CREATE PROCEDURE bench.make_pair(name text, organizations integer, ours uuid, rows integer) LANGUAGE plpgsql AS $$
DECLARE
    variant text;
    predicate text;
BEGIN
    CALL bench.make_table(name || '_rowhouse', organizations, ours, rows);
    PERFORM rowhouse.isolate(format('bench.%I', name || '_rowhouse')::regclass);
    CALL bench.make_table(name || '_usual', organizations, ours, rows);
    EXECUTE format('ALTER TABLE bench.%I ENABLE ROW LEVEL SECURITY', name || '_usual');
    FOR variant, predicate IN VALUES ('select', '(SELECT auth_org())'), ('setting', $p$current_setting('app.org')::uuid$p$),
                                     ('function', 'auth_org()') LOOP
        EXECUTE format('CREATE POLICY %I ON bench.%I TO %I USING (organization_id = %s)',
                       variant, name || '_usual', 'bench_' || variant, predicate);
    END LOOP;
END
$$;
CALL bench.make_pair('many', 1000, :'organization', 1000000);
CALL bench.make_pair('few', 10, :'organization', 1000000);
CALL bench.make_pair('one', 1, :'organization', 1000000);
CALL bench.make_pair('empty', 1, :'organization', 0);
VACUUM (FREEZE, ANALYZE);

-- A line for bench.result. The plan is made before the clock starts; what the query returns is thrown away inside of the
-- server. In the query, i is the number of the repetition.
CREATE FUNCTION bench.time_query(measure text, variant text, round integer, query text, times integer, warm_ups integer)
    RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
    started timestamptz;
    line text;
BEGIN
    EXECUTE format($f$CREATE FUNCTION pg_temp.repeat_query(since integer, until integer) RETURNS void LANGUAGE plpgsql AS $g$
        BEGIN
            FOR i IN since .. until LOOP %s; END LOOP;
        END $g$ $f$, regexp_replace(query, '^SELECT', 'PERFORM'));
    PERFORM pg_temp.repeat_query(1 - warm_ups, 0);
    started := clock_timestamp();
    PERFORM pg_temp.repeat_query(1, times);
    line := concat_ws(E'\t', measure, variant, round, extract(epoch FROM clock_timestamp() - started) * 1e6 / times);
    DROP FUNCTION pg_temp.repeat_query;
    RETURN line;
END
$body$;

-- The same for a loop of small transactions: each takes on a token and uses it once, or does as much without any.
CREATE PROCEDURE bench.time_tokens(measure text, round integer, tokens text[], INOUT line text DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz := clock_timestamp();
    token text;
    ignored text;
    organization uuid;
    process integer;
BEGIN
    CASE measure
    WHEN 'token: none' THEN -- two calls of volatile functions, as many as below
        FOREACH token IN ARRAY tokens LOOP
            process := pg_backend_pid();
            process := pg_backend_pid();
            COMMIT;
        END LOOP;
    WHEN 'token: current_setting' THEN
        FOREACH token IN ARRAY tokens LOOP
            ignored := set_config('app.org', token, true);
            organization := nullif(current_setting('app.org', true), '')::uuid;
            COMMIT;
        END LOOP;
    ELSE
        FOREACH token IN ARRAY tokens LOOP
            ignored := set_config('rowhouse.token', token, true);
            organization := rowhouse.organization_id();
            COMMIT;
        END LOOP;
    END CASE;
    line := concat_ws(E'\t', measure, 'session', round,
                      extract(epoch FROM clock_timestamp() - started) * 1e6 / cardinality(tokens));
END
$$;
