-- Resources: isolated tables that the HTTP service may read and write by name.

-- Read by C++ by position (resource.cpp): new columns go to the end.
CREATE TABLE rowhouse.exposed_relations (
    resource text COLLATE "C" PRIMARY KEY CHECK (resource ~ '^[a-z][a-z0-9_-]{0,62}$'),
    relation regclass NOT NULL UNIQUE,
    exposed_at timestamptz NOT NULL DEFAULT now(),
    exposed_by name NOT NULL DEFAULT session_user
);
COMMENT ON TABLE rowhouse.exposed_relations IS
    'Which tables are resources, and under which names. Written by expose() and conceal() alone; read it through rowhouse.exposed_tables.';
ALTER TABLE rowhouse.exposed_relations OWNER TO rowhouse_owner;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.exposed_relations', 'WHERE relation IN (SELECT oid FROM pg_catalog.pg_class)');

CREATE VIEW rowhouse.exposed_tables WITH (security_barrier) AS
SELECT e.resource, e.relation,
       (SELECT string_agg(i.scope, ', ' ORDER BY i.scope) FROM rowhouse.isolated_relations i WHERE i.relation = e.relation) AS scope
FROM rowhouse.exposed_relations e
JOIN pg_catalog.pg_class c ON c.oid = e.relation;
COMMENT ON VIEW rowhouse.exposed_tables IS
    'Every exposed table: name of the resource, relation, scope (organization, user, or both: "organization, user"; NULL for a table that is not isolated any more, which nobody reaches). rowhouse_admin only.';
ALTER VIEW rowhouse.exposed_tables OWNER TO rowhouse_owner;
GRANT SELECT ON rowhouse.exposed_tables TO rowhouse_admin;

