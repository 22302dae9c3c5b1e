-- Organizations (the tenants) and their members: the directory that authority is looked up in.

-- Columns are read by C++ by position (context.cpp, describe.cpp, external_keys.cpp): new columns go to the end.
CREATE TABLE rowhouse.organizations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug text COLLATE "C" NOT NULL CHECK (slug ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$'),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    options jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now(),
    external_key text COLLATE "C" UNIQUE CHECK (octet_length(external_key) BETWEEN 1 AND 200),
    CONSTRAINT organizations_slug_key UNIQUE (slug)
);
-- "Acme" beside "acme" would be an invitation to impersonate.
CREATE UNIQUE INDEX organizations_slug_lower_key ON rowhouse.organizations (lower(slug));
COMMENT ON TABLE rowhouse.organizations IS
    'The tenants. A member sees the organization chosen, and no other. slug: 1 to 63 letters, digits, "_" or "-", unique in either case; it never looks like a uuid.';
ALTER TABLE rowhouse.organizations ADD CONSTRAINT organizations_slug_no_uuid
    CHECK (slug !~ '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$');
ALTER TABLE rowhouse.organizations OWNER TO rowhouse_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON rowhouse.organizations TO rowhouse_system;
GRANT SELECT ON rowhouse.organizations TO rowhouse_user, rowhouse_oversight;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.organizations', '');
SELECT rowhouse.isolate('rowhouse.organizations', 'organization', 'id');

-- The first five columns are read by C++ by position (context.cpp): new columns go to the end.
CREATE TABLE rowhouse.members (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL DEFAULT rowhouse.organization_id() REFERENCES rowhouse.organizations ON DELETE CASCADE,
    user_id uuid REFERENCES rowhouse.user_profiles ON DELETE SET NULL,
    role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    status text NOT NULL DEFAULT 'invited' CHECK (status IN ('invited', 'active', 'suspended')),
    email text CHECK (char_length(email) <= 254),
    email_key text COLLATE "C" GENERATED ALWAYS AS (lower(email COLLATE "C")) STORED,
    first_name text CHECK (char_length(first_name) <= 200),
    last_name text CHECK (char_length(last_name) <= 200),
    department text CHECK (char_length(department) <= 200),
    location text CHECK (char_length(location) <= 200),
    phone text CHECK (char_length(phone) <= 20),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (email IS NOT NULL OR user_id IS NOT NULL),
    CONSTRAINT members_user_id_organization_id_key UNIQUE (user_id, organization_id),
    CONSTRAINT members_organization_id_email_key UNIQUE (organization_id, email_key)
);
COMMENT ON TABLE rowhouse.members IS
    'The people of an organization, some of them only invited (no user_id yet). A member sees those of the organization chosen. role: owner, admin, member or viewer; only status active counts. An e-mail address counts as the same in upper and lower case.';
CREATE INDEX ON rowhouse.members (organization_id, id); -- the pages of list_members
CREATE INDEX ON rowhouse.members (email_key) WHERE user_id IS NULL; -- who was invited under an address
ALTER TABLE rowhouse.members OWNER TO rowhouse_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON rowhouse.members TO rowhouse_system;
GRANT SELECT ON rowhouse.members TO rowhouse_user, rowhouse_oversight;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.members', '');
SELECT rowhouse.isolate('rowhouse.members');

CREATE FUNCTION rowhouse.member_json(member rowhouse.members) RETURNS jsonb
    LANGUAGE sql STABLE BEGIN ATOMIC SELECT to_jsonb(member) - 'email_key'; END;
COMMENT ON FUNCTION rowhouse.member_json(rowhouse.members) IS 'A member as the functions of rowhouse return it.';

CREATE FUNCTION rowhouse.context() RETURNS jsonb
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_context';
COMMENT ON FUNCTION rowhouse.context() IS
    'Who is asking: {user: {id, email, full_name, super_admin}, organization: {id, slug, name}, role}; null for what is not there. Errors as user_id() and organization_id(). STABLE, PARALLEL SAFE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.me() RETURNS jsonb
    LANGUAGE sql STABLE BEGIN ATOMIC SELECT rowhouse.context() WHERE rowhouse.require_user() IS NOT NULL; END;
COMMENT ON FUNCTION rowhouse.me() IS 'context(), or error 28000 when nobody is logged in. rowhouse_user.';

