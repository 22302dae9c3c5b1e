-- What the catalog says about a table that files are to be imported into. In plpgsql, which keeps its plans: making them
-- takes ten times as long as running them.

CREATE FUNCTION rowhouse.import_types(relation regclass) RETURNS TABLE (attnum smallint, never_null boolean, rule jsonb)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE base AS (
        SELECT a.attnum, a.atttypid AS oid, a.atttypmod AS typmod, a.attnotnull AS never_null
        FROM pg_attribute a WHERE a.attrelid = import_types.relation AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT b.attnum, t.typbasetype, CASE WHEN b.typmod >= 0 THEN b.typmod ELSE t.typtypmod END, b.never_null OR t.typnotnull
        FROM base b JOIN pg_type t ON t.oid = b.oid WHERE t.typtype = 'd')
    SELECT base.attnum, base.never_null, CASE
        WHEN t.typtype = 'e' THEN jsonb_build_object('type', 'choice', 'exact', labels.in_two_cases, 'choices', labels.list)
        WHEN t.oid = 'boolean'::regtype THEN '{"type": "boolean"}'
        WHEN t.oid = 'smallint'::regtype THEN '{"type": "integer", "minimum": "-32768", "maximum": "32767"}'
        WHEN t.oid = 'integer'::regtype THEN '{"type": "integer", "minimum": "-2147483648", "maximum": "2147483647"}'
        WHEN t.oid = 'bigint'::regtype THEN '{"type": "integer", "minimum": "-9223372036854775808", "maximum": "9223372036854775807"}'
        WHEN t.oid IN ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) THEN '{"type": "numeric"}'
        WHEN t.oid = 'date'::regtype THEN '{"type": "date"}'
        WHEN t.oid IN ('timestamp'::regtype, 'timestamptz'::regtype) THEN '{"type": "timestamp"}'
        WHEN t.oid = 'uuid'::regtype THEN '{"type": "uuid"}'
        WHEN t.oid IN ('json'::regtype, 'jsonb'::regtype) THEN '{"type": "json"}'
        WHEN t.oid IN ('varchar'::regtype, 'bpchar'::regtype) AND base.typmod > 4
            THEN jsonb_build_object('type', 'text', 'max_length', base.typmod - 4)
        ELSE '{"type": "text"}'::jsonb
    END
    FROM base JOIN pg_type t ON t.oid = base.oid AND t.typtype <> 'd'
    LEFT JOIN LATERAL (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) AS list,
                              count(DISTINCT lower(e.enumlabel)) < count(*) AS in_two_cases
                       FROM pg_enum e WHERE e.enumtypid = t.oid) labels ON t.typtype = 'e';
END
$$;
COMMENT ON FUNCTION rowhouse.import_types(regclass) IS
    'Of each column of a table: whether it is NOT NULL, by itself or its domain, and the options of a cell check (see csv_check) that follow from its type, domains resolved. STABLE; rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.import_owners(relation regclass) RETURNS TABLE (column_name name, expression text)
    LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_owners';
COMMENT ON FUNCTION rowhouse.import_owners(regclass) IS
    'The owner columns of an isolated table, or of a partition or child of one, and the SQL of what the context has for them. STABLE; rowhouse''s own functions only.';

