-- Profiles: the local mirror of accounts, which everything else refers to.

-- From the account, written by the mirror alone: email, email_confirmed_at, phone, full_name, is_anonymous, deleted_at. The
-- person's own: display_name. The operator's: role, status, tokens_not_before.
-- Columns are read by C++ by position (context.cpp, describe.cpp, external_keys.cpp): new ones go to the end.
CREATE TABLE rowhouse.user_profiles (
    user_id uuid PRIMARY KEY,
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'super_admin')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    tokens_not_before timestamptz,
    source regclass NOT NULL,
    email text,
    email_key text COLLATE "C" GENERATED ALWAYS AS (lower(email COLLATE "C")) STORED,
    email_confirmed_at timestamptz,
    full_name text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    external_key text COLLATE "C" UNIQUE CHECK (octet_length(external_key) BETWEEN 1 AND 200),
    phone text,
    is_anonymous boolean NOT NULL DEFAULT false,
    deleted_at timestamptz,
    display_name text CHECK (char_length(display_name) BETWEEN 1 AND 200)
);
CREATE INDEX ON rowhouse.user_profiles (email_key);
CREATE INDEX ON rowhouse.user_profiles (deleted_at) WHERE deleted_at IS NOT NULL; -- members_behind()
COMMENT ON TABLE rowhouse.user_profiles IS
    'One row for every account: the mirror that memberships and tokens refer to. A person sees their own. role super_admin holds every role in every organization; tokens issued before tokens_not_before are refused; suspended users, and those whose account is gone (deleted_at), are refused. A person may change display_name; it goes before full_name, which the account says.';
ALTER TABLE rowhouse.user_profiles OWNER TO rowhouse_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON rowhouse.user_profiles TO rowhouse_system;
GRANT SELECT ON rowhouse.user_profiles TO rowhouse_user, rowhouse_oversight;
GRANT UPDATE (display_name) ON rowhouse.user_profiles TO rowhouse_user;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.user_profiles', '');
SELECT rowhouse.isolate('rowhouse.user_profiles', 'user');

CREATE TABLE rowhouse.profile_sources (
    source regclass PRIMARY KEY,
    columns jsonb NOT NULL CHECK (jsonb_typeof(columns) = 'object' AND columns ? 'id'),
    on_error text NOT NULL DEFAULT 'record' CHECK (on_error IN ('record', 'raise')),
    triggers boolean NOT NULL DEFAULT true,
    attached_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE rowhouse.profile_sources IS
    'Account tables that are mirrored in rowhouse.user_profiles, and which of their columns. Written by attach_profiles() and detach_profiles(); readable by rowhouse_admin.';
ALTER TABLE rowhouse.profile_sources OWNER TO rowhouse_system;
GRANT SELECT ON rowhouse.profile_sources TO rowhouse_admin;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.profile_sources', $$WHERE source <> 'rowhouse.accounts'::regclass$$);

CREATE TABLE rowhouse.profile_sync_failures (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source regclass NOT NULL,
    account_id uuid NOT NULL,
    sqlstate text NOT NULL,
    message text NOT NULL,
    failed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, account_id)
);
COMMENT ON TABLE rowhouse.profile_sync_failures IS
    'Accounts whose profile could not be written, or who could not join, with SQLSTATE and message of the last attempt. The account itself was committed all the same. A row goes when sync_profiles() finds the account in order.';
ALTER TABLE rowhouse.profile_sync_failures OWNER TO rowhouse_system;
GRANT SELECT ON rowhouse.profile_sync_failures TO rowhouse_admin;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.profile_sync_failures', '');
SELECT pg_catalog.pg_extension_config_dump('rowhouse.profile_sync_failures_id_seq', '');

CREATE FUNCTION rowhouse.keep_source(user_id uuid, own regclass, claiming regclass, adopt boolean) RETURNS regclass
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF own <> claiming AND NOT (adopt AND NOT EXISTS (SELECT FROM rowhouse.profile_sources s WHERE s.source = own)) THEN
        RAISE EXCEPTION 'user "%" is an account of % already', user_id, own USING ERRCODE = 'unique_violation';
    END IF;
    RETURN claiming;
END
$$;
COMMENT ON FUNCTION rowhouse.keep_source(uuid, regclass, regclass, boolean) IS
    'The source that a profile belongs to from now on: no account table takes a profile away from another one (23505), but attaching one adopts those of a table that was detached. rowhouse''s own functions only.';
GRANT EXECUTE ON FUNCTION rowhouse.keep_source(uuid, regclass, regclass, boolean) TO rowhouse_system;

CREATE FUNCTION rowhouse.name_in_metadata(metadata jsonb) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_name_in_metadata';
COMMENT ON FUNCTION rowhouse.name_in_metadata(jsonb) IS
    'What a person is called in the metadata of an account: "full_name", else "name", where that is a string and not blank; at most 200 characters. NULL without one. IMMUTABLE, PARALLEL SAFE. rowhouse''s own functions only.';
GRANT EXECUTE ON FUNCTION rowhouse.name_in_metadata(jsonb) TO rowhouse_system;

CREATE FUNCTION rowhouse.on_auth_user_created() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'rowhouse_on_auth_user_created';
COMMENT ON FUNCTION rowhouse.on_auth_user_created() IS
    'Statement trigger of an attached account table: mirrors the accounts of transition table "changed" into rowhouse.user_profiles, and lets invited members join whose address is confirmed. Unless the source was attached with on_error "raise" it never fails the statement: what goes wrong is recorded in rowhouse.profile_sync_failures. Does nothing on a table that is not attached.';
GRANT EXECUTE ON FUNCTION rowhouse.on_auth_user_created() TO rowhouse_system, rowhouse_admin;