CREATE FUNCTION rowhouse.add_founder(organization uuid, founder uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        INSERT INTO rowhouse.members (organization_id, user_id, role, status, email)
        SELECT add_founder.organization, add_founder.founder, 'owner', 'active', p.email
        FROM (SELECT) one LEFT JOIN rowhouse.user_profiles p ON p.user_id = add_founder.founder;
    END;
COMMENT ON FUNCTION rowhouse.add_founder(uuid, uuid) IS 'The first owner of a new organization. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.insert_organization(slug text, name text, options jsonb, founder uuid) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    organization rowhouse.organizations;
BEGIN
    IF slug IS NULL OR slug !~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$' OR octet_length(slug) = 36 AND slug ~ '^[0-9A-Fa-f-]+$' THEN
        RAISE EXCEPTION 'slug of an organization must be 1 to 63 letters, digits, "_" or "-", and no uuid'
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF name IS NULL OR char_length(btrim(name)) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'name of an organization must be 1 to 200 characters long' USING ERRCODE = 'invalid_parameter_value';
    ELSIF options IS NOT NULL AND jsonb_typeof(options) <> 'object' THEN
        RAISE EXCEPTION 'options must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO rowhouse.organizations (slug, name, options)
    VALUES (insert_organization.slug, btrim(insert_organization.name), coalesce(insert_organization.options, '{}'))
    RETURNING * INTO organization;
    PERFORM rowhouse.add_founder(organization.id, founder);
    RETURN jsonb_build_object('id', organization.id, 'slug', organization.slug, 'name', organization.name, 'role', 'owner',
                              'created_at', organization.created_at);
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'an organization with slug "%" exists already', slug USING ERRCODE = 'unique_violation';
END
$$;
COMMENT ON FUNCTION rowhouse.insert_organization(text, text, jsonb, uuid) IS
    'Makes an organization and its first owner. Errors: 22023, 23505. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.create_organization(slug text, name text, options jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT rowhouse.insert_organization(slug, name, options, rowhouse.require_user()); END;
COMMENT ON FUNCTION rowhouse.create_organization(text, text, jsonb) IS
    'Makes an organization whose owner the caller becomes; returns {id, slug, name, role, created_at}. Errors: 28000 not logged in, 22023 bad slug or name, 23505 the slug is taken (in either case). The context of the running transaction stays as it is. rowhouse_user.';

CREATE FUNCTION rowhouse.bootstrap(email text, password text, slug text, name text) RETURNS jsonb
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT jsonb_build_object('user', jsonb_build_object('id', a.id, 'email', a.email),
                                  'organization', rowhouse.insert_organization(slug, name, '{}', a.id))
        FROM rowhouse.create_account(email, password, NULL, true) a;
    END;
COMMENT ON FUNCTION rowhouse.bootstrap(text, text, text, text) IS
    'The first account, with its address confirmed, and the first organization, which it owns; returns {user: {id, email}, organization: {id, slug, name, role, created_at}}. Errors: 22004, 22023, 23505 as register() and create_organization(). rowhouse_admin only.';

CREATE FUNCTION rowhouse.list_organizations() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT jsonb_build_object('organizations', list.organizations)
        FROM rowhouse.require_user() AS me(id)
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'slug', o.slug, 'name', o.name, 'role', r.role,
                                                         'created_at', o.created_at) ORDER BY o.slug), '[]') AS organizations
            FROM rowhouse.organizations o
            CROSS JOIN LATERAL (
                SELECT 'super_admin' AS role FROM rowhouse.user_profiles p WHERE p.user_id = me.id AND p.role = 'super_admin'
                UNION ALL
                SELECT m.role FROM rowhouse.members m
                WHERE m.user_id = me.id AND m.organization_id = o.id AND m.status = 'active'
                LIMIT 1) r) list;
    END;
COMMENT ON FUNCTION rowhouse.list_organizations() IS
    'The organizations the user is an active member of, all of them for a super admin: {organizations: [{id, slug, name, role, created_at}]}. Error 28000 not logged in. rowhouse_user.';

