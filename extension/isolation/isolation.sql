-- Isolation: row level security over any table, by organization or by user.

CREATE TABLE rowhouse.isolated_relations (
    relation regclass NOT NULL,
    scope text NOT NULL CHECK (scope IN ('organization', 'user')),
    column_name name NOT NULL,
    added_column boolean NOT NULL,
    undo text[] NOT NULL, -- statements that put back what isolate() changed, in the order to run them
    isolated_at timestamptz NOT NULL DEFAULT now(),
    isolated_by name NOT NULL DEFAULT session_user,
    PRIMARY KEY (relation, scope)
);
COMMENT ON TABLE rowhouse.isolated_relations IS
    'What rowhouse.isolate() did to which table. Written by isolate() and release() alone; read it through rowhouse.isolated_tables.';
ALTER TABLE rowhouse.isolated_relations OWNER TO rowhouse_owner;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.isolated_relations',
    $$WHERE relation IN (SELECT oid FROM pg_catalog.pg_class) AND relation NOT IN (SELECT objid FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')$$);

CREATE VIEW rowhouse.isolated_tables WITH (security_barrier) AS
SELECT i.relation, i.scope, i.column_name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, i.isolated_at, i.isolated_by
FROM rowhouse.isolated_relations i
JOIN pg_catalog.pg_class c ON c.oid = i.relation;
COMMENT ON VIEW rowhouse.isolated_tables IS
    'Every isolated table: relation, scope (organization or user), owner column, whether row level security is enabled and forced now, since when, by whom.';
ALTER VIEW rowhouse.isolated_tables OWNER TO rowhouse_owner;

CREATE SEQUENCE rowhouse.refused_writes;
COMMENT ON SEQUENCE rowhouse.refused_writes IS 'How many rows were refused because they belong to another owner: a sequence, because that does not roll back.';
ALTER SEQUENCE rowhouse.refused_writes OWNER TO rowhouse_system;

CREATE FUNCTION rowhouse.refuse(target regclass, scope text) RETURNS boolean
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_refuse';
COMMENT ON FUNCTION rowhouse.refuse(regclass, text) IS
    'Always false, after leaving a line "UNAUTHORIZED_ACCESS {user, organization, table, command}" in the server log and counting the attempt: the second arm of the owner policy''s WITH CHECK, reached only by a row that must not be written. VOLATILE; callable by everybody who may write to an isolated table.';

CREATE FUNCTION rowhouse.isolate(target regclass, scope text DEFAULT 'organization', column_name name DEFAULT NULL,
                                 options jsonb DEFAULT '{}') RETURNS SETOF text
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_isolate';
COMMENT ON FUNCTION rowhouse.isolate(regclass, text, name, jsonb) IS
    'Protects a table so that a transaction reads and writes only the rows of its organization (scope "organization") or its user (scope "user"; both on one table: both must match): owner column with default, tenant-leading index, row level security enabled and forced, a permissive policy and a restrictive owner policy, on the table and on every partition or child, also those that come later. column_name: the column that holds the owner, default organization_id or user_id, added as uuid where missing; it may be uuid, text, character varying, integer or bigint (see organization_key, organization_number). Rows without an owner are seen in system context alone. options: owner (a value), backfill (an SQL expression over the row) or mapping {table, key, column, owner} say who gets those; not_null refuses any that is left; foreign_keys makes foreign keys to tables isolated in the same scope include the owner; unique_keys makes unique constraints begin with it; dry_run changes nothing. Returns the statements it ran, or would run; none when the table is isolated already. Errors: 42809 not a table, 42704 unknown scope, 22023 bad option, 42804 owner column of another type, 23502 rows without an owner, 42501 not the owner of the table or a table of rowhouse. Needs the rights of the table''s owner. rowhouse_admin only.';

CREATE FUNCTION rowhouse.release(target regclass, drop_column boolean DEFAULT false, backup text DEFAULT NULL) RETURNS SETOF text
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_release';
COMMENT ON FUNCTION rowhouse.release(regclass, boolean, text) IS
    'Puts a table back as it was before rowhouse.isolate(), in every scope: policies, default, index, keys, row level security; with drop_column also the owner column where isolate() made it. backup: the name, with its schema, of a table to be made first with the primary key and the owner of every row. Returns the statements it ran. Errors: P0002 when the table is not isolated, 42501 as isolate(), 22004 target or drop_column is null, 42P07 the backup exists, 55000 a backup without a primary key. From then on every row is visible to whoever may read the table. rowhouse_admin only.';

CREATE FUNCTION rowhouse.protect_partitions() RETURNS event_trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'rowhouse_protect_partitions';
COMMENT ON FUNCTION rowhouse.protect_partitions() IS
    'Event trigger of rowhouse_protect_partitions: protects a partition or child that was made or attached under an isolated table, before its transaction can commit.';
CREATE EVENT TRIGGER rowhouse_protect_partitions ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE')
    EXECUTE FUNCTION rowhouse.protect_partitions();
COMMENT ON EVENT TRIGGER rowhouse_protect_partitions IS 'Partitions of isolated tables are protected from the start.';

CREATE FUNCTION rowhouse.forget_dropped() RETURNS event_trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM rowhouse.isolated_relations i USING pg_event_trigger_dropped_objects() d
    WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.objid = i.relation::oid;
EXCEPTION WHEN undefined_table THEN
    NULL; -- it is rowhouse itself that is being dropped
END
$$;
COMMENT ON FUNCTION rowhouse.forget_dropped() IS 'Event trigger of rowhouse_forget_dropped: an isolated table that is dropped leaves the registry.';
ALTER FUNCTION rowhouse.forget_dropped() OWNER TO rowhouse_owner;
CREATE EVENT TRIGGER rowhouse_forget_dropped ON sql_drop WHEN TAG IN ('DROP TABLE', 'DROP SCHEMA', 'DROP OWNED')
    EXECUTE FUNCTION rowhouse.forget_dropped();
COMMENT ON EVENT TRIGGER rowhouse_forget_dropped IS 'The registry of isolated tables names no table that is gone.';

CREATE TABLE rowhouse.system_contexts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    begun_by uuid,
    database_role name NOT NULL,
    reason text NOT NULL
);
COMMENT ON TABLE rowhouse.system_contexts IS
    'The audit trail of system context: when, which user (NULL for an operator without a token), which database role, why. Written before the context begins, so it stays when that transaction is rolled back.';
