-- The import target clients: organizations from a file.

CREATE VIEW rowhouse.clients WITH (security_barrier, security_invoker) AS
    SELECT o.slug AS client_id, o.name AS client_name FROM rowhouse.organizations o;
COMMENT ON VIEW rowhouse.clients IS
    'Organizations as the import target clients fills them: a row that is inserted makes one, which the importer then owns. rowhouse''s own functions only.';
ALTER VIEW rowhouse.clients OWNER TO rowhouse_owner;

CREATE FUNCTION rowhouse.insert_client() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM rowhouse.insert_organization(NEW.client_id, NEW.client_name, '{}', rowhouse.require_user());
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION rowhouse.insert_client() IS 'The trigger behind rowhouse.clients. Errors as create_organization().';
REVOKE EXECUTE ON FUNCTION rowhouse.insert_client() FROM PUBLIC;
CREATE TRIGGER insert_client INSTEAD OF INSERT ON rowhouse.clients FOR EACH ROW EXECUTE FUNCTION rowhouse.insert_client();
ALTER FUNCTION rowhouse.insert_client() OWNER TO rowhouse_system;

INSERT INTO rowhouse.import_targets (target, relation, columns) VALUES ('clients', 'rowhouse.clients', '{
    "client_id": {"required": true, "pattern": "[A-Za-z0-9][A-Za-z0-9_-]{0,62}", "max_length": 63, "example": "ACME",
        "synonyms": ["slug", "id", "code", "client", "client code"]},
    "client_name": {"required": true, "max_length": 200, "example": "Acme Ltd", "synonyms": ["name", "organization", "company", "company name"]}
}');