CREATE FUNCTION rowhouse.keep_an_owner() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.role <> 'owner' OR OLD.status <> 'active' OR TG_OP = 'UPDATE' AND NEW.role = 'owner' AND NEW.status = 'active' THEN
        RETURN coalesce(NEW, OLD);
    ELSIF NOT EXISTS (SELECT FROM rowhouse.user_profiles p WHERE p.user_id = OLD.user_id AND p.status = 'active' AND p.deleted_at IS NULL) THEN
        RETURN coalesce(NEW, OLD); -- an owner whose account is gone keeps nothing together
    END IF;
    -- Two owners who demote each other at the same time wait here for one another; written, not only locked, so that with
    -- an older snapshot the second one fails with 40001. No row: the organization is being deleted, its members with it.
    UPDATE rowhouse.organizations o SET name = o.name WHERE o.id = OLD.organization_id;
    IF FOUND AND NOT EXISTS (SELECT FROM rowhouse.members m JOIN rowhouse.user_profiles p ON p.user_id = m.user_id
                             WHERE m.organization_id = OLD.organization_id AND m.role = 'owner' AND m.status = 'active'
                               AND p.status = 'active' AND p.deleted_at IS NULL AND m.id <> OLD.id) THEN
        RAISE EXCEPTION 'the last owner of an organization cannot be removed, demoted or suspended'
            USING ERRCODE = 'check_violation', HINT = 'Make somebody else an owner first.';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
COMMENT ON FUNCTION rowhouse.keep_an_owner() IS 'Row trigger of rowhouse.members: an organization never loses its last active owner (23514).';
CREATE TRIGGER keep_an_owner BEFORE UPDATE OF role, status OR DELETE ON rowhouse.members
    FOR EACH ROW EXECUTE FUNCTION rowhouse.keep_an_owner();

-- Accounts come, are confirmed, and go; memberships follow (profiles).
CREATE FUNCTION rowhouse.members_behind() RETURNS SETOF uuid
    LANGUAGE sql STABLE BEGIN ATOMIC
        SELECT p.user_id
        FROM rowhouse.members m JOIN rowhouse.user_profiles p ON p.email_key = m.email_key
        WHERE m.status = 'invited' AND m.user_id IS NULL AND p.email_confirmed_at IS NOT NULL AND p.status = 'active'
          AND p.deleted_at IS NULL AND NOT p.is_anonymous
          AND NOT EXISTS (SELECT FROM rowhouse.members other
                          WHERE other.organization_id = m.organization_id AND other.user_id = p.user_id)
        UNION
        SELECT m.user_id FROM rowhouse.members m JOIN rowhouse.user_profiles p ON p.user_id = m.user_id
        WHERE p.deleted_at IS NOT NULL AND m.email IS NOT NULL;
    END;
COMMENT ON FUNCTION rowhouse.members_behind() IS
    'Users whom a membership waits for: they have confirmed the address that was invited and could join, or their account is gone and they have not left. STABLE. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.somebody_is_invited() RETURNS boolean
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM rowhouse.members m WHERE m.user_id IS NULL AND m.status = 'invited');
END
$$;
COMMENT ON FUNCTION rowhouse.somebody_is_invited() IS
    'Whether any member of any organization has yet to join. STABLE. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.follow_accounts(user_ids uuid[]) RETURNS bigint
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    joined bigint;
    gone bigint;
BEGIN
    -- Nobody joins twice: a user who is a member of the organization already stays what they are there.
    UPDATE rowhouse.members m SET user_id = p.user_id, status = 'active', updated_at = now()
    FROM rowhouse.user_profiles p
    WHERE p.user_id = ANY (user_ids) AND p.email_confirmed_at IS NOT NULL AND p.status = 'active' AND p.deleted_at IS NULL
      AND NOT p.is_anonymous AND m.email_key = p.email_key AND m.status = 'invited' AND m.user_id IS NULL
      AND NOT EXISTS (SELECT FROM rowhouse.members other
                      WHERE other.organization_id = m.organization_id AND other.user_id = p.user_id);
    GET DIAGNOSTICS joined = ROW_COUNT;
    -- A person whose account is gone is in the directory as somebody invited, and may join anew; one who was suspended
    -- may not come back that way.
    UPDATE rowhouse.members m SET user_id = NULL, status = CASE m.status WHEN 'active' THEN 'invited' ELSE m.status END, updated_at = now()
    FROM rowhouse.user_profiles p
    WHERE p.user_id = ANY (user_ids) AND p.deleted_at IS NOT NULL AND m.user_id = p.user_id AND m.email IS NOT NULL;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN joined + gone;
