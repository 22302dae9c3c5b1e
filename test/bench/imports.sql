-- What test/bench/imports measures with: a table, people to fill it, and somebody to import them.
INSERT INTO bench.variant (variant, title) VALUES ('copy', 'COPY'), ('rowhouse', 'rowhouse');

CREATE TABLE bench.people (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL,
    email text NOT NULL,
    first_name text,
    last_name text,
    department text,
    amount numeric(12,2),
    day date,
    UNIQUE (organization_id, email) -- which isolate() takes for its index
);
SELECT rowhouse.isolate('bench.people');
SELECT rowhouse.define_import('people', 'bench.people', '{"email": {"type": "email"}}');
SELECT rowhouse.set_import_limits('{"max_rows": 1000000, "person_per_hour": 1000000, "person_per_day": 1000000, "organization_per_hour": 1000000, "organization_per_day": 1000000}');
SELECT rowhouse.add_signing_key('bench', 'HS256', 'a key of the bench, 32 bytes or more');
SELECT rowhouse.bootstrap('boss@example.com', 'correct horse', 'bench', 'Bench');
CREATE FUNCTION bench.log_in() RETURNS void LANGUAGE sql AS $$
    SELECT set_config('rowhouse.token', rowhouse.issue_token(a.id), false), set_config('rowhouse.organization', 'bench', false)
    FROM rowhouse.accounts a WHERE a.email = 'boss@example.com'
$$;

-- People in no order. One in ten of the faulty ones has an address, an amount or a date that is none, or an address that
-- another one has.
CREATE FUNCTION bench.rows(file text) RETURNS TABLE (n text, email text, first_name text, last_name text, department text, amount text, day text)
    LANGUAGE sql STABLE AS $$
    SELECT md5(i::text),
           CASE WHEN bad AND i % 40 = 0 THEN 'no address' WHEN bad AND i % 40 = 10 THEN format('person%s@example.com', i - 1) ELSE format('person%s@example.com', i) END,
           'First' || i % 1000, 'Last' || i % 777, 'Department ' || i % 10,
           CASE WHEN bad AND i % 40 = 20 THEN 'much' ELSE (i * 1.25)::numeric(12,2)::text END,
           CASE WHEN bad AND i % 40 = 30 THEN '2026-02-30' ELSE (date '2026-01-01' + i % 300)::text END
    FROM generate_series(1, split_part(file, '-', 2)::int) i, LATERAL (SELECT file LIKE 'faulty-%' AND i % 10 = 0 AS bad) f
    WHERE file NOT LIKE 'good-%' OR i % 10 <> 0
$$;
CREATE TABLE bench.staged AS
    SELECT email, first_name, last_name, department, amount::numeric(12,2) AS amount, day::date AS day FROM bench.rows('clean-100000') ORDER BY n;
VACUUM ANALYZE bench.staged;
