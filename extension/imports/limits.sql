-- Limits: how big a file may be, how many there may be, for how long they are kept; and the record of who hit one.

-- A row is what somebody has changed: NULL in a row, and no row at all, inherit. So a dump takes the changes alone, and a
-- restore finds nothing in their place.
CREATE TABLE rowhouse.import_limits (
    organization_id uuid REFERENCES rowhouse.organizations ON DELETE CASCADE,
    max_bytes bigint CHECK (max_bytes > 0),
    max_rows bigint CHECK (max_rows > 0),
    person_per_hour bigint CHECK (person_per_hour > 0),
    person_per_day bigint CHECK (person_per_day > 0),
    organization_per_hour bigint CHECK (organization_per_hour > 0),
    organization_per_day bigint CHECK (organization_per_day > 0),
    -- Less than a day would take batches away before the limits per day have counted them.
    retention interval CHECK (retention BETWEEN '1 day' AND '100 years'),
    CONSTRAINT import_limits_organization_id_key UNIQUE NULLS NOT DISTINCT (organization_id)
);
COMMENT ON TABLE rowhouse.import_limits IS
    'Limits of imports that differ from rowhouse''s own: those of one organization, and in the row without an organization those of all. NULL inherits. Written by set_import_limits(), which also reads them.';
ALTER TABLE rowhouse.import_limits OWNER TO rowhouse_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON rowhouse.import_limits TO rowhouse_system;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_limits', '');
SELECT rowhouse.isolate('rowhouse.import_limits');

CREATE INDEX import_batches_person ON rowhouse.import_batches (created_by, created_at);

CREATE FUNCTION rowhouse.import_limits(organization uuid) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET intervalstyle = postgres
    BEGIN ATOMIC
        SELECT jsonb_build_object(
            'max_bytes', coalesce(own.max_bytes, general.max_bytes, 10485760),
            'max_rows', coalesce(own.max_rows, general.max_rows, 5000),
            'person_per_hour', coalesce(own.person_per_hour, general.person_per_hour, 10),
            'person_per_day', coalesce(own.person_per_day, general.person_per_day, 50),
            'organization_per_hour', coalesce(own.organization_per_hour, general.organization_per_hour, 50),
            'organization_per_day', coalesce(own.organization_per_day, general.organization_per_day, 250),
            'retention', coalesce(own.retention, general.retention, interval '30 days')::text)
        FROM (SELECT) one
        LEFT JOIN rowhouse.import_limits own ON own.organization_id = organization
        LEFT JOIN rowhouse.import_limits general ON general.organization_id IS NULL;
    END;
COMMENT ON FUNCTION rowhouse.import_limits(uuid) IS
    'The limits that hold for an organization: {max_bytes, max_rows, person_per_hour, person_per_day, organization_per_hour, organization_per_day, retention}, retention being an interval as text. NULL, or an organization without limits of its own: those of all. STABLE. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.set_import_limits(limits jsonb, organization uuid DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET intervalstyle = postgres AS $$
DECLARE
    each record;
    own rowhouse.import_limits;
BEGIN
    IF jsonb_typeof(limits) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'limits must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
    ELSIF organization IS NOT NULL AND NOT EXISTS (SELECT FROM rowhouse.organizations o WHERE o.id = organization) THEN
        RAISE EXCEPTION 'organization "%" not found', organization USING ERRCODE = 'no_data_found';
    END IF;
    FOR each IN SELECT l.key AS name, l.value, l.value #>> '{}' AS text, jsonb_typeof(l.value) AS type FROM jsonb_each(limits) l LOOP
        IF each.name NOT IN ('max_bytes', 'max_rows', 'person_per_hour', 'person_per_day', 'organization_per_hour', 'organization_per_day', 'retention') THEN
            RAISE EXCEPTION 'limit "%" does not exist', each.name USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Limits are max_bytes, max_rows, person_per_hour, person_per_day, organization_per_hour, organization_per_day and retention.';
        ELSIF each.type = 'null' THEN
            CONTINUE;
        ELSIF each.name = 'retention' THEN
            IF each.type <> 'string' OR NOT rowhouse.is_retention(each.text) THEN
                RAISE EXCEPTION 'limit "retention" must be an interval from 1 day to 100 years' USING ERRCODE = 'invalid_parameter_value',
                    HINT = 'As text, such as "90 days".';
            END IF;
        ELSIF each.type <> 'number' OR each.text !~ '^[1-9][0-9]{0,17}$' THEN
            RAISE EXCEPTION 'limit "%" must be a positive whole number', each.name USING ERRCODE = 'invalid_parameter_value',
                HINT = 'null goes back to what it is without this.';
        END IF;
    END LOOP;
    -- Two who set different limits at the same time: neither undoes what the other has done.
    PERFORM pg_advisory_xact_lock(hashtextextended('rowhouse.import_limits', 0));
    SELECT * INTO own FROM rowhouse.import_limits l WHERE l.organization_id IS NOT DISTINCT FROM organization;
    own := jsonb_populate_record(own, limits);
    own.organization_id := organization;
    DELETE FROM rowhouse.import_limits l WHERE l.organization_id IS NOT DISTINCT FROM organization;
    IF jsonb_strip_nulls(to_jsonb(own)) - 'organization_id' <> '{}' THEN
        INSERT INTO rowhouse.import_limits VALUES (own.*);
    END IF;
    RETURN rowhouse.import_limits(organization);
