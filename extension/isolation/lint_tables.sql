-- Lint of the isolated tables themselves: is the protection there as isolate() made it, on every relation of the tree?

CREATE FUNCTION rowhouse.lint_protection() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH state AS (
            SELECT r.*, r.relation::regclass::text AS name, r.relation = r.root AS is_root,
                   c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, p.oid IS NOT NULL AS found,
                   -- WITH CHECK may only add a disjunct that refuses with a better message.
                   coalesce(NOT p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}' AND e.using_text = r.expression
                            AND (e.check_text IS NULL
                                 OR position(r.expression IN e.check_text) > 0
                                    AND replace(e.check_text, ' OR rowhouse.refuse(', '') NOT LIKE '% OR %'), false) AS good,
                   coalesce(a.polpermissive AND a.polcmd = '*' AND a.polroles = '{0}'
                            AND pg_get_expr(a.polqual, a.polrelid) = 'true'
                            AND coalesce(pg_get_expr(a.polwithcheck, a.polrelid), 'true') = 'true', false) AS allowing
            FROM rowhouse.lint_relations() r
            JOIN pg_class c ON c.oid = r.relation
            LEFT JOIN pg_policy p ON p.polrelid = r.relation AND p.polname = r.policy
            LEFT JOIN pg_policy a ON a.polrelid = r.relation AND a.polname = 'rowhouse_allow'
            CROSS JOIN LATERAL (SELECT pg_get_expr(p.polqual, p.polrelid) AS using_text,
                                       pg_get_expr(p.polwithcheck, p.polrelid) AS check_text) e
            WHERE r.kind <> 'f'
        )
        SELECT DISTINCT 'rls-disabled', 'error', s.name,
               'Row level security is switched off, so that everybody who may read the table reads the rows of every tenant.',
               format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', s.name)
        FROM state s WHERE s.is_root AND NOT s.enabled
        UNION ALL
        SELECT DISTINCT 'rls-not-forced', 'error', s.name,
               'Row level security is not forced, so that the owner of the table, and every view and function that runs as it, reads the rows of every tenant.',
               format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', s.name)
        FROM state s WHERE s.is_root AND NOT s.forced
        UNION ALL
        SELECT 'owner-policy-missing', 'error', s.name,
               format('The policy %I is not there, so that nothing compares the owner of a row with the context.', s.policy), s.repair
        FROM state s WHERE s.is_root AND s.attnum IS NOT NULL AND NOT s.found
        UNION ALL
        SELECT 'owner-policy-changed', 'error', format('%I ON %s', s.policy, s.name),
               format('The policy is not the one that isolate() made: restrictive, for every role and command, USING %s.', s.expression), s.repair
        FROM state s WHERE s.is_root AND s.attnum IS NOT NULL AND s.found AND NOT s.good
        UNION ALL
        SELECT DISTINCT 'allow-policy-missing', 'warning', s.name,
               'The permissive policy rowhouse_allow is missing or was changed. Nothing leaks, but members do not see all of their own rows.',
               CASE WHEN s.own THEN format('DROP POLICY IF EXISTS rowhouse_allow ON %s; CREATE POLICY rowhouse_allow ON %s USING (true)', s.name, s.name)
                    ELSE s.repair END
        FROM state s WHERE s.is_root AND s.attnum IS NOT NULL AND NOT s.allowing
        UNION ALL
        SELECT 'child-not-protected', 'error', s.name,
               format('It is a partition or child of the isolated table %s and is not protected as its parent is (%s). Whoever addresses it by its own name meets its own protection alone.',
                      s.root::regclass,
                      concat_ws(', ', CASE WHEN NOT s.enabled THEN 'row level security off' END,
                                CASE WHEN NOT s.forced THEN 'not forced' END,
                                CASE WHEN NOT s.found THEN 'no owner policy' WHEN NOT s.good THEN 'owner policy changed' END,
                                CASE WHEN NOT s.allowing THEN 'no allow policy' END)),
               s.repair
        FROM state s WHERE NOT s.is_root AND NOT (s.enabled AND s.forced AND s.good AND s.allowing)
        UNION ALL
        SELECT DISTINCT 'foreign-child', 'error', r.relation::regclass::text,
               format('It is a foreign table below the isolated table %s. There is no row level security on foreign tables: whoever may read it by its own name reads all of it.', h.inhparent::regclass),
               CASE WHEN r.is_partition THEN format('ALTER TABLE %s DETACH PARTITION %s', h.inhparent::regclass, r.relation::regclass)
                    ELSE format('ALTER FOREIGN TABLE %s NO INHERIT %s', r.relation::regclass, h.inhparent::regclass) END
        FROM rowhouse.lint_relations() r JOIN pg_inherits h ON h.inhrelid = r.relation
        WHERE r.kind = 'f' AND h.inhparent IN (SELECT each.relation FROM rowhouse.lint_relations() each);
    END;
COMMENT ON FUNCTION rowhouse.lint_protection() IS 'Findings of lint() about row level security and the policies of isolated tables. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_policies() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT CASE WHEN p.polpermissive THEN 'permissive-policy-added' ELSE 'restrictive-policy-added' END, 'info',
               format('%I ON %s', p.polname, p.polrelid::regclass),
               CASE WHEN p.polpermissive
                    THEN 'Somebody added a permissive policy. It widens nothing, because the owner policy is restrictive and is ANDed with it; it reads as though it did.'
                    ELSE 'Somebody added a restrictive policy. It can only hide more rows; its expression is not checked.' END,
               format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass)
        FROM pg_policy p
        WHERE p.polrelid IN (SELECT r.relation FROM rowhouse.lint_relations() r)
          AND p.polname <> 'rowhouse_allow'
          AND (p.polrelid, p.polname) NOT IN (SELECT r.relation, r.policy FROM rowhouse.lint_relations() r);
    END;
