-- Lint of code that reads and writes isolated tables as somebody else: views, rules, functions, triggers.

CREATE FUNCTION rowhouse.lint_views() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH RECURSIVE reading(relation, source) AS (
            SELECT r.relation, r.relation FROM rowhouse.lint_relations() r
            UNION
            SELECT w.ev_class, v.source
            FROM reading v
            JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.relation AND d.classid = 'pg_rewrite'::regclass
            JOIN pg_rewrite w ON w.oid = d.objid AND w.ev_type = '1' AND w.rulename = '_RETURN'
        ), views AS (
            SELECT c.oid, c.relkind, c.relacl, c.relowner, c.reloptions, min(v.source::regclass::text COLLATE "C") AS source,
                   c.relowner IN (SELECT b.id FROM rowhouse.lint_bypassing() b) AS bypassing
            FROM reading v JOIN pg_class c ON c.oid = v.relation AND c.relkind IN ('v', 'm')
            GROUP BY c.oid, c.relkind, c.relacl, c.relowner, c.reloptions
        )
        SELECT 'view-without-invoker', CASE WHEN v.bypassing THEN 'error' ELSE 'warning' END, v.oid::regclass::text,
               CASE WHEN v.bypassing
                    THEN format('The view reads %s with the rights of its owner %I, which row level security does not bind: whoever may read the view reads the rows of every tenant.', v.source, pg_get_userbyid(v.relowner))
                    ELSE format('The view reads %s with the rights of its owner %I and not of who asks. It shows every tenant as soon as that role may bypass row level security.', v.source, pg_get_userbyid(v.relowner)) END,
               format('ALTER VIEW %s SET (security_invoker = true)', v.oid::regclass)
        FROM views v
        WHERE v.relkind = 'v'
          AND NOT coalesce((SELECT o.option_value::boolean FROM pg_options_to_table(v.reloptions) o WHERE o.option_name = 'security_invoker'), false)
        UNION ALL
        SELECT 'materialized-view',
               CASE WHEN grants.revoke IS NULL THEN 'info' WHEN v.bypassing THEN 'error' ELSE 'warning' END, v.oid::regclass::text,
               format('The materialized view keeps what its owner %I sees of %s%s. There is no row level security on what it keeps%s.',
                      pg_get_userbyid(v.relowner), v.source,
                      CASE WHEN v.bypassing THEN ', which is the rows of every tenant' ELSE '' END,
                      CASE WHEN grants.revoke IS NULL THEN '; only its owner may read it' ELSE ', and others may read it' END),
               grants.revoke
        FROM views v
        CROSS JOIN LATERAL (
            SELECT string_agg(DISTINCT format('REVOKE ALL ON TABLE %s FROM %s', v.oid::regclass,
                                              CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END), '; ') AS revoke
            -- Rights on single columns go with those on the table.
            FROM (SELECT a.grantee FROM aclexplode(v.relacl) a
                  UNION ALL
                  SELECT a.grantee FROM pg_attribute c CROSS JOIN LATERAL aclexplode(c.attacl) a WHERE c.attrelid = v.oid) g
            WHERE g.grantee <> v.relowner) grants
        WHERE v.relkind = 'm';
    END;
