-- The tables of test/bench/profiles: Supabase's auth.users in its full width, once for every way to keep profiles.
--
--   hand     no trigger: whoever signs a person up writes both tables
--   auth     attached to rowhouse (test/bench/profiles says when)
--   usual    the row triggers of Supabase's documentation
--   guarded  the same, and the one for updates has a WHEN
--
-- All profile tables have the columns, keys, checks and indexes of rowhouse.user_profiles.
\set ON_ERROR_STOP on
SET synchronous_commit = on; -- else VACUUM may not know yet that the rows are committed, and marks no page all-visible
INSERT INTO bench.variant (variant, title) VALUES
    ('rowhouse', 'rowhouse'), ('hand', 'by hand'), ('usual', 'row trigger'), ('guarded', 'row trigger with WHEN');

CREATE SCHEMA auth;
CREATE TABLE auth.users (
    instance_id uuid,
    id uuid PRIMARY KEY,
    aud varchar(255),
    role varchar(255),
    email varchar(255),
    encrypted_password varchar(255),
    email_confirmed_at timestamptz,
    invited_at timestamptz,
    confirmation_token varchar(255),
    confirmation_sent_at timestamptz,
    recovery_token varchar(255),
    recovery_sent_at timestamptz,
    email_change_token_new varchar(255),
    email_change varchar(255),
    email_change_sent_at timestamptz,
    last_sign_in_at timestamptz,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    is_super_admin boolean,
    created_at timestamptz,
    updated_at timestamptz,
    phone text UNIQUE,
    phone_confirmed_at timestamptz,
    phone_change text DEFAULT '',
    phone_change_token varchar(255) DEFAULT '',
    phone_change_sent_at timestamptz,
    confirmed_at timestamptz GENERATED ALWAYS AS (least(email_confirmed_at, phone_confirmed_at)) STORED,
    email_change_token_current varchar(255) DEFAULT '',
    email_change_confirm_status smallint DEFAULT 0 CHECK (email_change_confirm_status BETWEEN 0 AND 2),
    banned_until timestamptz,
    reauthentication_token varchar(255) DEFAULT '',
    reauthentication_sent_at timestamptz,
    is_sso_user boolean NOT NULL DEFAULT false,
    deleted_at timestamptz,
    is_anonymous boolean NOT NULL DEFAULT false
);
CREATE INDEX ON auth.users (instance_id);
CREATE INDEX ON auth.users (instance_id, lower(email));
CREATE INDEX ON auth.users (is_anonymous);
CREATE UNIQUE INDEX ON auth.users (email) WHERE is_sso_user = false;
CREATE UNIQUE INDEX ON auth.users (confirmation_token) WHERE confirmation_token !~ '^[0-9 ]*$';
CREATE UNIQUE INDEX ON auth.users (recovery_token) WHERE recovery_token !~ '^[0-9 ]*$';
CREATE UNIQUE INDEX ON auth.users (email_change_token_current) WHERE email_change_token_current !~ '^[0-9 ]*$';
CREATE UNIQUE INDEX ON auth.users (email_change_token_new) WHERE email_change_token_new !~ '^[0-9 ]*$';
CREATE UNIQUE INDEX ON auth.users (reauthentication_token) WHERE reauthentication_token !~ '^[0-9 ]*$';

-- What statements are made of: bench.fill('INSERT INTO SCHEMA.users (ACCOUNT) VALUES (PERSON)', 'hand'). PERSON makes somebody
-- up from a number, :number; PROFILE and MIRRORED are the columns of a profile and their values from an account, "new".
CREATE FUNCTION bench.fill(statement text, schema text) RETURNS text LANGUAGE sql AS $body$
    SELECT replace(replace(replace(replace(replace(statement, 'SCHEMA', schema),
        'ACCOUNT', 'id, email, raw_user_meta_data, email_confirmed_at, phone, is_anonymous, deleted_at, instance_id, aud, role,
            encrypted_password, confirmation_token, recovery_token, email_change_token_new, email_change, raw_app_meta_data,
            created_at, updated_at'),
        'PERSON', $$md5(:number::text)::uuid, 'person-' || :number || '@bench.example',
            jsonb_build_object('full_name', 'Person ' || :number, 'avatar_url', 'https://bench.example/' || :number || '.png'),
            now(), NULL::text, false, NULL::timestamptz, '00000000-0000-0000-0000-000000000000'::uuid, 'authenticated',
            'authenticated', '$2a$10$7EqJtq98hPqEX7fNZaFWoOa1G1M9vKnvVXqSg5hVhA1H7Z1Qz5g7K', '', '', '', '',
            '{"provider": "email", "providers": ["email"]}'::jsonb, now(), now()$$),
        'PROFILE', 'user_id, source, email, email_confirmed_at, phone, full_name, is_anonymous, deleted_at'),
        'MIRRORED', format($$new.id, '%s.users'::regclass, new.email, new.email_confirmed_at, new.phone,
            new.raw_user_meta_data ->> 'full_name', new.is_anonymous, new.deleted_at$$, schema))
$body$;

CREATE SCHEMA hand;
CREATE SCHEMA usual;
CREATE SCHEMA guarded;
SELECT bench.fill('CREATE TABLE SCHEMA.users (LIKE auth.users INCLUDING ALL)', schema),
       bench.fill('CREATE TABLE SCHEMA.profiles (LIKE rowhouse.user_profiles INCLUDING ALL)', schema)
FROM unnest(ARRAY['hand', 'usual', 'guarded']) schema \gexec

-- Everybody who signs up in a large statement.
SELECT replace(bench.fill('CREATE TABLE bench.people (number, ACCOUNT) AS SELECT i, PERSON FROM generate_series(1, 1000000) i', ''),
               ':number', 'i') \gexec

SELECT bench.fill($$
           CREATE FUNCTION SCHEMA.handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $body$
           BEGIN
               INSERT INTO SCHEMA.profiles (PROFILE) VALUES (MIRRORED);
               RETURN new;
           END $body$ $$, schema),
       bench.fill($$
           CREATE TRIGGER on_auth_user_created AFTER INSERT ON SCHEMA.users
           FOR EACH ROW EXECUTE FUNCTION SCHEMA.handle_new_user()$$, schema),
       bench.fill($$
           CREATE FUNCTION SCHEMA.handle_user_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $body$
           BEGIN
               UPDATE SCHEMA.profiles SET (PROFILE) = ROW (MIRRORED) WHERE user_id = new.id;
               RETURN new;
           END $body$ $$, schema),
       bench.fill($$
           CREATE TRIGGER on_auth_user_updated AFTER UPDATE ON SCHEMA.users FOR EACH ROW $$ ||
           CASE schema WHEN 'guarded' THEN $$WHEN ((old.email, old.email_confirmed_at, old.phone, old.raw_user_meta_data,
               old.is_anonymous, old.deleted_at) IS DISTINCT FROM (new.email, new.email_confirmed_at, new.phone,
               new.raw_user_meta_data, new.is_anonymous, new.deleted_at)) $$ ELSE '' END ||
           $$EXECUTE FUNCTION SCHEMA.handle_user_update()$$, schema)
FROM unnest(ARRAY['usual', 'guarded']) schema \gexec

VACUUM (FREEZE, ANALYZE);
