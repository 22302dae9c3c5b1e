-- Lint of roles and rights: who is above row level security, who may do what it does not cover, and what is sent elsewhere.

CREATE FUNCTION rowhouse.lint_grants() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH relations AS (
            SELECT DISTINCT r.relation, r.owner FROM rowhouse.lint_relations() r
        ), grants AS (
            SELECT r.relation, a.grantee, a.privilege_type, a.is_grantable, '' AS columns
            FROM relations r JOIN pg_class c ON c.oid = r.relation CROSS JOIN LATERAL aclexplode(c.relacl) a
            WHERE a.grantee <> r.owner
            UNION ALL
            SELECT r.relation, a.grantee, a.privilege_type, a.is_grantable, format(' (%I)', t.attname)
            FROM relations r JOIN pg_attribute t ON t.attrelid = r.relation AND t.attacl IS NOT NULL CROSS JOIN LATERAL aclexplode(t.attacl) a
            WHERE a.grantee <> r.owner
        ), beyond AS (
            SELECT g.relation, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END AS grantee,
                   string_agg(DISTINCT g.privilege_type || g.columns, ', ' ORDER BY g.privilege_type || g.columns) AS privileges,
                   bool_or(g.privilege_type IN ('TRUNCATE', 'TRIGGER')) AS severe, bool_or(g.is_grantable) AS grantable
            FROM grants g WHERE g.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
            GROUP BY g.relation, g.grantee
        )
        SELECT 'grant-beyond-rls', CASE WHEN b.severe THEN 'error' ELSE 'warning' END, b.relation::regclass::text,
               format('%s has %s on the table. Row level security does not cover what can be done with it: empty the table, run code as others, find out keys, lock everybody out.', b.grantee, b.privileges),
               format('REVOKE %s ON TABLE %s FROM %s%s', b.privileges, b.relation::regclass, b.grantee, CASE WHEN b.grantable THEN ' CASCADE' ELSE '' END)
        FROM beyond b
        UNION ALL
        SELECT 'sequence-update', 'info', s.oid::regclass::text,
               format('%s may set the sequence of the isolated table %s, which is one for all tenants: set back, it makes the INSERTs of others fail.',
                      g.grantee, r.relation::regclass),
               format('REVOKE UPDATE ON SEQUENCE %s FROM %s', s.oid::regclass, g.grantee)
        FROM relations r
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.relation AND d.refobjsubid > 0
                        AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        CROSS JOIN LATERAL (SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee
                            FROM aclexplode(s.relacl) a WHERE a.privilege_type = 'UPDATE' AND a.grantee <> s.relowner) g;
    END;
COMMENT ON FUNCTION rowhouse.lint_grants() IS 'Findings of lint() about rights on isolated tables that row level security does not cover. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_publications() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH relations AS (
            SELECT DISTINCT r.relation, c.relnamespace FROM rowhouse.lint_relations() r JOIN pg_class c ON c.oid = r.relation
        )
        SELECT 'published-table', 'warning', quote_ident(p.pubname),
               format('The publication sends %s to its subscribers, the rows of every tenant: row level security does not bind logical replication, and there is no row filter.', sent.what),
               sent.fix
        FROM pg_publication p
        CROSS JOIN LATERAL (
            SELECT 'all tables' AS what, '-- FOR ALL TABLES cannot be altered: make a publication of the tables that are meant, then drop this one.' AS fix
            WHERE p.puballtables
            UNION ALL
            SELECT r.relation::regclass::text, format('ALTER PUBLICATION %I DROP TABLE %s', p.pubname, r.relation::regclass)
            FROM pg_publication_rel s JOIN relations r ON r.relation = s.prrelid WHERE s.prpubid = p.oid AND s.prqual IS NULL
            UNION ALL
            SELECT DISTINCT 'the tables of schema ' || s.pnnspid::regnamespace, format('ALTER PUBLICATION %I DROP TABLES IN SCHEMA %s', p.pubname, s.pnnspid::regnamespace)
            FROM pg_publication_namespace s JOIN relations r ON r.relnamespace = s.pnnspid WHERE s.pnpubid = p.oid) sent;
    END;
