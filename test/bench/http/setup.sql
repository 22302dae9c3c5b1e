-- What test/bench/service measures with: a member of an organization of a thousand.
INSERT INTO bench.variant (variant, title) VALUES ('rowhouse', 'rowhouse'), ('fastify', 'Fastify + pg'), ('pgbench', 'pgbench');
SELECT rowhouse.set_import_limits('{"person_per_hour": 1000000, "person_per_day": 1000000, "organization_per_hour": 1000000, "organization_per_day": 1000000}');
SELECT rowhouse.add_signing_key('bench', 'HS256', 'a key of the bench, 32 bytes or more');
SELECT rowhouse.bootstrap('boss@example.com', 'correct horse', 'bench', 'Bench');
INSERT INTO rowhouse.members (organization_id, email, first_name, last_name, department)
SELECT id, format('person-%s@bench.example', n), format('First %s', n), format('Last %s', n), 'Sales'
FROM rowhouse.organizations, generate_series(1, 999) n;
VACUUM ANALYZE;
