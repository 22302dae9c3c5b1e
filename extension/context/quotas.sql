-- Quotas: how many organizations the database may have, and how many members an organization. None until one is set.

CREATE TABLE rowhouse.quotas (
    organization_id uuid REFERENCES rowhouse.organizations ON DELETE CASCADE,
    name text NOT NULL CHECK (name IN ('organizations', 'members')),
    value bigint NOT NULL CHECK (value > 0),
    -- Always NULL: because of the foreign key pg_dump loads members, and with them organizations, before quotas. The other
    -- way round a database that has more than its quota, because that was lowered, could not be restored.
    after_member uuid CHECK (after_member IS NULL),
    FOREIGN KEY (after_member, organization_id) REFERENCES rowhouse.members (user_id, organization_id),
    CHECK (name = 'members' OR organization_id IS NULL),
    CONSTRAINT quotas_organization_id_name_key UNIQUE NULLS NOT DISTINCT (organization_id, name)
);
COMMENT ON TABLE rowhouse.quotas IS
    'Quotas in force. name organizations: how many the database may have; members: how many an organization may have, all of them (organization_id NULL) or one. Written by set_quota(); read through the function quotas().';
ALTER TABLE rowhouse.quotas OWNER TO rowhouse_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON rowhouse.quotas TO rowhouse_system;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.quotas', '');
SELECT rowhouse.isolate('rowhouse.quotas');

CREATE FUNCTION rowhouse.organizations_now() RETURNS bigint
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_organizations_now';
COMMENT ON FUNCTION rowhouse.organizations_now() IS
    'How many organizations there are, by what is committed now, whatever snapshot the transaction has. VOLATILE. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.members_now(organization uuid) RETURNS bigint
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_members_now';
COMMENT ON FUNCTION rowhouse.members_now(uuid) IS
    'As organizations_now(), for the members of an organization, suspended ones too. NULL for NULL.';

CREATE FUNCTION rowhouse.member_quota(organization uuid) RETURNS bigint
    LANGUAGE sql STABLE BEGIN ATOMIC
        SELECT q.value FROM rowhouse.quotas q
        WHERE q.name = 'members' AND (q.organization_id = organization OR q.organization_id IS NULL)
        ORDER BY q.organization_id NULLS LAST LIMIT 1;
    END;
COMMENT ON FUNCTION rowhouse.member_quota(uuid) IS
    'How many members an organization may have: its own quota, else that of all; NULL without one. STABLE. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.lock_quota(name text, organization uuid DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE BEGIN ATOMIC
        SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'rowhouse.quotas', name, organization), 0));
    END;
COMMENT ON FUNCTION rowhouse.lock_quota(text, uuid) IS
    'Until the end of the transaction nobody else adds what that quota counts. VOLATILE. rowhouse''s own functions only.';

-- The lock is taken before the first row is written: somebody who waits for it with rows in hand, which its holder may
-- have to wait for (they have the same address), would be a deadlock.
CREATE FUNCTION rowhouse.await_quota() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    organization uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM rowhouse.quotas q WHERE q.name = TG_ARGV[0]) THEN
        RETURN NULL;
    ELSIF TG_ARGV[0] = 'organizations' THEN
        PERFORM rowhouse.lock_quota('organizations');
        RETURN NULL;
    END IF;
    BEGIN
        organization := rowhouse.organization_id();
    EXCEPTION WHEN invalid_authorization_specification OR no_data_found THEN
        NULL; -- who writes without a good context names the organization, and keep_member_quota() takes its lock
    END;
    IF rowhouse.member_quota(organization) IS NOT NULL THEN
        PERFORM rowhouse.lock_quota('members', organization);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION rowhouse.await_quota() IS
    'Statement trigger of rowhouse.organizations and rowhouse.members: whoever adds to something that has a quota waits for those who are adding to it already.';

CREATE FUNCTION rowhouse.keep_organization_quota() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    quota bigint := (SELECT q.value FROM rowhouse.quotas q WHERE q.name = 'organizations');
BEGIN
    IF quota IS NOT NULL THEN
        PERFORM rowhouse.lock_quota('organizations');
        IF rowhouse.organizations_now() > quota THEN
            -- How many there are is none of the caller's business.
            RAISE EXCEPTION 'quota reached: database may have % organizations', quota
                USING ERRCODE = 'configuration_limit_exceeded', HINT = 'An operator can raise it with rowhouse.set_quota().';
        END IF;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION rowhouse.keep_organization_quota() IS
    'Row trigger of rowhouse.organizations: no more of them than the quota allows (53400).';