COMMENT ON FUNCTION rowhouse.lint_publications() IS 'Findings of lint() about publications of isolated tables. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_roles() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH logins AS (
            SELECT r.oid, r.rolname, r.rolbypassrls FROM pg_roles r WHERE r.rolcanlogin AND NOT r.rolsuper
        ), relations AS MATERIALIZED (
            SELECT DISTINCT r.relation, r.owner FROM rowhouse.lint_relations() r
        ), able AS (
            -- The roles above row level security that may do something with an isolated table.
            SELECT b.oid, b.rolname
            FROM pg_roles b
            WHERE b.rolsuper
               OR b.rolbypassrls AND EXISTS (SELECT FROM relations r WHERE has_any_column_privilege(b.oid, r.relation, 'SELECT, INSERT, UPDATE')
                                                                        OR has_table_privilege(b.oid, r.relation, 'DELETE'))
        )
        SELECT 'superuser-login', 'info', quote_ident(r.rolname),
               'The role is a superuser and can log in. Nothing in the database binds it; applications must not use it.', NULL::text
        FROM pg_roles r WHERE r.rolsuper AND r.rolcanlogin
        UNION ALL
        SELECT 'bypassrls-login', 'warning', quote_ident(l.rolname),
               'The role can log in, has BYPASSRLS and has rights on isolated tables, so that it sees every tenant.',
               format('ALTER ROLE %I NOBYPASSRLS', l.rolname)
        FROM logins l WHERE l.rolbypassrls AND l.oid IN (SELECT a.oid FROM able a)
        UNION ALL
        -- A member sets the role, also with NOINHERIT.
        SELECT 'role-can-bypass', 'error', quote_ident(l.rolname),
               format('The role can log in and become %s with SET ROLE, which row level security does not bind.', steps.targets), steps.fix
        FROM logins l
        CROSS JOIN LATERAL (
            SELECT string_agg(DISTINCT quote_ident(a.rolname), ', ') AS targets,
                   string_agg(DISTINCT rowhouse.lint_revoke(m.roleid, m.member, m.grantor), '; ') AS fix
            FROM able a
            JOIN pg_auth_members m ON m.roleid = a.oid AND pg_has_role(l.oid, m.member, 'MEMBER')
            WHERE a.rolname <> 'rowhouse_system') steps -- its members are reported as such
        WHERE NOT l.rolbypassrls AND steps.targets IS NOT NULL
        UNION ALL
        SELECT 'createrole-login', 'warning', quote_ident(r.rolname),
               'Before PostgreSQL 16 a role with CREATEROLE may make itself a member of every role that is no superuser, and so of those with BYPASSRLS. Somebody can log in as this one.',
               format('ALTER ROLE %I NOCREATEROLE', r.rolname)
        FROM pg_roles r
        WHERE r.rolcreaterole AND NOT r.rolsuper AND current_setting('server_version_num')::integer < 160000
          AND EXISTS (SELECT FROM logins l WHERE pg_has_role(l.oid, r.oid, 'MEMBER'))
        UNION ALL
        SELECT 'server-role-member', 'warning', quote_ident(pg_get_userbyid(m.member)),
               format('The role is a member of %I, and so reads or writes files of the server, or runs programs there, past everything in the database.', pg_get_userbyid(m.roleid)),
               rowhouse.lint_revoke(m.roleid, m.member, m.grantor)
        FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member AND NOT r.rolsuper
        WHERE pg_get_userbyid(m.roleid) IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
        UNION ALL
        SELECT 'internal-role-member', 'error', quote_ident(pg_get_userbyid(m.member)),
               format('The role is a member of %I, which is for the code of rowhouse alone: %s.', pg_get_userbyid(m.roleid),
                      CASE pg_get_userbyid(m.roleid) WHEN 'rowhouse_system' THEN 'it bypasses row level security'
                           ELSE 'it owns the tables of rowhouse and can switch their protection off' END),
               rowhouse.lint_revoke(m.roleid, m.member, m.grantor)
        FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member AND NOT r.rolsuper
        WHERE pg_get_userbyid(m.roleid) IN ('rowhouse_owner', 'rowhouse_system')
        UNION ALL
        SELECT 'owner-serves-requests', CASE WHEN served.some THEN 'error' ELSE 'info' END, quote_ident(pg_get_userbyid(o.owner)),
               CASE WHEN served.some
                    THEN format('The role owns %s isolated tables, such as %s, and %s, which serves requests as a member of rowhouse_user, can act as it: an owner can switch row level security off.', o.tables, o.example, served.servants)
                    ELSE format('The role owns %s isolated tables, such as %s, and %s can log in and act as it: an owner can switch row level security off, so that nothing that serves requests may log in so.', o.tables, o.example, served.names) END,
               '-- ALTER TABLE … OWNER TO a role that serves no requests'
        FROM (SELECT r.owner, count(*) AS tables, min(r.relation::regclass::text COLLATE "C") AS example FROM relations r GROUP BY r.owner) o
        CROSS JOIN LATERAL (
            SELECT bool_or(l.serves) AS some,
                   string_agg(quote_ident(l.rolname), ', ' ORDER BY l.rolname COLLATE "C") FILTER (WHERE l.serves) AS servants,
                   string_agg(quote_ident(l.rolname), ', ' ORDER BY l.rolname COLLATE "C") AS names
            FROM (SELECT l.rolname, pg_has_role(l.oid, 'rowhouse_user', 'MEMBER') AS serves
                  FROM logins l WHERE pg_has_role(l.oid, o.owner, 'MEMBER')) l) served
        WHERE served.names IS NOT NULL AND pg_get_userbyid(o.owner) <> 'rowhouse_owner'; -- its members are reported as such
    END;