END
$$;
COMMENT ON FUNCTION rowhouse.set_import_limits(jsonb, uuid) IS
    'Changes limits of imports, of one organization or (NULL) of all that have none of their own: an object with any of max_bytes (10485760), max_rows (5000), person_per_hour (10), person_per_day (50), organization_per_hour (50), organization_per_day (250), retention ("30 days", from 1 day to 100 years). null goes back to what it is without: an organization''s to that of all, that of all to the value given here. Returns the limits that hold now, all of them; with {} it only tells them. Takes effect with the next upload. Errors: 22023 no object, no such limit, or a value that is not positive, P0002 no such organization. VOLATILE; rowhouse_admin only.';

-- One line for each hit, written by a process of its own because the transaction of the upload is rolled back; without
-- foreign keys, because that process must not wait for its caller, who may have locked what they refer to.
CREATE TABLE rowhouse.import_limit_hits (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    organization uuid NOT NULL,
    person uuid NOT NULL,
    limit_name text NOT NULL
);
CREATE INDEX import_limit_hits_person ON rowhouse.import_limit_hits (person, limit_name, at);
CREATE INDEX import_limit_hits_at ON rowhouse.import_limit_hits (at);
COMMENT ON TABLE rowhouse.import_limit_hits IS
    'Uploads that were refused because a limit was reached: when, of which organization, by whom, and which limit. The first 300 of one person and limit in an hour are here one by one, further ones at most once a second. A hit that no background process was free to write is missing; the upload was refused all the same. import_purge() removes those older than the retention of all. For operators: rowhouse_admin reads it.';
ALTER TABLE rowhouse.import_limit_hits OWNER TO rowhouse_system;
GRANT SELECT ON rowhouse.import_limit_hits TO rowhouse_admin;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_limit_hits', '');
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_limit_hits_id_seq', '');

CREATE FUNCTION rowhouse.record_limit_hit(organization uuid, person uuid, limit_name text) RETURNS boolean
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_record_limit_hit';
COMMENT ON FUNCTION rowhouse.record_limit_hit(uuid, uuid, text) IS
    'Writes a line of rowhouse.import_limit_hits in a process of its own and waits for it; false when none was free, or when this person has made so many hits that another one is not worth a line. NULL for NULL. VOLATILE. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.upload_in_way(organization uuid, person uuid, allowed bigint, since timestamptz) RETURNS timestamptz
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_upload_in_way';
COMMENT ON FUNCTION rowhouse.upload_in_way(uuid, uuid, bigint, timestamptz) IS
    'Which upload since then has to be forgotten before there is room for another one: when the last but allowed was made, of the organization or, where that is NULL, of the person in all organizations; NULL when there are fewer than allowed. Sees what is committed now, whatever snapshot the transaction has. VOLATILE. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.admit_import(organization uuid, person uuid) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    limits jsonb;
    moment timestamptz;
    reached record;
    seconds bigint;
