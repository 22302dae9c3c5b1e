-- Lint of keys: what unique keys and foreign keys tell a member about other tenants. Both are checked without row level
-- security, whoever writes.

CREATE FUNCTION rowhouse.lint_unique_keys() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        -- One row for each relation, so that the joins below cannot multiply.
        WITH relations AS MATERIALIZED (
            SELECT r.relation, bool_or(r.own) AS own, array_agg(r.attnum) AS owners, (array_agg(r.owner_column ORDER BY r.scope))[1] AS owner_column
            FROM rowhouse.lint_relations() r WHERE r.attnum IS NOT NULL GROUP BY r.relation
        ), keys AS (
            SELECT i.indexrelid, x.relname AS name, m.amname, k.conname, k.contype, r.owner_column, r.own,
                   i.indisexclusion, r.relation::regclass::text AS relation,
                   pg_get_constraintdef(k.oid) AS definition, pg_get_indexdef(i.indexrelid) AS index_definition,
                   NOT EXISTS (SELECT FROM generate_series(0, i.indnkeyatts - 1) n
                               LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n] AND a.attnum > 0
                               WHERE a.attnum IS NULL OR a.atttypid <> 'uuid'::regtype AND a.attidentity = '') AS generated,
                   i.indexrelid IN (SELECT f.conindid FROM pg_constraint f WHERE f.contype = 'f') AS referenced
            FROM relations r
            JOIN pg_index i ON i.indrelid = r.relation AND (i.indisunique OR i.indisexclusion)
            JOIN pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
            JOIN pg_am m ON m.oid = x.relam
            LEFT JOIN pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
            -- A slug is chosen before there is an organization that could own it, and names it in public. Keys of older systems
            -- are given by operators, who see everything anyway.
            WHERE NOT (i.indrelid IN ('rowhouse.organizations'::regclass, 'rowhouse.user_profiles'::regclass)
                       AND x.relname IN ('organizations_slug_key', 'organizations_slug_lower_key', 'organizations_external_key_key',
                                         'user_profiles_external_key_key'))
              -- Wherever the owner column stands in the key, a conflict is one with a row of the same owner: row level
              -- security has checked the new row before. In an exclusion constraint it has to be compared by "=".
              AND NOT EXISTS (SELECT FROM generate_series(0, i.indnkeyatts - 1) n
                              WHERE i.indkey[n] = ANY (r.owners)
                                AND (k.conexclop IS NULL OR k.conexclop[n + 1] = 'pg_catalog.=(uuid,uuid)'::regoperator))
        ), named AS (
            SELECT k.*, CASE WHEN k.conname IS NULL THEN format('%s', k.indexrelid::regclass)
                             ELSE format('%I ON %s', k.conname, k.relation) END AS object,
                   -- Everything before the first column, as pg_get_indexdef prints it.
                   length(format('CREATE UNIQUE INDEX %I ON %s USING %I (', k.name, k.relation, k.amname))
                   + CASE WHEN starts_with(k.index_definition, format('CREATE UNIQUE INDEX %I ON ONLY ', k.name)) THEN 5 ELSE 0 END AS head
            FROM keys k
        )
        SELECT 'key-without-owner', CASE WHEN k.generated THEN 'info' ELSE 'warning' END, k.object,
               CASE WHEN k.generated
                    THEN format('The key does not include %I, so that an INSERT with a value that another tenant has is refused, which tells that it exists. Nobody guesses a uuid, and an identity value tells only how many there are.', k.owner_column)
                    ELSE format('The key does not include %I: an INSERT with a value that another tenant has is refused, which tells that it exists, and ON CONFLICT meets the row of the other.', k.owner_column) END,
               CASE WHEN k.own THEN NULL
                    WHEN k.referenced THEN '-- Foreign keys refer to it: let them include the owner column first, then the key.'
                    WHEN k.conname IS NULL
                    THEN format('DROP INDEX %s; CREATE UNIQUE INDEX %I ON %s USING %I (%I, %s', k.indexrelid::regclass, k.name, k.relation, k.amname,
                                k.owner_column, substr(k.index_definition, k.head + 1))
                    -- The columns stand behind the first parenthesis of a constraint's definition.
                    ELSE format('%sALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s(%I%s, %s',
                                CASE WHEN k.indisexclusion AND k.amname = 'gist' THEN 'CREATE EXTENSION IF NOT EXISTS btree_gist; ' ELSE '' END,
                                k.relation, k.conname, k.conname, split_part(k.definition, '(', 1), k.owner_column,
                                CASE WHEN k.contype = 'x' THEN ' WITH =' ELSE '' END,
                                substr(k.definition, position('(' IN k.definition) + 1)) END
        FROM named k;
    END;
