-- lint(): all findings in one list. Here are also those about the server and about rowhouse itself, and what nobody checked.

CREATE FUNCTION rowhouse.lint_server(version integer) RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        -- Holes in row level security or beside it: the releases that closed them, one for each major version affected.
        WITH holes(cve, closed) AS (
            VALUES ('CVE-2026-120154', ARRAY[150020, 160016, 170012, 180007]), -- ON CONFLICT DO UPDATE reads every row
                   ('CVE-2025-8713', ARRAY[150014, 160010, 170006]),           -- statistics through views and partitions
                   ('CVE-2024-10976', ARRAY[150009, 160005, 170001]),          -- policies of another role in subqueries
                   ('CVE-2024-10978', ARRAY[150009, 160005, 170001]),          -- SET ROLE reset to the wrong role
                   ('CVE-2024-4317', ARRAY[150007, 160003]),                   -- pg_stats_ext shows values
                   ('CVE-2024-0985', ARRAY[150006, 160002]),                   -- REFRESH CONCURRENTLY runs code of the owner
                   ('CVE-2023-39418', ARRAY[150004]),                          -- MERGE enforces the wrong policies
                   ('CVE-2023-2455', ARRAY[150003]),                           -- policies of another role after inlining
                   ('CVE-2023-2454', ARRAY[150003])                            -- CREATE SCHEMA defeats search_path
        ), releases AS (
            SELECT h.cve, r.closed FROM holes h CROSS JOIN LATERAL unnest(h.closed) r(closed)
        ), mine AS (
            SELECT string_agg(r.cve, ', ' ORDER BY r.cve COLLATE "C" DESC) FILTER (WHERE version < r.closed) AS open, max(r.closed) AS newest
            FROM releases r WHERE r.closed / 10000 = version / 10000
        )
        SELECT 'server-version', 'warning', format('PostgreSQL %s.%s', version / 10000, version % 10000),
               format('This release has known holes in row level security or beside it: %s.', m.open),
               format('-- Update the server to %s.%s or newer.', m.newest / 10000, m.newest % 10000)
        FROM mine m WHERE m.open IS NOT NULL
        UNION ALL
        SELECT 'not-checked', 'info', format('PostgreSQL %s', version / 10000),
               'The holes of this major version are not known to this release of rowhouse.', NULL
        FROM mine m WHERE m.newest IS NULL;
    END;
COMMENT ON FUNCTION rowhouse.lint_server(integer) IS 'Findings of lint() about a release of the server, given as server_version_num. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_own() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH objects AS (
            SELECT d.classid, d.objid FROM pg_extension e
            JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
            WHERE e.extname = 'rowhouse'
        ), own AS (
            SELECT o.classid, o.objid, 0 AS part, p.oid::regprocedure::text AS name, 'FUNCTION' AS kind, '' AS columns, p.proowner AS owner,
                   coalesce(p.proacl, acldefault('f', p.proowner)) AS acl, p.prosecdef AS bound
            FROM objects o JOIN pg_proc p ON p.oid = o.objid WHERE o.classid = 'pg_proc'::regclass
            UNION ALL
            SELECT o.classid, o.objid, 0, c.oid::regclass::text, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, '',
                   c.relowner, c.relacl, true
            FROM objects o JOIN pg_class c ON c.oid = o.objid AND c.relkind IN ('r', 'p', 'v', 'S') WHERE o.classid = 'pg_class'::regclass
            UNION ALL
            SELECT o.classid, o.objid, a.attnum, c.oid::regclass::text, 'TABLE', format(' (%I)', a.attname), c.relowner, a.attacl, false
            FROM objects o JOIN pg_class c ON c.oid = o.objid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
            WHERE o.classid = 'pg_class'::regclass
            UNION ALL
            SELECT 'pg_namespace'::regclass, n.oid, 0, quote_ident(n.nspname), 'SCHEMA', '', n.nspowner, n.nspacl, false
            FROM pg_namespace n WHERE n.nspname = 'rowhouse'
        )
        SELECT 'own-object-owner', 'error', o.name,
               format('It belongs to %I. What rowhouse runs or keeps belongs to rowhouse_owner or rowhouse_system, or to a superuser where it runs with the rights of the caller: an owner can change it.', pg_get_userbyid(o.owner)),
               CASE WHEN o.kind = 'FUNCTION' THEN format('ALTER FUNCTION %s OWNER TO %s', o.name, CASE WHEN o.bound THEN 'rowhouse_system' ELSE 'CURRENT_USER' END)
                    WHEN o.kind = 'SCHEMA' THEN format('ALTER SCHEMA %s OWNER TO CURRENT_USER', o.name)
                    WHEN o.kind = 'VIEW' OR o.objid IN (SELECT r.relation FROM rowhouse.lint_relations() r)
                    THEN format('ALTER %s %s OWNER TO rowhouse_owner', o.kind, o.name)
                    ELSE '-- ALTER TABLE … OWNER TO rowhouse_owner or rowhouse_system, as the install script has it' END
        FROM own o
        WHERE o.part = 0 AND pg_get_userbyid(o.owner) NOT IN ('rowhouse_owner', 'rowhouse_system')
          AND NOT (NOT o.bound AND o.owner IN (SELECT s.oid FROM pg_roles s WHERE s.rolsuper))
        UNION ALL
        SELECT 'own-object-granted', CASE WHEN a.grantee = 0 OR o.kind = 'SCHEMA' THEN 'error' ELSE 'warning' END, o.name,
               format('%s has %s on it, which the install script did not grant: rowhouse''s own objects are reached through its public functions.', g.name, g.privileges),
               format('REVOKE %s ON %s %s FROM %s', g.privileges, CASE o.kind WHEN 'VIEW' THEN 'TABLE' ELSE o.kind END, o.name, g.name)
        FROM own o
        CROSS JOIN LATERAL (SELECT DISTINCT a.grantee FROM aclexplode(o.acl) a WHERE a.grantee <> o.owner) a
        CROSS JOIN LATERAL (
            SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS name,
                   string_agg(DISTINCT now.privilege_type || o.columns, ', ' ORDER BY now.privilege_type || o.columns) AS privileges
            FROM aclexplode(o.acl) now
            WHERE now.grantee = a.grantee
              -- The schema is no member of the extension: its rights were not recorded, and CREATE is what matters there.
              AND CASE WHEN o.kind = 'SCHEMA' THEN now.privilege_type = 'CREATE'
                       ELSE (now.grantee, now.privilege_type) NOT IN (
                           -- What it was when the install script had run.
                           SELECT was.grantee, was.privilege_type FROM pg_init_privs i CROSS JOIN LATERAL aclexplode(i.initprivs) was
                           WHERE i.classoid = o.classid AND i.objoid = o.objid AND i.objsubid = o.part) END) g
        WHERE g.privileges IS NOT NULL;
    END;