END
$$;
COMMENT ON FUNCTION rowhouse.follow_accounts(uuid[]) IS
    'Lets members join who were invited under an address that these users have confirmed, and makes those members invited again whose account is gone. Returns how many memberships changed. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.list_members(max_rows integer DEFAULT 100, after uuid DEFAULT NULL) RETURNS jsonb
    LANGUAGE sql STABLE BEGIN ATOMIC
        SELECT jsonb_build_object('members', page.members, 'next', CASE WHEN page.size = bounds.rows THEN page.last END)
        FROM rowhouse.require_role('viewer') AS chosen(id)
        CROSS JOIN LATERAL (SELECT least(greatest(coalesce(max_rows, 100), 1), 1000) AS rows) bounds
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(rowhouse.member_json(m) ORDER BY m.id), '[]') AS members, count(*) AS size,
                   (array_agg(m.id ORDER BY m.id DESC))[1] AS last
            FROM (SELECT * FROM rowhouse.members each
                  WHERE each.organization_id = chosen.id AND (after IS NULL OR each.id > after)
                  ORDER BY each.id LIMIT bounds.rows) m) page;
    END;
COMMENT ON FUNCTION rowhouse.list_members(integer, uuid) IS
    'A page of the members of the organization: {members: […], next}, at most max_rows (100, never over 1000) with an id above "after"; "next" is to be passed as "after" for the page that follows, null at the end. Errors as require_role(viewer). rowhouse_user.';