COMMENT ON FUNCTION rowhouse.lint_policies() IS 'Findings of lint() about policies that others added to isolated tables. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_owner_columns() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT 'owner-column-missing', 'error', r.relation::regclass::text,
               format('The owner column %I is not there: it was %s.', r.owner_column,
                      coalesce('renamed to ' || quote_ident(renamed.attname), 'dropped, and the policy with it')),
               CASE WHEN renamed.attname IS NOT NULL
                    THEN format('ALTER TABLE %s RENAME COLUMN %I TO %I', r.relation::regclass, renamed.attname, r.owner_column)
                    WHEN NOT r.own THEN r.repair END
        FROM rowhouse.lint_relations() r
        LEFT JOIN LATERAL (
            -- The owner policy depends on one column, whatever it is called now.
            SELECT min(a.attname COLLATE "C") AS attname
            FROM pg_policy p
            JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
                            AND d.refobjid = p.polrelid AND d.refobjsubid > 0
            JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE p.polrelid = r.relation AND p.polname = r.policy
            HAVING count(DISTINCT d.refobjsubid) = 1) renamed ON true
        WHERE r.attnum IS NULL AND r.relation = r.root
        UNION ALL
        SELECT 'owner-index-missing', 'warning', r.relation::regclass::text,
               format('No valid index without a predicate begins with %I. Every query of a tenant reads the rows of all of them, which is slow and lets their number be measured.', r.owner_column),
               format('CREATE INDEX ON %s (%I)', r.relation::regclass, r.owner_column)
        FROM rowhouse.lint_relations() r
        -- The partitions have the index of the partitioned table, which is valid only when all of them have it.
        WHERE r.kind IN ('r', 'p') AND r.attnum IS NOT NULL AND (NOT r.is_partition OR r.relation = r.root)
          AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = r.relation AND i.indkey[0] = r.attnum
                          AND i.indisvalid AND i.indpred IS NULL)
        UNION ALL
        SELECT 'owner-default-missing', 'info', format('%s.%I', r.relation::regclass, r.owner_column),
               CASE WHEN a.attnotnull THEN 'The owner column has no default, so that every INSERT has to name the owner.'
                    ELSE 'The owner column may be null and has no default: an INSERT that does not name the owner is refused, and a row that a role above row level security inserts so belongs to nobody.' END,
               format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT rowhouse.%s_id()', r.relation::regclass, r.owner_column, r.scope)
        FROM rowhouse.lint_relations() r
        JOIN pg_attribute a ON a.attrelid = r.relation AND a.attnum = r.attnum
        WHERE r.relation = r.root AND NOT a.atthasdef;
    END;
COMMENT ON FUNCTION rowhouse.lint_owner_columns() IS 'Findings of lint() about the owner columns of isolated tables. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_forgotten() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH names AS (
            SELECT 'organization_id'::name AS owner_column, 'organization' AS scope
            UNION SELECT 'user_id', 'user'
            UNION
            SELECT r.owner_column, r.scope FROM rowhouse.lint_relations() r
            -- Where the primary key is the owner, as in a table of tenants, its name ("id") says nothing about others.
            WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = r.relation AND i.indisprimary AND i.indkey::text = r.attnum::text)
        ), carriers AS (
            SELECT DISTINCT ON (c.oid) c.oid, c.relkind, c.relacl, c.relowner, n.owner_column, n.scope
            FROM names n
            JOIN pg_attribute a ON a.attname = n.owner_column AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
            JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
            WHERE a.attinhcount = 0 -- a column from a parent is reported there
              AND c.relnamespace IN (SELECT s.id FROM rowhouse.lint_schemas() s)
              AND c.oid NOT IN (SELECT r.relation FROM rowhouse.lint_relations() r)
            ORDER BY c.oid, n.scope, n.owner_column
        )
        SELECT 'table-not-isolated',
               CASE WHEN c.scope = 'organization' AND shared.found THEN 'error' ELSE 'warning' END,
               c.oid::regclass::text,
               format('The table has the owner column %I and is not isolated%s.', c.owner_column,
                      CASE WHEN shared.found THEN ', and others than its owner have rights on it' ELSE '' END),
               rowhouse.lint_isolate(c.oid::regclass, c.scope, c.owner_column)
        FROM carriers c
        CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM aclexplode(c.relacl) g WHERE g.grantee <> c.relowner)
                                OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) AS found) shared
        WHERE c.relkind <> 'f'
        UNION ALL
        SELECT 'not-checked', 'info', c.oid::regclass::text,
               format('It is a foreign table with the owner column %I. There is no row level security on foreign tables, and what the other server shows is not known here.', c.owner_column),
               NULL
        FROM carriers c WHERE c.relkind = 'f';
    END;
COMMENT ON FUNCTION rowhouse.lint_forgotten() IS 'Findings of lint() about tables that look like a tenant''s and are not isolated. rowhouse''s own functions only.';

GRANT EXECUTE ON FUNCTION rowhouse.lint_protection(), rowhouse.lint_policies(), rowhouse.lint_owner_columns(), rowhouse.lint_forgotten()
    TO rowhouse_admin;
