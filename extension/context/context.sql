-- Context: who is asking. Signing keys, the accessors, and the checks of authority.

-- The columns are read by C++ by position (keys.cpp): new columns go to the end.
CREATE TABLE rowhouse.signing_keys (
    kid text COLLATE "C" PRIMARY KEY CHECK (octet_length(kid) BETWEEN 1 AND 128),
    algorithm text NOT NULL CHECK (algorithm IN ('HS256', 'RS256', 'ES256', 'EdDSA')),
    key text NOT NULL CHECK (octet_length(key) BETWEEN 32 AND 1024),
    not_before timestamptz NOT NULL DEFAULT now(),
    not_after timestamptz CHECK (not_after > not_before),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    issuer text CHECK (octet_length(issuer) BETWEEN 1 AND 256),
    audience text CHECK (octet_length(audience) BETWEEN 1 AND 256)
);
COMMENT ON TABLE rowhouse.signing_keys IS
    'Keys that tokens are checked with: secrets (HS256), which also sign, and public keys of others (RS256, ES256, EdDSA), kept as JWK. Readable by nobody but rowhouse''s own code; managed by add_signing_key and retire_signing_key.';
ALTER TABLE rowhouse.signing_keys OWNER TO rowhouse_system;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.signing_keys', '');

CREATE FUNCTION rowhouse.user_id() RETURNS uuid
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_user_id';
COMMENT ON FUNCTION rowhouse.user_id() IS
    'Id of the user whom rowhouse.token names; NULL when no token is set. Errors: 28000 for a token that is not valid, expired or revoked. STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.organization_id() RETURNS uuid
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_organization_id';
COMMENT ON FUNCTION rowhouse.organization_id() IS
    'Id of the organization of this transaction: rowhouse.organization (id or slug), else the token''s "org" claim, else the only one the user is an active member of; NULL when there is none. Errors: 28000 as user_id(); P0002 when the organization chosen does not exist or the user is no active member of it. STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.organization_key() RETURNS text
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_organization_key';
COMMENT ON FUNCTION rowhouse.organization_key() IS
    'The organization as owner columns of type text have it: the key that set_organization_key() gave it, else its id. NULL without an organization. Errors as organization_id(). STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.organization_number() RETURNS bigint
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_organization_number';
COMMENT ON FUNCTION rowhouse.organization_number() IS
    'The organization as owner columns of type integer or bigint have it: the key that set_organization_key() gave it, as a number; NULL without an organization or without such a key. Errors as organization_id(). STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.user_key() RETURNS text
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_user_key';
COMMENT ON FUNCTION rowhouse.user_key() IS
    'The user as owner columns of type text have it: the key that set_user_key() gave them, else their id. NULL without a user. Errors as user_id(). STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.user_number() RETURNS bigint
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_user_number';
COMMENT ON FUNCTION rowhouse.user_number() IS
    'The user as owner columns of type integer or bigint have it: the key that set_user_key() gave them, as a number; NULL without a user or without such a key. Errors as user_id(). STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.role() RETURNS text
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_role';
COMMENT ON FUNCTION rowhouse.role() IS
    'Role of the user in organization_id(): owner, admin, member, viewer, or super_admin; NULL without an organization. Looked up now, never taken from the token. Errors as organization_id(). STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.require_user() RETURNS uuid
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_require_user';
COMMENT ON FUNCTION rowhouse.require_user() IS
    'user_id(), or error 28000 when nobody is logged in. STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.require_role(needed text) RETURNS uuid
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_require_role';
COMMENT ON FUNCTION rowhouse.require_role(text) IS
    'organization_id(), when the user holds at least the role needed (owner > admin > member > viewer; a super admin holds every one). Errors: 28000 not logged in, 42501 no organization or a lesser role, P0002 as organization_id(), 22023 no such role. NULL for NULL. STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.require_role_in(organization uuid, needed text) RETURNS text
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_require_role_in';
COMMENT ON FUNCTION rowhouse.require_role_in(uuid, text) IS
    'The user''s role in that organization, when it is at least the one needed. Errors: 28000 not logged in, P0002 no such organization or no active member of it, 42501 a lesser role, 22023 no such role. NULL for NULL. STABLE, PARALLEL SAFE; callable by everybody.';

CREATE FUNCTION rowhouse.may_grant(own text, granted text) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_may_grant';
COMMENT ON FUNCTION rowhouse.may_grant(text, text) IS
    'Whether somebody with role "own" may give role "granted" to others: never one above their own. Error 22023 for an unknown role. NULL for NULL. IMMUTABLE, PARALLEL SAFE; callable by everybody.';

GRANT USAGE ON SCHEMA rowhouse TO PUBLIC; -- policies call the accessors as whoever queries the table