COMMENT ON FUNCTION rowhouse.lint_roles() IS 'Findings of lint() about roles that are, or can get, above row level security. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lint_settings() RETURNS TABLE (code text, level text, object text, detail text, fix text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH stored AS (
            SELECT CASE WHEN s.setrole = 0 AND s.setdatabase = 0 THEN 'ROLE ALL'
                        WHEN s.setrole = 0 THEN format('DATABASE %I', d.datname)
                        WHEN s.setdatabase = 0 THEN format('ROLE %I', pg_get_userbyid(s.setrole))
                        ELSE format('ROLE %I IN DATABASE %I', pg_get_userbyid(s.setrole), d.datname) END AS place, each.setting
            FROM pg_db_role_setting s
            LEFT JOIN pg_database d ON d.oid = s.setdatabase
            CROSS JOIN LATERAL unnest(s.setconfig) each(setting)
            WHERE s.setdatabase = 0 OR d.datname = current_database()
            UNION ALL
            SELECT format('ROUTINE %s', p.oid::regprocedure), each.setting
            FROM pg_proc p CROSS JOIN LATERAL unnest(p.proconfig) each(setting)
            WHERE p.pronamespace IN (SELECT n.id FROM rowhouse.lint_schemas() n)
        ), named AS (
            SELECT s.place, split_part(s.setting, '=', 1) AS name, split_part(s.setting, '=', 2) AS value FROM stored s
        )
        SELECT 'row-security-off', 'warning', n.place,
               'row_security is stored as off: queries on isolated tables then fail with 42501 instead of showing the rows of the context, and those of a role above row level security look as usual.',
               format('ALTER %s RESET row_security', n.place)
        FROM named n
        -- A routine that wants to fail rather than see a part of the rows says so in this way.
        WHERE n.name = 'row_security' AND NOT starts_with(n.place, 'ROUTINE') AND NOT n.value::boolean
        UNION ALL
        SELECT 'stored-setting', 'warning', n.place,
               format('%s is stored with it: the context would be the same for whoever comes this way, and everybody can read what is stored in the catalog.', n.name),
               format('ALTER %s RESET %s', n.place, n.name)
        FROM named n WHERE lower(n.name) LIKE 'rowhouse.%';
    END;
COMMENT ON FUNCTION rowhouse.lint_settings() IS 'Findings of lint() about settings stored for roles, databases and routines. rowhouse''s own functions only.';

GRANT EXECUTE ON FUNCTION rowhouse.lint_grants(), rowhouse.lint_publications(), rowhouse.lint_roles(), rowhouse.lint_settings() TO rowhouse_admin;