CREATE FUNCTION rowhouse.check_member_quota(organization uuid, added bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    quota bigint := rowhouse.member_quota(organization);
    found bigint;
BEGIN
    IF quota IS NOT NULL THEN
        PERFORM rowhouse.lock_quota('members', organization);
        found := rowhouse.members_now(organization);
        IF found > quota THEN
            RAISE EXCEPTION 'quota reached: organization has % of % members', found - added, quota
                USING ERRCODE = 'configuration_limit_exceeded', DETAIL = format('%s more would make %s.', added, found),
                      HINT = 'Remove members, or have an operator raise it with rowhouse.set_quota().';
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION rowhouse.check_member_quota(uuid, bigint) IS
    'Error 53400 when an organization, to which so many members were added, has more than its quota allows. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.keep_member_quota() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rowhouse.quotas q WHERE q.name = 'members') THEN
        NULL;
    ELSIF TG_LEVEL = 'ROW' THEN
        PERFORM rowhouse.check_member_quota(NEW.organization_id, 1);
    ELSE
        -- One count for each organization, however many rows; several always in the same order, because of the locks.
        PERFORM rowhouse.check_member_quota(each.organization_id, each.added)
        FROM (SELECT a.organization_id, count(*) AS added FROM added a GROUP BY 1 ORDER BY 1 OFFSET 0) each;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION rowhouse.keep_member_quota() IS
    'Trigger of rowhouse.members: an organization gets no more of them than its quota allows (53400). A person who was invited and joins is not one more.';

-- A constraint, so that verify_isolation() can put it off: the organizations that it makes up are never committed.
CREATE CONSTRAINT TRIGGER organization_quota AFTER INSERT ON rowhouse.organizations DEFERRABLE
    FOR EACH ROW EXECUTE FUNCTION rowhouse.keep_organization_quota();
CREATE TRIGGER await_quota BEFORE INSERT ON rowhouse.organizations
    FOR EACH STATEMENT EXECUTE FUNCTION rowhouse.await_quota('organizations');
CREATE TRIGGER await_quota BEFORE INSERT ON rowhouse.members
    FOR EACH STATEMENT EXECUTE FUNCTION rowhouse.await_quota('members');
CREATE TRIGGER member_quota AFTER INSERT ON rowhouse.members REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION rowhouse.keep_member_quota();
CREATE TRIGGER member_quota_moved AFTER UPDATE OF organization_id ON rowhouse.members
    FOR EACH ROW WHEN (OLD.organization_id <> NEW.organization_id) EXECUTE FUNCTION rowhouse.keep_member_quota();

CREATE FUNCTION rowhouse.set_quota(name text, value bigint, organization uuid DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF name IS NULL OR name NOT IN ('organizations', 'members') THEN
        RAISE EXCEPTION 'quota "%" does not exist', name USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Quotas are organizations and members.';
    ELSIF value < 1 THEN
        RAISE EXCEPTION 'quota must be 1 or more' USING ERRCODE = 'invalid_parameter_value', HINT = 'NULL sets none.';
    ELSIF organization IS NOT NULL AND name <> 'members' THEN
        RAISE EXCEPTION 'quota "%" is not of an organization', name USING ERRCODE = 'invalid_parameter_value';
    ELSIF organization IS NOT NULL AND NOT EXISTS (SELECT FROM rowhouse.organizations o WHERE o.id = organization) THEN
        RAISE EXCEPTION 'organization "%" not found', organization USING ERRCODE = 'no_data_found';
    ELSIF value IS NULL THEN
        DELETE FROM rowhouse.quotas q WHERE q.name = set_quota.name AND q.organization_id IS NOT DISTINCT FROM organization;
    ELSE
        INSERT INTO rowhouse.quotas (organization_id, name, value) VALUES (organization, set_quota.name, set_quota.value)
        ON CONFLICT ON CONSTRAINT quotas_organization_id_name_key DO UPDATE SET value = excluded.value;
    END IF;
END
$$;
COMMENT ON FUNCTION rowhouse.set_quota(text, bigint, uuid) IS
    'Sets a quota. name organizations: how many the database may have; members: how many an organization may have, invited and suspended ones included: every organization, or the one given, whose own quota goes before that of all. value NULL takes it away: from one organization, that of all holds again. A quota below what there is removes nothing, it only lets nothing be added. Adding more than the quota is error 53400, whoever does it. Errors: 22023 no such quota, a value below 1, an organization where there is none to name, P0002 no such organization. VOLATILE; rowhouse_admin only.';

CREATE FUNCTION rowhouse.quotas() RETURNS TABLE (name text, organization uuid, quota bigint, used bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT 'organizations', NULL::uuid, (SELECT q.value FROM rowhouse.quotas q WHERE q.name = 'organizations'),
               (SELECT count(*) FROM rowhouse.organizations)
        UNION ALL
        SELECT 'members', NULL, rowhouse.member_quota(NULL), NULL
        UNION ALL
        (SELECT 'members', o.id, rowhouse.member_quota(o.id),
                (SELECT count(*) FROM rowhouse.members m WHERE m.organization_id = o.id)
         FROM rowhouse.organizations o ORDER BY o.id);
    END;
COMMENT ON FUNCTION rowhouse.quotas() IS
    'The quotas in force and what is used of them: a row for the organizations of the database, a row for the members of any organization (organization and used NULL), and a row for the members of each organization, with its own quota or that of all. quota is NULL where there is none. STABLE; rowhouse_admin only.';

DO $owners$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['await_quota()', 'keep_organization_quota()', 'keep_member_quota()', 'set_quota(text, bigint, uuid)',
        'quotas()'] LOOP
        EXECUTE 'ALTER FUNCTION rowhouse.' || signature || ' OWNER TO rowhouse_system';
    END LOOP;
END
$owners$;
REVOKE EXECUTE ON FUNCTION rowhouse.organizations_now(), rowhouse.members_now(uuid), rowhouse.member_quota(uuid), rowhouse.lock_quota(text, uuid),
    rowhouse.await_quota(), rowhouse.keep_organization_quota(), rowhouse.check_member_quota(uuid, bigint), rowhouse.keep_member_quota(),
    rowhouse.set_quota(text, bigint, uuid), rowhouse.quotas() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.organizations_now(), rowhouse.members_now(uuid), rowhouse.member_quota(uuid), rowhouse.lock_quota(text, uuid),
    rowhouse.check_member_quota(uuid, bigint) TO rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.set_quota(text, bigint, uuid), rowhouse.quotas() TO rowhouse_admin;