ALTER TABLE rowhouse.system_contexts OWNER TO rowhouse_system;
GRANT SELECT ON rowhouse.system_contexts TO rowhouse_admin;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.system_contexts', '');
SELECT pg_catalog.pg_extension_config_dump('rowhouse.system_contexts_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('rowhouse.refused_writes', '');

CREATE FUNCTION rowhouse.begin_system(reason text) RETURNS timestamptz
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_begin_system';
COMMENT ON FUNCTION rowhouse.begin_system(text) IS
    'From here to the end of the transaction the caller sees and writes the rows of every organization, and those without an owner, in isolated tables. Recorded in rowhouse.system_contexts with who, when and why, whatever becomes of the transaction. Ends after rowhouse.system_timeout (15 minutes): what runs then is cancelled. Returns that time. Errors: 42501 neither a super admin nor rowhouse_admin, 22023 no reason of 1 to 1000 bytes, 55000 begun already or within a security-definer function, 53300 it could not be recorded. rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.end_system() RETURNS boolean
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_end_system';
COMMENT ON FUNCTION rowhouse.end_system() IS
    'Ends system context before the transaction does; false when there was none. Error 55000 within a security-definer function. rowhouse_user and rowhouse_admin.';
GRANT EXECUTE ON FUNCTION rowhouse.begin_system(text), rowhouse.end_system() TO rowhouse_user, rowhouse_admin;

CREATE FUNCTION rowhouse.verify_isolation(target regclass DEFAULT NULL)
    RETURNS TABLE (relation text, "check" text, passed boolean, detail text)
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_verify_isolation';
COMMENT ON FUNCTION rowhouse.verify_isolation(regclass) IS
    'Proof on the live database: for one isolated table, or all of them (NULL), with their partitions and children, makes a row of one made-up owner and tries as another one and as nobody to read, insert, move, update, delete, upsert, merge and truncate across the border, then rolls everything back. Returns each attempt; passed is NULL for what could not be tried, and detail says why. Triggers of the tables run. Error P0002 when the table is not isolated. Needs the rights of each table''s owner. rowhouse_admin only.';
GRANT EXECUTE ON FUNCTION rowhouse.verify_isolation(regclass) TO rowhouse_admin;

GRANT EXECUTE ON FUNCTION rowhouse.isolate(regclass, text, name, jsonb), rowhouse.release(regclass, boolean, text) TO rowhouse_admin;