COMMENT ON FUNCTION rowhouse.lint_own() IS 'Findings of lint() about the objects of rowhouse itself. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_not_checked() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT 'not-checked', 'info', v.object, v.detail, NULL::text
        FROM (VALUES
            ('rows', 'Rows are not read: whether some have no owner, or one that does not exist, is not known here.'),
            ('bodies of functions', 'What functions do, and which statements they put together at run time, is not read; only their owner, rights and settings are.'),
            ('other databases', 'Only this database was looked at; roles and their memberships are those of the whole cluster.'),
            ('side channels', 'Statistics, sizes and row estimates of tables, NOTIFY channels, advisory locks, large objects and pg_stat_activity have no tenants.'),
            ('server configuration', 'Who may connect, and how the server is set up, is not looked at: pg_hba.conf and postgresql.conf are not read.')) v(object, detail)
        UNION ALL
        SELECT 'not-checked', 'info', p.oid::regprocedure::text,
               format('The function is written in %I, an untrusted language: it may do whatever the server process may.', l.lanname), NULL
        FROM pg_proc p
        JOIN pg_language l ON l.oid = p.prolang AND NOT l.lanpltrusted AND l.lanname <> 'internal'
        WHERE p.pronamespace IN (SELECT s.id FROM rowhouse.lint_schemas() s)
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        UNION ALL
        SELECT 'not-checked', 'info', format('extension %I', e.extname),
               'Its functions are not looked at, among them some that are SECURITY DEFINER or in an untrusted language.', NULL
        FROM pg_extension e
        WHERE e.extname NOT IN ('rowhouse', 'plpgsql') -- plpgsql comes with the server
          AND EXISTS (SELECT FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid JOIN pg_language l ON l.oid = p.prolang
                      WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e' AND d.classid = 'pg_proc'::regclass
                        AND (p.prosecdef OR NOT l.lanpltrusted));
    END;
COMMENT ON FUNCTION rowhouse.lint_not_checked() IS 'Findings of lint() about what it does not check. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT f.code, f.level, f.object, f.detail, f.fix
        FROM (SELECT * FROM rowhouse.lint_protection()
              UNION ALL SELECT * FROM rowhouse.lint_policies()
              UNION ALL SELECT * FROM rowhouse.lint_owner_columns()
              UNION ALL SELECT * FROM rowhouse.lint_forgotten()
              UNION ALL SELECT * FROM rowhouse.lint_unique_keys()
              UNION ALL SELECT * FROM rowhouse.lint_foreign_keys()
              UNION ALL SELECT * FROM rowhouse.lint_views()
              UNION ALL SELECT * FROM rowhouse.lint_functions()
              UNION ALL SELECT * FROM rowhouse.lint_triggers()
              UNION ALL SELECT * FROM rowhouse.lint_rules()
              UNION ALL SELECT * FROM rowhouse.lint_grants()
              UNION ALL SELECT * FROM rowhouse.lint_publications()
              UNION ALL SELECT * FROM rowhouse.lint_roles()
              UNION ALL SELECT * FROM rowhouse.lint_settings()
              UNION ALL SELECT * FROM rowhouse.lint_server(current_setting('server_version_num')::integer)
              UNION ALL SELECT * FROM rowhouse.lint_own()
              UNION ALL SELECT * FROM rowhouse.lint_not_checked()) f
        ORDER BY array_position(ARRAY['error', 'warning', 'info'], f.level), f.code COLLATE "C", f.object COLLATE "C", f.detail COLLATE "C";
    END;
COMMENT ON FUNCTION rowhouse.lint() IS
    'What endangers the isolation of this database, around the tables as well as in them: code (docs/lint.md has a page for each), level (error, warning or info), object (as SQL would name it), detail, and fix: the statements that put it right, a comment or NULL where somebody has to decide. Errors first. What cannot be checked is said with code not-checked. Reads catalogs only, with the rights of the caller, and no row of a tenant. STABLE; rowhouse_admin only.';

GRANT EXECUTE ON FUNCTION rowhouse.lint_server(integer), rowhouse.lint_own(), rowhouse.lint_not_checked(), rowhouse.lint() TO rowhouse_admin;
