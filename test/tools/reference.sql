-- Prints docs/reference.md from the comments of the extension that is installed in this database (make reference).
\set QUIET on
\pset tuples_only on
\pset format unaligned
SELECT $md$# Reference

Made from the COMMENTs of the extension by `make reference`: change them there.

## Functions

$md$;
SELECT format(E'### %s\n\n`%s(%s)` → `%s`\n\n%s\n',
              p.proname, p.oid::regproc, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), d.description)
FROM pg_depend e
JOIN pg_proc p ON p.oid = e.objid
JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass
WHERE e.refclassid = 'pg_extension'::regclass AND e.classid = 'pg_proc'::regclass AND e.deptype = 'e'
  AND e.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'rowhouse')
  AND d.description !~ 'rowhouse''s own functions only|[Tt]rigger of'
ORDER BY p.proname COLLATE "C", pg_get_function_arguments(p.oid) COLLATE "C";
SELECT E'\n## Tables, views and types\n';
SELECT format(E'### %s\n\n%s\n%s', o.name, o.description, o.columns)
FROM (SELECT c.relname AS name, d.description,
             (SELECT E'\n' || string_agg(format('- `%s` %s', a.attname, format_type(a.atttypid, a.atttypmod)), E'\n' ORDER BY a.attnum) || E'\n'
              FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
      FROM pg_class c JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
      WHERE c.relnamespace = 'rowhouse'::regnamespace AND c.relkind IN ('r', 'v', 'p')
      UNION ALL
      SELECT t.typname, d.description, (SELECT E'\n' || string_agg('`' || enumlabel || '`', ', ' ORDER BY enumsortorder) || E'\n' FROM pg_enum WHERE enumtypid = t.oid)
      FROM pg_type t JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_type'::regclass
      WHERE t.typnamespace = 'rowhouse'::regnamespace AND t.typtype = 'e') o
ORDER BY o.name COLLATE "C";
SELECT $md$
## Settings

### rowhouse.token

The signed token (JWT) that says who is asking. Set it with SET LOCAL, or with `set_config` and a bound parameter. Never shown.

### rowhouse.organization

The organization to work in: its id or its slug. Empty: the one the token names, else the only one the user is a member of.

### rowhouse.system_timeout

How long a system context may last, 15 minutes by default. Superusers only.
$md$;