COMMENT ON FUNCTION rowhouse.lint_unique_keys() IS 'Findings of lint() about unique keys and exclusion constraints of isolated tables. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_foreign_keys() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        -- One row for each relation, so that the joins below cannot multiply.
        WITH relations AS MATERIALIZED (
            SELECT r.relation, array_agg(r.scope) AS scopes, array_agg(r.owner_column) AS columns, array_agg(r.attnum) AS attnums
            FROM rowhouse.lint_relations() r GROUP BY r.relation
        ), foreign_keys AS (
            SELECT k.*, c.relation IS NOT NULL AS inside, c.scopes AS child_scopes, c.columns AS child_columns, c.attnums AS child_attnums,
                   p.scopes AS parent_scopes, p.columns AS parent_columns, p.attnums AS parent_attnums
            FROM pg_constraint k
            JOIN relations p ON p.relation = k.confrelid
            LEFT JOIN relations c ON c.relation = k.conrelid
            WHERE k.contype = 'f' AND k.conparentid = 0 -- those of partitions come from their parent
        ), pairs AS (
            SELECT k.oid, k.conname, k.conrelid, k.confrelid, k.conkey, k.confkey, k.confdeltype, k.confupdtype, k.confdelsetcols,
                   k.condeferrable, k.condeferred, c.name AS child_column, c.attnum AS child_owner, p.name AS parent_column, p.attnum AS parent_owner,
                   EXISTS (SELECT FROM generate_subscripts(k.conkey, 1) n
                           WHERE k.conkey[n] = c.attnum AND k.confkey[n] = p.attnum) AS paired
            FROM foreign_keys k
            CROSS JOIN LATERAL unnest(k.child_scopes, k.child_columns, k.child_attnums) c(scope, name, attnum)
            JOIN LATERAL unnest(k.parent_scopes, k.parent_columns, k.parent_attnums) p(scope, name, attnum) ON p.scope = c.scope
            WHERE c.attnum IS NOT NULL AND p.attnum IS NOT NULL
        ), loose AS (
            SELECT DISTINCT ON (p.oid) p.*, format('%I ON %s', p.conname, p.conrelid::regclass) AS object,
                   p.confdeltype IN ('c', 'n', 'd') OR p.confupdtype IN ('c', 'n', 'd') AS acts,
                   p.child_owner = ANY (p.conkey) OR p.parent_owner = ANY (p.confkey) AS crossed,
                   EXISTS (SELECT FROM pg_index i
                           WHERE i.indrelid = p.confrelid AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
                             AND (SELECT array_agg(i.indkey[n] ORDER BY i.indkey[n]) FROM generate_series(0, i.indnkeyatts - 1) n)
                                 = (SELECT array_agg(a ORDER BY a) FROM unnest(p.confkey || p.parent_owner) a)) AS has_key,
                   (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY n.position) FROM unnest(p.conkey) WITH ORDINALITY n(attnum, position)
                    JOIN pg_attribute a ON a.attrelid = p.conrelid AND a.attnum = n.attnum) AS child_columns,
                   (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY n.position) FROM unnest(p.confkey) WITH ORDINALITY n(attnum, position)
                    JOIN pg_attribute a ON a.attrelid = p.confrelid AND a.attnum = n.attnum) AS parent_columns,
                   (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY n.position) FROM unnest(coalesce(p.confdelsetcols, p.conkey)) WITH ORDINALITY n(attnum, position)
                    JOIN pg_attribute a ON a.attrelid = p.conrelid AND a.attnum = n.attnum) AS set_columns
            FROM pairs p
            WHERE p.oid NOT IN (SELECT each.oid FROM pairs each WHERE each.paired)
            ORDER BY p.oid, p.child_column
        )
        SELECT CASE WHEN l.acts THEN 'foreign-key-cascade' ELSE 'foreign-key-without-owner' END, 'warning', l.object,
               format('The foreign key to %s does not include the owner columns. It is checked without row level security, so that a row can point to one of another tenant, and whether that is accepted tells that the row exists%s.',
                      l.confrelid::regclass,
                      CASE WHEN l.acts THEN '. Its ON DELETE or ON UPDATE action then changes rows of another tenant' ELSE '' END),
               CASE WHEN l.crossed THEN '-- It includes one of the owner columns, paired with something else: somebody has to decide what it means.'
                    ELSE CASE WHEN l.has_key THEN '' ELSE format('ALTER TABLE %s ADD UNIQUE (%I, %s); ', l.confrelid::regclass, l.parent_column, l.parent_columns) END
                         || format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I FOREIGN KEY (%I, %s) REFERENCES %s (%I, %s)', l.conrelid::regclass,
                                   l.conname, l.conname, l.child_column, l.child_columns, l.confrelid::regclass, l.parent_column, l.parent_columns)
                         -- SET NULL of an update has no list of columns and would take the owner away: it becomes NO ACTION.
                         || CASE l.confupdtype WHEN 'c' THEN ' ON UPDATE CASCADE' WHEN 'r' THEN ' ON UPDATE RESTRICT' ELSE '' END
                         || CASE l.confdeltype WHEN 'c' THEN ' ON DELETE CASCADE' WHEN 'r' THEN ' ON DELETE RESTRICT'
                                WHEN 'n' THEN format(' ON DELETE SET NULL (%s)', l.set_columns)
                                WHEN 'd' THEN format(' ON DELETE SET DEFAULT (%s)', l.set_columns) ELSE '' END
                         || CASE WHEN l.condeferrable THEN ' DEFERRABLE' ELSE '' END || CASE WHEN l.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END
               END
        FROM loose l
        UNION ALL
        SELECT 'foreign-key-other-scope', 'info', format('%I ON %s', k.conname, k.conrelid::regclass),
               format('The foreign key goes to %s, which is isolated by another scope, so that it cannot include a common owner. Whether a value is accepted tells that the row exists.', k.confrelid::regclass),
               NULL
        FROM foreign_keys k WHERE k.inside AND NOT k.child_scopes && k.parent_scopes
        UNION ALL
        SELECT 'foreign-key-from-outside', 'info', format('%I ON %s', k.conname, k.conrelid::regclass),
               format('The foreign key goes from a table that is not isolated to %s, which is. Whoever writes to the one learns which keys exist in the other.', k.confrelid::regclass),
               NULL
        FROM foreign_keys k WHERE NOT k.inside;
    END;
COMMENT ON FUNCTION rowhouse.lint_foreign_keys() IS 'Findings of lint() about foreign keys to isolated tables. rowhouse''s own functions only.';

GRANT EXECUTE ON FUNCTION rowhouse.lint_unique_keys(), rowhouse.lint_foreign_keys() TO rowhouse_admin;