BEGIN
    IF organization IS NULL OR person IS NULL THEN
        RAISE EXCEPTION 'organization and person must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    -- Until the end of the transaction, since only then it is known whether this upload counts. First the organization,
    -- then the person, so that no two wait for one another.
    PERFORM pg_advisory_xact_lock(hashtextextended('rowhouse.admit_import organization ' || organization, 0));
    PERFORM pg_advisory_xact_lock(hashtextextended('rowhouse.admit_import person ' || person, 0));
    limits := rowhouse.import_limits(organization);
    moment := clock_timestamp();
    SELECT each.name, each.allowed, each.who, each.often, each.duration,
           rowhouse.upload_in_way(each.organization, each.person, each.allowed, moment - each.duration) + each.duration - moment AS wait
    INTO reached
    FROM (VALUES
        ('person_per_hour', (limits ->> 'person_per_hour')::bigint, 'person', 'an hour', interval '1 hour', NULL, person),
        ('person_per_day', (limits ->> 'person_per_day')::bigint, 'person', 'a day', interval '24 hours', NULL, person),
        ('organization_per_hour', (limits ->> 'organization_per_hour')::bigint, 'organization', 'an hour', interval '1 hour', organization, NULL),
        ('organization_per_day', (limits ->> 'organization_per_day')::bigint, 'organization', 'a day', interval '24 hours', organization, NULL)
    ) each(name, allowed, who, often, duration, organization, person)
    ORDER BY wait DESC NULLS LAST LIMIT 1; -- the one that lasts longest
    IF reached.wait IS NULL THEN
        RETURN limits;
    END IF;
    BEGIN
        PERFORM rowhouse.record_limit_hit(organization, person, reached.name);
    EXCEPTION WHEN OTHERS THEN
        NULL; -- the refusal is what matters
    END;
    -- A clock that was set back must not send anybody away for longer than the limit lasts.
    seconds := ceil(extract(epoch FROM least(greatest(reached.wait, interval '1 second'), reached.duration)));
    RAISE EXCEPTION 'import limit reached: % % % for one %', reached.allowed, CASE reached.allowed WHEN 1 THEN 'upload' ELSE 'uploads' END,
        reached.often, reached.who
        USING ERRCODE = 'configuration_limit_exceeded', DETAIL = 'retry_after=' || seconds, HINT = 'Try again in ' || CASE
            WHEN seconds = 1 THEN '1 second.'
            WHEN seconds < 120 THEN seconds || ' seconds.'
            WHEN seconds < 7200 THEN ceil(seconds / 60.0) || ' minutes.'
            ELSE ceil(seconds / 3600.0) || ' hours.' END;
END
$$;
COMMENT ON FUNCTION rowhouse.admit_import(uuid, uuid) IS
    'Whether a person may upload another file into an organization: the limits that hold for it, as import_limits() gives them, or error 53400 when the uploads (batches, in whatever state) of the last hour or day are as many as may be, with retry_after=<seconds> as detail and the time to wait as hint; the hit is put on record. The batch must be made in the same transaction: until that ends, others of the organization or the person wait here. Exact at every isolation level. Errors: 53400, 22004. VOLATILE. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.is_retention(value text) RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    RETURN value::interval BETWEEN interval '1 day' AND interval '100 years';
EXCEPTION WHEN data_exception THEN
    RETURN false;
END
$$;
COMMENT ON FUNCTION rowhouse.is_retention(text) IS
    'Whether the text is an interval from 1 day to 100 years. NULL for NULL. STABLE. rowhouse''s own functions only.';

ALTER FUNCTION rowhouse.import_limits(uuid) OWNER TO rowhouse_system;
ALTER FUNCTION rowhouse.set_import_limits(jsonb, uuid) OWNER TO rowhouse_system;
ALTER FUNCTION rowhouse.admit_import(uuid, uuid) OWNER TO rowhouse_system;
REVOKE EXECUTE ON FUNCTION rowhouse.import_limits(uuid), rowhouse.set_import_limits(jsonb, uuid), rowhouse.admit_import(uuid, uuid),
    rowhouse.record_limit_hit(uuid, uuid, text), rowhouse.upload_in_way(uuid, uuid, bigint, timestamptz), rowhouse.is_retention(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.record_limit_hit(uuid, uuid, text), rowhouse.upload_in_way(uuid, uuid, bigint, timestamptz),
    rowhouse.is_retention(text) TO rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.import_limits(uuid), rowhouse.admit_import(uuid, uuid) TO rowhouse_owner;
GRANT EXECUTE ON FUNCTION rowhouse.set_import_limits(jsonb, uuid) TO rowhouse_admin;