-- A unique index is given by the expressions that it is over, with generated columns replaced by what generates them, so
-- that they can be computed of rows which are not in the table yet.
CREATE FUNCTION rowhouse.import_keys(relation regclass) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'name', c.relname, 'primary', i.indisprimary, 'nulls_equal', i.indnullsnotdistinct,
        'predicate', pg_get_expr(i.indpred, i.indrelid),
        'parts', parts.list, 'columns', parts.columns) ORDER BY i.indisprimary DESC, c.relname), '[]')
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid,
    LATERAL (
        SELECT jsonb_agg(jsonb_build_object(
                   'expression', coalesce(pg_get_expr(d.adbin, d.adrelid), pg_get_indexdef(i.indexrelid, k.n::integer, false)),
                   'collation', CASE WHEN l.oid IS NOT NULL THEN format('%I.%I', ln.nspname, l.collname) END,
                   'equals', format('OPERATOR(%I.%s)', onsp.nspname, o.oprname)) ORDER BY k.n) AS list,
               (SELECT jsonb_agg(DISTINCT u.attname) FROM pg_attribute u WHERE u.attrelid = i.indrelid AND u.attnum > 0
                AND (u.attnum = ANY (i.indkey) AND u.attgenerated = ''
                     OR EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_class'::regclass AND p.objid = i.indexrelid
                                AND p.refclassid = 'pg_class'::regclass AND p.refobjid = i.indrelid AND p.refobjsubid = u.attnum
                                AND NOT u.attnum = ANY (i.indkey))
                     OR EXISTS (SELECT FROM pg_attrdef g
                                JOIN pg_attribute ga ON ga.attrelid = g.adrelid AND ga.attnum = g.adnum AND ga.attgenerated <> ''
                                JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = g.oid
                                     AND p.refclassid = 'pg_class'::regclass AND p.refobjid = g.adrelid AND p.refobjsubid = u.attnum
                                WHERE g.adrelid = i.indrelid AND g.adnum = ANY (i.indkey) AND u.attgenerated = ''
                                  AND u.attnum <> g.adnum))) AS columns
        FROM generate_series(1, i.indnkeyatts::integer) k(n)
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1] AND a.attnum > 0
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> ''
        LEFT JOIN pg_collation l ON l.oid = i.indcollation[k.n - 1]
        LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
        JOIN pg_opclass oc ON oc.oid = i.indclass[k.n - 1]
        JOIN pg_amop ao ON ao.amopfamily = oc.opcfamily AND ao.amopstrategy = 3 AND ao.amoplefttype = oc.opcintype
             AND ao.amoprighttype = oc.opcintype
        JOIN pg_operator o ON o.oid = ao.amopopr
        JOIN pg_namespace onsp ON onsp.oid = o.oprnamespace) parts
    WHERE i.indrelid = import_keys.relation AND i.indisunique AND i.indisvalid);
END
$$;
COMMENT ON FUNCTION rowhouse.import_keys(regclass) IS
    'The unique indexes of a table: name, whether it is the primary key, what it is over, which columns that is made of, how it compares. STABLE; rowhouse''s own functions only.';

-- SET CONSTRAINTS goes by name alone, and runs what waits: never the triggers of somebody else's table.
CREATE FUNCTION rowhouse.import_deferrable(relation regclass) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
    SELECT jsonb_build_object('own', string_agg(d.name, ', ') FILTER (WHERE d.own), 'all', string_agg(d.name, ', '))
    FROM (SELECT format('%I.%I', n.nspname, e.conname) AS name, bool_or(e.conrelid = relation) AS own
          FROM pg_class c
          JOIN pg_constraint e ON relation IN (e.conrelid, e.confrelid)
          JOIN pg_namespace n ON n.oid = e.connamespace
          WHERE c.oid = relation AND e.condeferrable
            AND NOT EXISTS (SELECT FROM pg_constraint o JOIN pg_class oc ON oc.oid = o.conrelid
                            WHERE o.connamespace = e.connamespace AND o.conname = e.conname AND o.condeferrable
                              AND o.contype <> 'f' AND oc.relowner <> c.relowner)
          GROUP BY 1) d);
