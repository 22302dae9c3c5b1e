-- Account tables of an application whose login (app) has no right in rowhouse, and people who were invited.
\set ON_ERROR_STOP on
CREATE ROLE app LOGIN;
CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO app;
CREATE TABLE shop.accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text UNIQUE, phone text, full_name text, email_confirmed_at timestamptz, last_sign_in_at timestamptz);
CREATE TABLE shop.customers (LIKE shop.accounts INCLUDING ALL);
CREATE TABLE shop.killed (LIKE shop.accounts INCLUDING ALL);
CREATE SEQUENCE shop.numbers;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA shop TO app;
SELECT rowhouse.add_signing_key('sync-test', 'HS256', gen_random_uuid()::text || gen_random_uuid());
SELECT rowhouse.bootstrap('boss@sync.example', 'correct horse', 'sync', 'Sync');
SELECT rowhouse.attach_profiles('shop.accounts');
INSERT INTO rowhouse.members (organization_id, email)
SELECT o.id, format('single-%s@sync.example', n) FROM rowhouse.organizations o, generate_series(1, 2000) n WHERE n % 3 = 0;

-- For one account, and in a session that asks for it, writing the profile takes for ever: there it is killed.
CREATE FUNCTION shop.stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.email = current_setting('sync_test.stop_at', true) THEN
        PERFORM pg_sleep(600);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stop BEFORE INSERT ON rowhouse.user_profiles FOR EACH ROW EXECUTE FUNCTION shop.stop();