CREATE FUNCTION rowhouse.expose(target regclass, name text DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_expose';
COMMENT ON FUNCTION rowhouse.expose(regclass, text) IS
    'Makes an isolated table a resource: what its members, or its users, may do with their own rows, they may do through the resource functions and the HTTP service. name: by default that of the table. Again with another name renames the resource; again with the same changes nothing. Errors: 55000 the table is not isolated or has no primary key, 22023 a name that is none (a small letter, then up to 62 of small letters, digits, _ and -), 23505 another table has the name, 22004, 42809 not a table, 42501 not the owner of the table, or a table of rowhouse. VOLATILE; rowhouse_admin only.';

CREATE FUNCTION rowhouse.conceal(target regclass) RETURNS void
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_conceal';
COMMENT ON FUNCTION rowhouse.conceal(regclass) IS
    'Takes back expose(). Errors: P0002 the table is not exposed, 22004, 42809 not a table, 42501 not the owner of the table. VOLATILE; rowhouse_admin only.';

CREATE FUNCTION rowhouse.forget_exposed() RETURNS event_trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM rowhouse.exposed_relations e USING pg_event_trigger_dropped_objects() d
    WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.objid = e.relation::oid;
EXCEPTION WHEN undefined_table THEN
    NULL; -- it is rowhouse itself that is being dropped
END
$$;
COMMENT ON FUNCTION rowhouse.forget_exposed() IS 'Event trigger of rowhouse_forget_exposed: a table that is dropped is no resource any more.';
ALTER FUNCTION rowhouse.forget_exposed() OWNER TO rowhouse_owner;
CREATE EVENT TRIGGER rowhouse_forget_exposed ON sql_drop WHEN TAG IN ('DROP TABLE', 'DROP SCHEMA', 'DROP OWNED')
    EXECUTE FUNCTION rowhouse.forget_exposed();
COMMENT ON EVENT TRIGGER rowhouse_forget_exposed IS 'The list of resources names no table that is gone.';

CREATE FUNCTION rowhouse.resource_list(resource text, query jsonb DEFAULT '[]') RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_resource_list';
COMMENT ON FUNCTION rowhouse.resource_list(text, jsonb) IS
    'A page of the caller''s rows: {"items": [{column: value, …}, …], "next": cursor, or null behind the last row}. query: the decoded query string as a JSON array of [name, value] in its order, joined by AND. Names: select (columns, by commas), order (column, column.asc, column.desc, by commas; the primary key comes last in any case, and alone by default), limit (1 to 1000, default 50), after (the cursor that the page before gave as next), and any column, with a value operator.value: eq, neq, gt, gte, lt, lte, like, ilike (* is as good as %), in.(a,b,"c,d"), is.null, is.true, is.false, each also behind "not.". Errors: 28000 nobody is logged in, P0002 no such resource, 42501 for resources of organizations no viewer or more in one, 22023 an unknown column or a malformed query or cursor, 22P02 and others of class 22 for a value that is none of its column''s type, 55000 no primary key. VOLATILE; runs as the owner of the table on the caller''s rows alone. rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.resource_get(resource text, id text) RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_resource_get';
COMMENT ON FUNCTION rowhouse.resource_get(text, text) IS
    'One of the caller''s rows, as an object, by the text of its primary key, whose columns that say who owns the row do not count. Errors: P0002 not there or not the caller''s (also for what no id can be) or no such resource, 0A000 a primary key of several columns, 28000 and 42501 as resource_list(), 22004. VOLATILE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.resource_insert(resource text, body jsonb) RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_resource_insert';
COMMENT ON FUNCTION rowhouse.resource_insert(text, jsonb) IS
    'Stores a row for the caller and returns it as it is stored; of an array of up to 1000 objects all or none, and {"items": […]} in the same order. Columns that are not given take their defaults, null is NULL, values convert as by jsonb_populate_record(). Errors: 22023 a column that is unknown or not for callers to give (who owns the row, generated and identity columns), or a body that is neither, 54000 too many rows, 28000, P0002 no such resource, 42501 for resources of organizations no member or more of one, 23000 a trigger left a row out, 22004, and what the table itself raises: classes 22 and 23, and those of its triggers. VOLATILE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.resource_update(resource text, id text, body jsonb) RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_resource_update';
COMMENT ON FUNCTION rowhouse.resource_update(text, text, jsonb) IS
    'Changes the columns that are given of one of the caller''s rows, and returns the row; an empty object changes nothing. Errors: P0002 and 0A000 as resource_get(), the others as resource_insert(). VOLATILE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.resource_delete(resource text, id text) RETURNS void
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_resource_delete';
COMMENT ON FUNCTION rowhouse.resource_delete(text, text) IS
    'Deletes one of the caller''s rows. Errors as resource_update(). VOLATILE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.resource_export(resource text, query jsonb DEFAULT '[]') RETURNS text
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_resource_export';
COMMENT ON FUNCTION rowhouse.resource_export(text, jsonb) IS
    'The rows that resource_list() gives for the same query, but all of them unless limit is given (then that many at most), as a CSV file: a header, lines that end with CR LF, cells neutralised as by csv_export() and by the types of the columns. Errors as resource_list(), and 54000 for more than a text can hold. VOLATILE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.system_list(resource text, query jsonb DEFAULT '[]') RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_system_list';
COMMENT ON FUNCTION rowhouse.system_list(text, jsonb) IS
    'resource_list() over the rows of all organizations and users, and of nobody, in system context, which lasts for this call. Recorded in rowhouse.system_contexts, with the resource and the query as the reason, whatever becomes of the transaction; the transaction may be read-only. Errors: 28000 nobody is logged in, 42501 anybody but a super admin, P0002, 22023 and others as resource_list(), 55000 and 53300 as begin_system(). VOLATILE; rowhouse_user and rowhouse_admin.';

REVOKE EXECUTE ON FUNCTION rowhouse.expose(regclass, text), rowhouse.conceal(regclass), rowhouse.forget_exposed(),
    rowhouse.resource_list(text, jsonb), rowhouse.resource_get(text, text), rowhouse.resource_insert(text, jsonb),
    rowhouse.resource_update(text, text, jsonb), rowhouse.resource_delete(text, text), rowhouse.resource_export(text, jsonb),
    rowhouse.system_list(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.expose(regclass, text), rowhouse.conceal(regclass) TO rowhouse_admin;
GRANT EXECUTE ON FUNCTION rowhouse.resource_list(text, jsonb), rowhouse.resource_get(text, text),
    rowhouse.resource_insert(text, jsonb), rowhouse.resource_update(text, text, jsonb), rowhouse.resource_delete(text, text),
    rowhouse.resource_export(text, jsonb), rowhouse.system_list(text, jsonb) TO rowhouse_user, rowhouse_admin;