COMMENT ON FUNCTION rowhouse.lint_views() IS 'Findings of lint() about views and materialized views over isolated tables, directly or through other views. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_functions() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH functions AS (
            SELECT p.oid, p.oid::regprocedure::text AS name, p.prosecdef, p.proleakproof, p.proowner, p.prorettype, n.nspname, e.extname,
                   p.proowner IN (SELECT b.id FROM rowhouse.lint_bypassing() b) AS bypassing,
                   EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner) AS shared,
                   (SELECT substr(s, 13) FROM unnest(p.proconfig) s WHERE starts_with(s, 'search_path=')) AS path
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
            LEFT JOIN pg_extension e ON e.oid = d.refobjid
            WHERE (p.prosecdef OR p.proleakproof) AND n.oid IN (SELECT s.id FROM rowhouse.lint_schemas() s)
              -- Extensions answer for themselves, and not-checked names them; rowhouse is one that can be looked at.
              AND (e.extname IS NULL OR e.extname = 'rowhouse')
        )
        SELECT 'definer-bypasses-rls', 'warning', f.name,
               format('The function runs as its owner %I, which row level security does not bind, and others may execute it: what it reads or writes is of every tenant.', pg_get_userbyid(f.proowner)),
               format('ALTER ROUTINE %s SECURITY INVOKER', f.name)
        FROM functions f
        -- The definer functions of rowhouse_system state their own checks. Trigger functions cannot be called; those of
        -- isolated tables are reported with their trigger.
        WHERE f.prosecdef AND f.bypassing AND f.shared AND f.extname IS NULL
          AND f.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
        UNION ALL
        SELECT 'definer-search-path', 'error', f.name,
               format('The function runs as its owner %I with the search path of whoever calls it, who can so put functions, operators and tables of their own in the place of those it means.', pg_get_userbyid(f.proowner)),
               format('ALTER ROUTINE %s SET search_path = pg_catalog, %spg_temp', f.name,
                      CASE WHEN f.extname IS NULL THEN quote_ident(f.nspname) || ', ' ELSE '' END)
        FROM functions f WHERE f.prosecdef AND f.shared AND f.path IS NULL
        UNION ALL
        SELECT 'definer-temp-schema', 'warning', f.name,
               format('The function runs as its owner %I, and its search path does not end with pg_temp: PostgreSQL then looks for tables among the temporary ones of the caller first.', pg_get_userbyid(f.proowner)),
               -- A path set with set_config() may hold anything without blanks: only plain names are repeated.
               CASE WHEN f.path ~ '^("[^"]+"|[a-z_][a-z0-9_$]*)(, *("[^"]+"|[a-z_][a-z0-9_$]*))*$'
                    THEN format('ALTER ROUTINE %s SET search_path = %s, pg_temp', f.name, f.path) END
        FROM functions f
        -- With an empty path every name is qualified.
        WHERE f.prosecdef AND f.shared AND f.path !~ '(^|[ ,])"?pg_temp"?$' AND f.path NOT IN ('', '""')
        UNION ALL
        SELECT 'leakproof-function', 'warning', f.name,
               'The function is marked LEAKPROOF, so that the planner may call it with values of rows that row level security would hide. Whether it leaks is not checked.',
               format('ALTER ROUTINE %s NOT LEAKPROOF', f.name)
        FROM functions f WHERE f.proleakproof AND f.extname IS NULL;
    END;
COMMENT ON FUNCTION rowhouse.lint_functions() IS 'Findings of lint() about SECURITY DEFINER and LEAKPROOF functions. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_triggers() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH triggers AS (
            SELECT DISTINCT format('%I ON %s', t.tgname, r.relation::regclass) AS name, p.oid AS function, p.prosecdef, p.proowner, r.owner
            FROM rowhouse.lint_relations() r
            JOIN pg_trigger t ON t.tgrelid = r.relation AND NOT t.tgisinternal AND t.tgparentid = 0
            JOIN pg_proc p ON p.oid = t.tgfoid
            -- Those of rowhouse: keep_an_owner has to see every member of an organization.
            WHERE NOT EXISTS (SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'rowhouse'
                              WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        )
        SELECT 'trigger-definer', 'warning', t.name,
               format('The trigger calls %s, which runs as its owner %I whoever writes: what it reads, writes or says in an error may be of another tenant.', t.function::regprocedure, pg_get_userbyid(t.proowner)),
               format('ALTER FUNCTION %s SECURITY INVOKER', t.function::regprocedure)
        FROM triggers t WHERE t.prosecdef
        UNION ALL
        SELECT 'trigger-function-owner', 'warning', t.name,
               format('The trigger calls %s, which belongs to %I and not to the owner of the table. Whoever owns the function decides what runs with the rights of everybody who writes to the table.', t.function::regprocedure, pg_get_userbyid(t.proowner)),
               format('ALTER FUNCTION %s OWNER TO %I', t.function::regprocedure, pg_get_userbyid(t.owner))
        FROM triggers t
        WHERE t.proowner <> t.owner AND t.proowner NOT IN (SELECT s.oid FROM pg_roles s WHERE s.rolsuper);
    END;
COMMENT ON FUNCTION rowhouse.lint_triggers() IS 'Findings of lint() about the triggers of isolated tables. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_rules() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT DISTINCT 'rule-on-isolated-table',
               CASE WHEN r.owner IN (SELECT b.id FROM rowhouse.lint_bypassing() b) THEN 'error' ELSE 'warning' END,
               format('%I ON %s', w.rulename, r.relation::regclass),
               format('The rule rewrites commands on the table, and what it adds runs with the rights of the owner %I of the table and not of who writes.', pg_get_userbyid(r.owner)),
               format('DROP RULE %I ON %s', w.rulename, r.relation::regclass)
        FROM rowhouse.lint_relations() r JOIN pg_rewrite w ON w.ev_class = r.relation;
    END;
COMMENT ON FUNCTION rowhouse.lint_rules() IS 'Findings of lint() about rules on isolated tables. rowhouse''s own functions only.';

GRANT EXECUTE ON FUNCTION rowhouse.lint_views(), rowhouse.lint_functions(), rowhouse.lint_triggers(), rowhouse.lint_rules() TO rowhouse_admin;
