-- Isolation: row level security over any table, by organization or by user.

CREATE TABLE rowhouse.isolated_relations (
    relation regclass NOT NULL,
    scope text NOT NULL CHECK (scope IN ('organization', 'user')),
    column_name name NOT NULL,
    -- What isolate() added, so that release() takes away that and no more.
    added_column boolean NOT NULL,
    added_default boolean NOT NULL,
    added_index regclass,
    enabled_security boolean NOT NULL,
    forced_security boolean NOT NULL,
    isolated_at timestamptz NOT NULL DEFAULT now(),
    isolated_by name NOT NULL DEFAULT session_user,
    PRIMARY KEY (relation, scope)
);
COMMENT ON TABLE rowhouse.isolated_relations IS
    'What rowhouse.isolate() did to which table. Written by isolate() and release() alone; read it through rowhouse.isolated_tables.';
ALTER TABLE rowhouse.isolated_relations OWNER TO rowhouse_owner;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.isolated_relations',
    $$WHERE relation NOT IN (SELECT objid FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')$$);

CREATE VIEW rowhouse.isolated_tables WITH (security_barrier) AS
SELECT i.relation, i.scope, i.column_name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, i.isolated_at, i.isolated_by
FROM rowhouse.isolated_relations i
JOIN pg_catalog.pg_class c ON c.oid = i.relation;
COMMENT ON VIEW rowhouse.isolated_tables IS
    'Every isolated table: relation, scope (organization or user), owner column, whether row level security is enabled and forced now, since when, by whom.';
ALTER VIEW rowhouse.isolated_tables OWNER TO rowhouse_owner;
GRANT SELECT ON rowhouse.isolated_tables TO rowhouse_user, rowhouse_admin;

CREATE FUNCTION rowhouse.isolate(target regclass, scope text DEFAULT 'organization', column_name name DEFAULT NULL,
                                 options jsonb DEFAULT '{}') RETURNS SETOF text
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_isolate';
COMMENT ON FUNCTION rowhouse.isolate(regclass, text, name, jsonb) IS
    'Protects a table so that a transaction reads and writes only the rows of its organization (scope "organization") or its user (scope "user"): owner column with default, tenant-leading index, row level security enabled and forced, a permissive policy and a restrictive owner policy, on the table and on every partition or child. column_name: the uuid column that holds the owner, default organization_id or user_id, added where missing. Rows without an owner are seen by nobody; option {"owner": "<uuid>"} gives the existing ones to that owner. Returns the statements it ran, none when the table is isolated already. Errors: 42809 not a table, 42704 unknown scope or option value, 42804 owner column of another type, 42501 not the owner of the table or a table of rowhouse. Needs the rights of the table''s owner; takes ACCESS EXCLUSIVE on the table until the end of the transaction. rowhouse_admin only.';

CREATE FUNCTION rowhouse.release(target regclass, drop_column boolean DEFAULT false) RETURNS SETOF text
    LANGUAGE c VOLATILE STRICT SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_release';
COMMENT ON FUNCTION rowhouse.release(regclass, boolean) IS
    'Takes away what rowhouse.isolate() added to the table: policies, default, index, row level security where it was off before; with drop_column also the owner column where isolate() made it. Returns the statements it ran. Errors: P0002 when the table is not isolated, 42501 as isolate(). From then on every row is visible to whoever may read the table. rowhouse_admin only.';

GRANT EXECUTE ON FUNCTION rowhouse.isolate(regclass, text, name, jsonb), rowhouse.release(regclass, boolean) TO rowhouse_admin;
