-- Accounts: rowhouse's own logins. Other account tables are attached (sync.sql).

CREATE TABLE rowhouse.accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL CHECK (char_length(email) <= 254),
    email_key text COLLATE "C" GENERATED ALWAYS AS (lower(email COLLATE "C")) STORED UNIQUE,
    password_hash text NOT NULL,
    full_name text CHECK (char_length(full_name) <= 200),
    email_confirmed_at timestamptz,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Who made the account for its owner; NULL for a sign-up. That accounts refer to profiles also makes pg_dump load
    -- profiles first: the trigger then finds each in place and leaves role, status and revocations as they were dumped.
    created_by uuid REFERENCES rowhouse.user_profiles ON DELETE SET NULL
);
COMMENT ON TABLE rowhouse.accounts IS
    'Logins. Written by register(), login() and bootstrap(); readable by nobody else. An e-mail address counts as the same in upper and lower case.';
ALTER TABLE rowhouse.accounts OWNER TO rowhouse_system;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.accounts', '');

-- pgcrypto may live in any schema; the bodies stay bound to the functions found now.
DO $hashing$
DECLARE
    crypto name := (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pgcrypto');
BEGIN
    EXECUTE format('CREATE FUNCTION rowhouse.hash_password(password text) RETURNS text
        LANGUAGE sql VOLATILE STRICT BEGIN ATOMIC SELECT %1$I.crypt(password, %1$I.gen_salt(''bf'', 10)); END', crypto);
    EXECUTE format('CREATE FUNCTION rowhouse.password_matches(password text, hash text) RETURNS boolean
        LANGUAGE sql IMMUTABLE STRICT BEGIN ATOMIC
        SELECT CASE WHEN octet_length(password) <= 72 AND hash ~ ''^\$2[a-z]\$'' THEN %1$I.crypt(password, hash) = hash ELSE false END; END', crypto);
END
$hashing$;
COMMENT ON FUNCTION rowhouse.hash_password(text) IS
    'bcrypt hash with cost 10 (OWASP Password Storage: 10 or more), by pgcrypto. rowhouse''s own functions only.';
COMMENT ON FUNCTION rowhouse.password_matches(text, text) IS
    'Whether the password has that bcrypt hash; false for anything that is no bcrypt hash and for passwords longer than bcrypt reads (72 bytes). rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.normalize_email(email text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_normalize_email';
COMMENT ON FUNCTION rowhouse.normalize_email(text) IS
    'The address as rowhouse stores it: checked against the WHATWG HTML pattern and the lengths of RFC 5321, domain in lower case. Error 22023 when it is no address. NULL for NULL. IMMUTABLE, PARALLEL SAFE.';

CREATE FUNCTION rowhouse.normalize_phone(phone text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_normalize_phone';
COMMENT ON FUNCTION rowhouse.normalize_phone(text) IS
    'The number as rowhouse stores it: "+" and 7 to 15 digits (ITU-T E.164). Error 22023 when it is none. NULL for NULL. IMMUTABLE, PARALLEL SAFE.';

CREATE FUNCTION rowhouse.create_account(email text, password text, full_name text, confirmed boolean) RETURNS rowhouse.accounts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    account rowhouse.accounts;
BEGIN
    IF email IS NULL OR password IS NULL THEN
        RAISE EXCEPTION 'e-mail address and password must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF char_length(password) < 8 OR octet_length(password) > 72 THEN
        RAISE EXCEPTION 'password must be at least 8 characters and at most 72 bytes long'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Longer passwords would be cut off by bcrypt.';
    ELSIF char_length(full_name) > 200 THEN -- by the constraint it would be an error that shows the row, hash and all
        RAISE EXCEPTION 'full name must be at most 200 characters long' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO rowhouse.accounts (email, password_hash, full_name, email_confirmed_at, created_by)
    VALUES (rowhouse.normalize_email(create_account.email), rowhouse.hash_password(create_account.password),
            nullif(btrim(create_account.full_name), ''), CASE WHEN confirmed THEN now() END,
            (SELECT p.user_id FROM rowhouse.user_profiles p WHERE p.user_id = rowhouse.user_id()))
    RETURNING * INTO account;
    RETURN account;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'an account with this e-mail address exists already' USING ERRCODE = 'unique_violation';
END
$$;
COMMENT ON FUNCTION rowhouse.create_account(text, text, text, boolean) IS
    'Makes an account with a bcrypt hash of the password. Errors: 22004, 22023 bad address or password (8 characters to 72 bytes), 23505 the address is taken. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.register(email text, password text, full_name text DEFAULT NULL) RETURNS jsonb
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT jsonb_build_object('id', a.id, 'email', a.email, 'full_name', a.full_name, 'created_at', a.created_at)
        FROM rowhouse.create_account(email, password, full_name, false) a;
    END;
COMMENT ON FUNCTION rowhouse.register(text, text, text) IS
    'Makes an account whose address is not yet confirmed; returns {id, email, full_name, created_at}. Errors: 22004, 22023 bad address or password (8 characters to 72 bytes), 23505 the address is taken. rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.confirm_account(email text) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    account rowhouse.accounts;
BEGIN
    UPDATE rowhouse.accounts a SET email_confirmed_at = coalesce(a.email_confirmed_at, now())
    WHERE a.email_key = lower(confirm_account.email COLLATE "C") RETURNING * INTO account;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account "%" not found', email USING ERRCODE = 'no_data_found';
    END IF;
    RETURN jsonb_build_object('id', account.id, 'email', account.email, 'email_confirmed_at', account.email_confirmed_at);
END
$$;
COMMENT ON FUNCTION rowhouse.confirm_account(text) IS
    'Marks the address of an account as confirmed, as the application does once its owner has followed a link; members invited by that address join. Again changes nothing. Error P0002 no such account. NULL for NULL. rowhouse_admin only.';

CREATE FUNCTION rowhouse.login(email text, password text) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    account rowhouse.accounts;
    profile rowhouse.user_profiles;
    -- Compared with when there is no such account, so that both answers take the same time.
    nobody constant text := '$2a$10$7EqJtq98hPqEX7fNZaFWoOa1G1M9vKnvVXqSg5hVhA1H7Z1Qz5g7K';
    matches boolean;
BEGIN
    SELECT * INTO account FROM rowhouse.accounts a WHERE a.email_key = lower(login.email COLLATE "C");
    matches := rowhouse.password_matches(coalesce(password, ''), coalesce(account.password_hash, nobody));
    SELECT * INTO profile FROM rowhouse.user_profiles p WHERE p.user_id = account.id;
    IF account.id IS NULL OR NOT matches OR profile.status <> 'active' OR profile.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'e-mail address or password is wrong' USING ERRCODE = 'invalid_password';
    END IF;
    UPDATE rowhouse.accounts a SET last_login_at = now() WHERE a.id = account.id;
    RETURN jsonb_build_object(
        'token', rowhouse.issue_token(account.id),
        'expires_at', now() + interval '24 hours',
        'user', jsonb_build_object('id', account.id, 'email', account.email, 'full_name', coalesce(profile.display_name, account.full_name),
                                   'super_admin', coalesce(profile.role = 'super_admin', false)));
END
$$;
COMMENT ON FUNCTION rowhouse.login(text, text) IS
    'Checks a password and returns {token, expires_at, user: {id, email, full_name, super_admin}}; the token is good for 24 hours. Errors: 28P01 for an unknown address, a wrong password and a suspended user alike, in about the same time; 55000 when no HS256 signing key is live. rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.revoke_tokens(user_id uuid) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mark timestamptz := clock_timestamp();
BEGIN
    UPDATE rowhouse.user_profiles p SET tokens_not_before = mark WHERE p.user_id = revoke_tokens.user_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'user "%" not found', user_id USING ERRCODE = 'no_data_found';
    END IF;
    RETURN mark;
END
$$;
COMMENT ON FUNCTION rowhouse.revoke_tokens(uuid) IS
    'Logs a user out everywhere: tokens issued before now are refused from the next transaction of every open connection on. Returns the mark. Error P0002 no such user. NULL for NULL. rowhouse_admin only.';

CREATE FUNCTION rowhouse.set_super_admin(email text, granted boolean DEFAULT true) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE rowhouse.user_profiles p SET role = CASE WHEN granted THEN 'super_admin' ELSE 'user' END, updated_at = now()
    FROM rowhouse.accounts a WHERE a.id = p.user_id AND a.email_key = lower(set_super_admin.email COLLATE "C");
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account "%" not found', email USING ERRCODE = 'no_data_found';
    END IF;
END
$$;
COMMENT ON FUNCTION rowhouse.set_super_admin(text, boolean) IS
    'Makes an account a super admin (every role in every organization), or an ordinary user again. Takes effect with the next transaction of every open connection. Error P0002 no such account. rowhouse_admin only.';

ALTER FUNCTION rowhouse.create_account(text, text, text, boolean) OWNER TO rowhouse_system;
ALTER FUNCTION rowhouse.register(text, text, text) OWNER TO rowhouse_system;
ALTER FUNCTION rowhouse.confirm_account(text) OWNER TO rowhouse_system;
ALTER FUNCTION rowhouse.login(text, text) OWNER TO rowhouse_system;
ALTER FUNCTION rowhouse.revoke_tokens(uuid) OWNER TO rowhouse_system;
ALTER FUNCTION rowhouse.set_super_admin(text, boolean) OWNER TO rowhouse_system;

GRANT EXECUTE ON FUNCTION rowhouse.hash_password(text), rowhouse.password_matches(text, text), rowhouse.normalize_email(text),
    rowhouse.normalize_phone(text) TO rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.register(text, text, text), rowhouse.login(text, text)
    TO rowhouse_user, rowhouse_admin;
GRANT EXECUTE ON FUNCTION rowhouse.confirm_account(text), rowhouse.revoke_tokens(uuid), rowhouse.set_super_admin(text, boolean)
    TO rowhouse_admin;