CREATE FUNCTION rowhouse.add_member(organization uuid, email text, role text DEFAULT 'member', details jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own text := rowhouse.require_role_in(organization, 'admin');
    member rowhouse.members;
    unknown text;
BEGIN
    IF own IS NULL OR email IS NULL OR role IS NULL THEN
        RAISE EXCEPTION 'organization, e-mail address and role must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF NOT rowhouse.may_grant(own, role) THEN
        RAISE EXCEPTION 'role "%" is above your own', role USING ERRCODE = 'insufficient_privilege';
    ELSIF jsonb_typeof(coalesce(details, '{}')) <> 'object' THEN
        RAISE EXCEPTION 'details must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT key INTO unknown FROM jsonb_object_keys(coalesce(details, '{}')) key
    WHERE key NOT IN ('first_name', 'last_name', 'department', 'location', 'phone') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'detail "%" does not exist', unknown USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Details are first_name, last_name, department, location and phone.';
    END IF;
    member.email := rowhouse.normalize_email(email);
    SELECT p.user_id INTO member.user_id FROM rowhouse.user_profiles p
    WHERE p.email_key = lower(member.email COLLATE "C") AND p.email_confirmed_at IS NOT NULL AND p.status = 'active'
      AND p.deleted_at IS NULL AND NOT p.is_anonymous
    ORDER BY p.created_at LIMIT 1;
    INSERT INTO rowhouse.members (organization_id, user_id, role, status, email, first_name, last_name, department, location, phone)
    VALUES (organization, member.user_id, add_member.role, CASE WHEN member.user_id IS NULL THEN 'invited' ELSE 'active' END,
            member.email, details ->> 'first_name', details ->> 'last_name', details ->> 'department', details ->> 'location',
            rowhouse.normalize_phone(details ->> 'phone'))
    RETURNING * INTO member;
    RETURN rowhouse.member_json(member);
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION '"%" is a member of this organization already', email USING ERRCODE = 'unique_violation';
END
$$;
COMMENT ON FUNCTION rowhouse.add_member(uuid, text, text, jsonb) IS
    'Adds a person to an organization, active when an account with that confirmed address exists, else invited until one does. details: first_name, last_name, department, location, phone. Returns the member. Errors: 28000, P0002 no such organization or not yours, 42501 not an admin or a role above your own, 22004, 22023, 23505 a member already. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.change_member(member uuid, changes jsonb) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    target rowhouse.members;
    own text;
    unknown text;
BEGIN
    SELECT * INTO target FROM rowhouse.members m WHERE m.id = change_member.member FOR NO KEY UPDATE;
    IF NOT FOUND THEN -- removed while we waited
        RAISE EXCEPTION 'member "%" not found', member USING ERRCODE = 'no_data_found';
    END IF;
    own := rowhouse.require_role_in(target.organization_id, 'admin');
    IF jsonb_typeof(changes) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'changes must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT key INTO unknown FROM jsonb_object_keys(changes) key
    WHERE key NOT IN ('role', 'status', 'first_name', 'last_name', 'department', 'location', 'phone') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '"%" of a member cannot be changed', unknown USING ERRCODE = 'invalid_parameter_value',
            HINT = 'role, status, first_name, last_name, department, location and phone can.';
    ELSIF NOT rowhouse.may_grant(own, target.role) OR changes ? 'role' AND NOT rowhouse.may_grant(own, coalesce(changes ->> 'role', '')) THEN
        RAISE EXCEPTION 'a role above your own is not yours to give or to change' USING ERRCODE = 'insufficient_privilege';
    ELSIF changes ? 'status' AND coalesce(changes ->> 'status', '') NOT IN ('active', 'suspended') THEN
        RAISE EXCEPTION 'status must be active or suspended' USING ERRCODE = 'invalid_parameter_value';
    ELSIF changes ? 'status' AND target.user_id IS NULL THEN
        RAISE EXCEPTION 'an invited person has not joined yet' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE rowhouse.members m SET
        role = coalesce(changes ->> 'role', m.role),
        status = coalesce(changes ->> 'status', m.status),
        first_name = CASE WHEN changes ? 'first_name' THEN changes ->> 'first_name' ELSE m.first_name END,
        last_name = CASE WHEN changes ? 'last_name' THEN changes ->> 'last_name' ELSE m.last_name END,
        department = CASE WHEN changes ? 'department' THEN changes ->> 'department' ELSE m.department END,
        location = CASE WHEN changes ? 'location' THEN changes ->> 'location' ELSE m.location END,
        phone = CASE WHEN changes ? 'phone' THEN rowhouse.normalize_phone(changes ->> 'phone') ELSE m.phone END,
        updated_at = now()
    WHERE m.id = target.id RETURNING * INTO target;
    RETURN rowhouse.member_json(target);
END
$$;
COMMENT ON FUNCTION rowhouse.change_member(uuid, jsonb) IS
    'Changes role, status or details of a member whose organization the caller administers. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.find_member(organization uuid, email text) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found uuid;
BEGIN
    PERFORM rowhouse.require_role_in(organization, 'admin');
    SELECT m.id INTO found FROM rowhouse.members m
    WHERE m.organization_id = organization AND m.email_key = lower(find_member.email COLLATE "C");
    IF found IS NULL THEN
        RAISE EXCEPTION 'member "%" not found', email USING ERRCODE = 'no_data_found';
    END IF;
    RETURN found;
END
$$;
COMMENT ON FUNCTION rowhouse.find_member(uuid, text) IS
    'Id of the member with that address, for somebody who administers the organization. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.own_member(member uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    organization uuid := rowhouse.require_role('admin');
BEGIN
    IF NOT EXISTS (SELECT FROM rowhouse.members m WHERE m.id = own_member.member AND m.organization_id = organization) THEN
        RAISE EXCEPTION 'member "%" not found', member USING ERRCODE = 'no_data_found';
    END IF;
    RETURN member;
END
$$;
COMMENT ON FUNCTION rowhouse.own_member(uuid) IS
    'The id itself, when it is a member of the organization chosen, which the caller administers; else P0002, the same for another organization''s member as for none. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.drop_member(member uuid) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    target rowhouse.members;
BEGIN
    SELECT * INTO target FROM rowhouse.members m WHERE m.id = drop_member.member FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'member "%" not found', member USING ERRCODE = 'no_data_found';
    END IF;
    IF NOT rowhouse.may_grant(rowhouse.require_role_in(target.organization_id, 'admin'), target.role) THEN
        RAISE EXCEPTION 'a member with a role above your own is not yours to remove' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM rowhouse.members m WHERE m.id = target.id;
    RETURN rowhouse.member_json(target);
END
$$;
COMMENT ON FUNCTION rowhouse.drop_member(uuid) IS
    'Removes a member whose organization the caller administers. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.update_member(member uuid, changes jsonb) RETURNS jsonb
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT rowhouse.change_member(rowhouse.own_member(member), changes); END;
COMMENT ON FUNCTION rowhouse.update_member(uuid, jsonb) IS
    'Changes a member of the organization chosen: an object with any of role, status (active, suspended), first_name, last_name, department, location, phone. Returns the member. Errors: 28000, 42501 not an admin or a role above your own, P0002 no such member or not yours, 22023, 23514 the last owner. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.delete_member(member uuid) RETURNS jsonb
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT rowhouse.drop_member(rowhouse.own_member(member)); END;
COMMENT ON FUNCTION rowhouse.delete_member(uuid) IS
    'Removes a member from the organization chosen; returns what was removed. Access ends with the next transaction. Errors as update_member(). rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.set_member_role(organization uuid, email text, role text) RETURNS jsonb
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT rowhouse.change_member(rowhouse.find_member(organization, email), jsonb_build_object('role', set_member_role.role));
    END;
COMMENT ON FUNCTION rowhouse.set_member_role(uuid, text, text) IS
    'Gives a member of that organization another role; returns the member. Errors: 28000, P0002 no such organization, not yours, or no such member, 42501 not an admin or a role above your own, 22023, 23514 the last owner. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.remove_member(organization uuid, email text) RETURNS jsonb
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT rowhouse.drop_member(rowhouse.find_member(organization, email)); END;
COMMENT ON FUNCTION rowhouse.remove_member(uuid, text) IS
    'Removes a member from that organization; returns what was removed. Access ends with the next transaction. Errors as set_member_role(). rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.set_organization_key(organization uuid, key text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF key ~ '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$' OR octet_length(key) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'key of an organization must be 1 to 200 bytes long, and no uuid' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE rowhouse.organizations o SET external_key = key WHERE o.id = organization;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'organization "%" not found', organization USING ERRCODE = 'no_data_found';
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'another organization has the key "%"', key USING ERRCODE = 'unique_violation';
END
$$;
COMMENT ON FUNCTION rowhouse.set_organization_key(uuid, text) IS
    'Gives an organization the key that it has in tables of an older system: isolated tables whose owner column is text or a number show it the rows with that key. NULL takes it away. Errors: 22023, 23505 another has it, P0002. rowhouse_admin only: a key opens the rows that carry it.';

CREATE FUNCTION rowhouse.set_user_key(user_id uuid, key text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF key ~ '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$' OR octet_length(key) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'key of a user must be 1 to 200 bytes long, and no uuid' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE rowhouse.user_profiles p SET external_key = key WHERE p.user_id = set_user_key.user_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'user "%" not found', user_id USING ERRCODE = 'no_data_found';
    END IF;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'another user has the key "%"', key USING ERRCODE = 'unique_violation';
END
$$;
COMMENT ON FUNCTION rowhouse.set_user_key(uuid, text) IS
    'As set_organization_key(), for a user and tables isolated by user. rowhouse_admin only.';

DO $owners$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['add_founder(uuid, uuid)', 'insert_organization(text, text, jsonb, uuid)',
        'create_organization(text, text, jsonb)', 'bootstrap(text, text, text, text)', 'list_organizations()', 'keep_an_owner()',
        'add_member(uuid, text, text, jsonb)', 'change_member(uuid, jsonb)', 'find_member(uuid, text)', 'drop_member(uuid)',
        'update_member(uuid, jsonb)', 'delete_member(uuid)', 'set_organization_key(uuid, text)', 'set_user_key(uuid, text)', 'set_member_role(uuid, text, text)', 'remove_member(uuid, text)'] LOOP
        EXECUTE 'ALTER FUNCTION rowhouse.' || signature || ' OWNER TO rowhouse_system';
    END LOOP;
END
$owners$;

GRANT EXECUTE ON FUNCTION rowhouse.member_json(rowhouse.members) TO rowhouse_user, rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.own_member(uuid), rowhouse.members_behind(), rowhouse.somebody_is_invited(),
    rowhouse.follow_accounts(uuid[]) TO rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.context(), rowhouse.me(), rowhouse.list_organizations(), rowhouse.list_members(integer, uuid),
    rowhouse.create_organization(text, text, jsonb), rowhouse.add_member(uuid, text, text, jsonb),
    rowhouse.update_member(uuid, jsonb), rowhouse.delete_member(uuid), rowhouse.set_member_role(uuid, text, text),
    rowhouse.remove_member(uuid, text) TO rowhouse_user;
GRANT EXECUTE ON FUNCTION rowhouse.bootstrap(text, text, text, text), rowhouse.context(), rowhouse.set_organization_key(uuid, text),
    rowhouse.set_user_key(uuid, text) TO rowhouse_admin;
