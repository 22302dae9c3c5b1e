-- What lint() looks at, each thing said once: the isolated relations with their descendants, the schemas, the roles
-- that row level security does not bind, and the statements that its findings propose.
--
-- The functions of lint read catalogs only, with the rights of the caller. A row of a tenant they could not see anyway.

CREATE FUNCTION rowhouse.lint_schemas() RETURNS TABLE (id oid)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        -- Temporary tables, which isolate() refuses, end with their session; they are in pg_temp_….
        SELECT n.oid FROM pg_namespace n WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema';
    END;
COMMENT ON FUNCTION rowhouse.lint_schemas() IS 'The schemas that lint() looks at: all but those of the server. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_bypassing() RETURNS TABLE (id oid)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT r.oid FROM pg_roles r WHERE r.rolsuper OR r.rolbypassrls;
    END;
COMMENT ON FUNCTION rowhouse.lint_bypassing() IS 'The roles that row level security does not bind. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_isolate(target regclass, scope text, owner_column name) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT format('SELECT rowhouse.isolate(%s)', concat_ws(', ', quote_literal(target::text),
            CASE WHEN scope <> 'organization' OR owner_column <> scope || '_id' THEN quote_literal(scope) END,
            CASE WHEN owner_column <> scope || '_id' THEN quote_literal(owner_column::text) END));
    END;
COMMENT ON FUNCTION rowhouse.lint_isolate(regclass, text, name) IS 'The call of isolate() that protects a table. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_relations()
    RETURNS TABLE (relation oid, root oid, scope text, owner_column name, attnum smallint, kind "char", owner oid,
                   is_partition boolean, own boolean, policy name, expression text, repair text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH RECURSIVE tree(relation, root, scope, owner_column) AS (
            SELECT i.relation::oid, i.relation::oid, i.scope, i.column_name FROM rowhouse.isolated_tables i
            UNION
            SELECT h.inhrelid, t.root, t.scope, t.owner_column FROM tree t JOIN pg_inherits h ON h.inhparent = t.relation
        ), relations AS (
            -- A child that was isolated by itself is its own root.
            SELECT DISTINCT ON (t.relation, t.scope, t.owner_column) t.*
            FROM tree t ORDER BY t.relation, t.scope, t.owner_column, t.relation <> t.root, t.root
        )
        SELECT r.relation, r.root, r.scope, r.owner_column, a.attnum, c.relkind, c.relowner, c.relispartition, n.nspname = 'rowhouse',
               ('rowhouse_' || r.scope)::name,
               -- As isolate() makes it and PostgreSQL prints it.
               format('(%I = ( SELECT rowhouse.%s_id() AS %s_id))', r.owner_column, r.scope, r.scope),
               -- isolate() refuses the tables of rowhouse, but not somebody's child of one. Without WITH CHECK the USING
               -- expression counts for both.
               CASE WHEN n.nspname = 'rowhouse'
                    THEN format('DROP POLICY IF EXISTS rowhouse_%s ON %s; CREATE POLICY rowhouse_%s ON %s AS RESTRICTIVE USING (%I = (SELECT rowhouse.%s_id()))',
                                r.scope, c.oid::regclass, r.scope, c.oid::regclass, r.owner_column, r.scope)
                    ELSE rowhouse.lint_isolate(CASE WHEN top.relnamespace = 'rowhouse'::regnamespace THEN r.relation ELSE r.root END::regclass,
                                               r.scope, r.owner_column) END
        FROM relations r
        JOIN pg_class c ON c.oid = r.relation
        JOIN pg_class top ON top.oid = r.root
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attribute a ON a.attrelid = r.relation AND a.attname = r.owner_column AND NOT a.attisdropped;
    END;
COMMENT ON FUNCTION rowhouse.lint_relations() IS
    'Every isolated table and every descendant of one, once for each scope: owner column (attnum NULL where it is gone), its owner policy as it must be, and the statement that restores it. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_revoke(granted oid, member oid, grantor oid) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        -- From PostgreSQL 16 on a membership ends only when its own grantor is named; superusers grant as role 10.
        SELECT format('REVOKE %I FROM %I', pg_get_userbyid(granted), pg_get_userbyid(member))
               || CASE WHEN current_setting('server_version_num')::integer >= 160000 AND grantor <> 10
                       THEN format(' GRANTED BY %I', pg_get_userbyid(grantor)) ELSE '' END;
    END;
COMMENT ON FUNCTION rowhouse.lint_revoke(oid, oid, oid) IS 'The statement that ends a membership. rowhouse''s own functions only.';

GRANT EXECUTE ON FUNCTION rowhouse.lint_schemas(), rowhouse.lint_bypassing(), rowhouse.lint_isolate(regclass, text, name),
    rowhouse.lint_relations(), rowhouse.lint_revoke(oid, oid, oid) TO rowhouse_admin;