CREATE FUNCTION rowhouse.checked_key(kid text, algorithm text, key text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rowhouse_checked_key';
COMMENT ON FUNCTION rowhouse.checked_key(text, text, text) IS
    'The key in the form in which it is kept: a minimal JWK, or the text itself where that is an HS256 secret. Error 22023, with a hint that names what is wrong with the key. NULL for NULL. Internal.';

CREATE FUNCTION rowhouse.add_signing_key(kid text, algorithm text, key text, not_after timestamptz DEFAULT NULL,
                                         issuer text DEFAULT NULL, audience text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF kid IS NULL OR octet_length(kid) NOT BETWEEN 1 AND 128 OR kid ~ '[[:cntrl:]]' THEN
        RAISE EXCEPTION 'key id must be 1 to 128 bytes of printable text' USING ERRCODE = 'invalid_parameter_value';
    ELSIF algorithm IS NULL OR key IS NULL THEN
        RAISE EXCEPTION 'a signing key needs an algorithm and a key' USING ERRCODE = 'invalid_parameter_value';
    ELSIF not_after <= now() THEN
        RAISE EXCEPTION 'key would already have expired' USING ERRCODE = 'invalid_parameter_value';
    ELSIF octet_length(issuer) NOT BETWEEN 1 AND 256 OR octet_length(audience) NOT BETWEEN 1 AND 256 THEN
        RAISE EXCEPTION 'issuer and audience must have 1 to 256 bytes'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'NULL leaves the claim unchecked.';
    END IF;
    INSERT INTO rowhouse.signing_keys (kid, algorithm, key, not_after, issuer, audience)
    VALUES (add_signing_key.kid, add_signing_key.algorithm, rowhouse.checked_key(kid, algorithm, key), add_signing_key.not_after,
            add_signing_key.issuer, add_signing_key.audience);
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'signing key "%" exists already', kid
        USING ERRCODE = 'unique_violation', HINT = 'Choose another key id; a retired key keeps its own.';
END
$$;
COMMENT ON FUNCTION rowhouse.add_signing_key(text, text, text, timestamptz, text, text) IS
    'Adds a key that tokens may be signed with, live from now until not_after (NULL: until retired). RS256, ES256, EdDSA: the public key of an identity provider, as PEM (PUBLIC KEY) or JWK; RSA of 2048 to 4096 bits with an odd exponent above 3, P-256, Ed25519. It only verifies. HS256: the bytes of the text, 32 to 1024 of them (RFC 7518 section 3.2), or a JWK of type oct; tokens that rowhouse issues are signed with the newest live key of this kind; those of the others stay good, so adding the new key and retiring the old one later rotates without a log-out. A token is checked with a key of its own algorithm only; with issuer its "iss" must be the same bytes, with audience its "aud" must be or contain it. Errors: 22023 with a hint that names what is wrong, 23505. rowhouse_admin only. Pass a secret as a bound parameter, so that it does not get into a log.';

CREATE FUNCTION rowhouse.retire_signing_key(kid text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE rowhouse.signing_keys k
    SET not_after = least(k.not_after, greatest(clock_timestamp(), k.not_before + interval '1 microsecond'))
    WHERE k.kid = retire_signing_key.kid;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'signing key "%" not found', kid USING ERRCODE = 'no_data_found';
    END IF;
END
$$;
COMMENT ON FUNCTION rowhouse.retire_signing_key(text) IS
    'Ends the life of a signing key now: its tokens are refused from the next transaction of every open connection on. Retiring it again changes nothing. Error P0002 when there is no such key. rowhouse_admin only.';

CREATE FUNCTION rowhouse.issue_token(user_id uuid, ttl interval DEFAULT '24 hours', claims jsonb DEFAULT '{}') RETURNS text
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_issue_token';
COMMENT ON FUNCTION rowhouse.issue_token(uuid, interval, jsonb) IS
    'A token (JWT, HS256) for that user, signed with the newest live HS256 key, good for ttl from now. claims are added as they are; "org" chooses the default organization; sub, iat, nbf and exp are set by rowhouse, and so are iss and aud when the key has an issuer or an audience. NULL for NULL. Errors: 22023 for a ttl that is not positive, claims that are no object or that rowhouse sets, 54000 over 8192 bytes, 55000 when no HS256 key is live. rowhouse_admin only: whoever holds a token is that user.';

ALTER FUNCTION rowhouse.add_signing_key(text, text, text, timestamptz, text, text) OWNER TO rowhouse_system;
ALTER FUNCTION rowhouse.retire_signing_key(text) OWNER TO rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.add_signing_key(text, text, text, timestamptz, text, text), rowhouse.retire_signing_key(text),
    rowhouse.issue_token(uuid, interval, jsonb) TO rowhouse_admin;
GRANT EXECUTE ON FUNCTION rowhouse.issue_token(uuid, interval, jsonb), rowhouse.checked_key(text, text, text) TO rowhouse_system;