END
$$;
COMMENT ON FUNCTION rowhouse.import_deferrable(regclass) IS
    'The constraints that may wait for the end of the transaction, quoted for SET CONSTRAINTS: "own", those of the table, and "all", with those that refer to it; null where there are none. STABLE; rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.import_shape(relation regclass) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN (
    SELECT jsonb_build_object(
        'relation', relation::text,
        'owners', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', o.column_name, 'expression', o.expression)), '[]')
                   FROM rowhouse.import_owners(relation) o),
        'columns', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'name', a.attname, 'position', a.attnum, 'required', types.never_null AND NOT a.atthasdef AND a.attidentity = ''
                    AND t.typdefault IS NULL,
                'not_null', types.never_null, 'type', format_type(a.atttypid, a.atttypmod),
                'identity', a.attidentity, 'generated', a.attgenerated <> '',
                'default', CASE WHEN a.attidentity <> '' THEN (
                                    SELECT format('nextval(%L::regclass)', s.objid::regclass) FROM pg_depend s
                                    WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass
                                      AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum AND s.deptype = 'i')
                                WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), pg_get_expr(t.typdefaultbin, 0)) END,
                'steady', a.attidentity = '' AND NOT EXISTS (
                    SELECT FROM regexp_matches(coalesce(d.adbin, t.typdefaultbin)::text, ':(?:op)?funcid (\d+)', 'g') called(id)
                    JOIN pg_proc f ON f.oid = called.id[1]::oid WHERE f.provolatile = 'v'),
                'rule', types.rule) ORDER BY a.attnum), '[]')
            FROM pg_attribute a
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            JOIN rowhouse.import_types(relation) types ON types.attnum = a.attnum
            WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped),
        'keys', rowhouse.import_keys(relation),
        'foreign_keys', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'name', f.conname, 'relation', f.confrelid::regclass::text, 'full', f.confmatchtype = 'f', 'parts', parts.list,
                'owners', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', o.column_name, 'expression', o.expression)), '[]')
                           FROM rowhouse.import_owners(f.confrelid) o),
                'readable', has_table_privilege(c.relowner, f.confrelid, 'SELECT')
                    AND has_schema_privilege(c.relowner, (SELECT rc.relnamespace FROM pg_class rc WHERE rc.oid = f.confrelid), 'USAGE'))
                ORDER BY f.conname), '[]')
            FROM pg_constraint f,
            LATERAL (
                SELECT jsonb_agg(jsonb_build_object('column', a.attname, 'references', r.attname,
                                                    'equals', format('OPERATOR(%I.%s)', n.nspname, o.oprname)) ORDER BY k.n) AS list
                FROM generate_series(1, array_length(f.conkey, 1)) k(n)
                JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[k.n]
                JOIN pg_attribute r ON r.attrelid = f.confrelid AND r.attnum = f.confkey[k.n]
                JOIN pg_operator o ON o.oid = f.conpfeqop[k.n]
                JOIN pg_namespace n ON n.oid = o.oprnamespace) parts
            WHERE f.conrelid = relation AND f.contype = 'f'),
        'checks', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'name', k.conname, 'expression', pg_get_expr(k.conbin, k.conrelid),
                'columns', (SELECT coalesce(jsonb_agg(a.attname), '[]') FROM pg_attribute a
                            WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey))) ORDER BY k.conname), '[]')
            FROM pg_constraint k WHERE k.conrelid = relation AND k.contype = 'c' AND 1 <= ALL (k.conkey)),
        'deferrable', rowhouse.import_deferrable(relation))
    FROM pg_class c WHERE c.oid = relation);
END
$$;
COMMENT ON FUNCTION rowhouse.import_shape(regclass) IS
    'A table as import targets need it: owner columns, columns with the checks that follow from their types, unique keys, foreign keys, check constraints. NULL for what is no table. STABLE; rowhouse''s own functions only.';

REVOKE EXECUTE ON FUNCTION rowhouse.import_types(regclass), rowhouse.import_owners(regclass), rowhouse.import_keys(regclass),
    rowhouse.import_deferrable(regclass), rowhouse.import_shape(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.import_types(regclass), rowhouse.import_owners(regclass), rowhouse.import_keys(regclass),
    rowhouse.import_deferrable(regclass), rowhouse.import_shape(regclass) TO rowhouse_owner;
