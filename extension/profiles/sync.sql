-- Attached account tables, and keeping the mirror complete. After the organizations: members follow their accounts.

CREATE FUNCTION rowhouse.require_operator() RETURNS void
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT pg_catalog.pg_has_role('rowhouse_admin', 'USAGE') THEN
        PERFORM rowhouse.require_user();
        IF NOT (rowhouse.context() #>> '{user,super_admin}')::boolean THEN
            RAISE EXCEPTION 'this is for super admins and rowhouse_admin' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION rowhouse.require_operator() IS
    'Nothing, for rowhouse_admin and for a super admin''s token; else error 28000 not logged in, or 42501. STABLE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.require_upkeep() RETURNS void
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT pg_catalog.pg_has_role('rowhouse_upkeep', 'USAGE') THEN
        PERFORM rowhouse.require_operator();
    END IF;
END
$$;
COMMENT ON FUNCTION rowhouse.require_upkeep() IS
    'Nothing, for rowhouse_upkeep; else as require_operator(). STABLE; rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.attach_profiles(source regclass DEFAULT to_regclass('auth.users'), options jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_attach_profiles';
COMMENT ON FUNCTION rowhouse.attach_profiles(regclass, jsonb) IS
    'Mirrors an account table in rowhouse.user_profiles from now on: makes the profiles that are missing, and triggers on_auth_user_created, on_auth_user_updated and on_auth_user_deleted, which sign-ups that happen meanwhile are caught by too. options name its columns: id (uuid, unique), email, phone, name, metadata (json or jsonb with full_name or name), confirmed and deleted (a time or boolean), anonymous (boolean); by default those of Supabase''s auth.users and their like, where the table has them; null for none. on_error: record (default; a sign-up never fails) or raise. triggers: false for sync_profiles() alone to read it. Returns {source, columns, on_error, triggers, missing, stale, orphaned, joined, failed}, the last five being what was repaired. Again with the same options changes nothing. Errors: 42P01, 42809 no permanent table, 42703, 42804, 42P10 the id is not unique, 42501, 42710 somebody else''s trigger has the name, 25001 at another isolation level than read committed, 22023. rowhouse_admin only, and only who may read those columns and create triggers on the table. From then on it is read with the rights of its owner.';

CREATE FUNCTION rowhouse.detach_profiles(source regclass, dump boolean DEFAULT false) RETURNS SETOF jsonb
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_detach_profiles';
COMMENT ON FUNCTION rowhouse.detach_profiles(regclass, boolean) IS
    'Ends the mirroring of an account table: its triggers and its failures go, the profiles stay. With dump, returns them first, one JSON object each. Triggers that the caller may not drop are left behind, do nothing, and are named in a NOTICE. No rows for NULL. Error P0002 when it is not attached. rowhouse_admin only.';

CREATE FUNCTION rowhouse.sync_status() RETURNS jsonb
    LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'rowhouse_sync_status';
COMMENT ON FUNCTION rowhouse.sync_status() IS
    'How complete the mirror is: {status, total_auth_users, total_profiles (both without deleted accounts), missing_profiles, orphaned, stale, unjoined, failed, sync_percentage, sources: [{source, triggers, accounts, missing, stale, orphaned, error}]}; status is healthy, or degraded when anything is missing, orphaned (the account is gone), stale (it says something else), unjoined (its member was not joined), failed or unreadable. Counts only, no addresses. Reads every account. rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.sync_profiles(dry_run boolean DEFAULT false, max_rows integer DEFAULT NULL, after uuid DEFAULT NULL) RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_sync_profiles';
COMMENT ON FUNCTION rowhouse.sync_profiles(boolean, integer, uuid) IS
    'Repairs profiles that are missing, stale or orphaned, and lets members join whose account is there: {dry_run, missing, stale, orphaned, joined, failed, unreadable: [{source, sqlstate, message}], next}, counting what was repaired, or with dry_run what would be. Goes through the users in the order of their ids, at most max_rows faults and only above "after"; "next" is to be passed as "after" then, null at the end: so a long repair can be committed in pieces and go on after a crash. Waits for others who reconcile; sign-ups do not wait for it. An account that cannot be repaired stays in rowhouse.profile_sync_failures. Errors: 22023, 28000, 42501, and what would meet every account (a missing right or column). rowhouse_admin, and super admins with rowhouse_user.';

CREATE FUNCTION rowhouse.create_profile(user_id uuid, role text DEFAULT NULL) RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_create_profile';
COMMENT ON FUNCTION rowhouse.create_profile(uuid, text) IS
    'Writes the profile of one account now, and gives it a role where one is named: user or super_admin ("admin" for short). Returns {user_id, email, full_name, role, status, created}. Errors: P0002 no attached table has the account, 22023 no such role, 23505 another table''s account has that id, 28000, 42501, and whatever keeps the profile from being written. NULL for NULL. rowhouse_admin, and super admins with rowhouse_user.';

CREATE FUNCTION rowhouse.verify_profiles() RETURNS TABLE ("check" text, passed boolean, detail text)
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_verify_profiles';
COMMENT ON FUNCTION rowhouse.verify_profiles() IS
    'Whether new accounts get their profiles: columns, key and triggers of every attached table, and a probe account that is inserted as the owner of the table and rolled back with all that its triggers did in the database. passed is NULL for what could not be tried, detail says why. rowhouse_user and rowhouse_admin.';

ALTER FUNCTION rowhouse.sync_status() OWNER TO rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.require_operator(), rowhouse.require_upkeep(), rowhouse.sync_status(), rowhouse.sync_profiles(boolean, integer, uuid),
    rowhouse.create_profile(uuid, text), rowhouse.verify_profiles() TO rowhouse_user, rowhouse_admin;
GRANT EXECUTE ON FUNCTION rowhouse.sync_status() TO rowhouse_system; -- health()
GRANT EXECUTE ON FUNCTION rowhouse.attach_profiles(regclass, jsonb), rowhouse.detach_profiles(regclass, boolean) TO rowhouse_admin;

SELECT rowhouse.attach_profiles('rowhouse.accounts', '{"name": "full_name", "phone": null, "metadata": null, "deleted": null, "anonymous": null}');
