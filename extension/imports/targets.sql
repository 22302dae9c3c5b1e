-- Which tables files can be imported into, and what is known about them besides what the catalog says.

CREATE TABLE rowhouse.import_targets (
    target text COLLATE "C" PRIMARY KEY CHECK (target ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$'),
    relation regclass NOT NULL,
    columns jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(columns) = 'object'),
    options jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object'),
    defined_by name NOT NULL DEFAULT session_user,
    defined_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE rowhouse.import_targets IS
    'The import targets: their table, and columns and options as define_import() was given them. Written by define_import() and drop_import().';
ALTER TABLE rowhouse.import_targets OWNER TO rowhouse_owner;
GRANT SELECT ON rowhouse.import_targets TO rowhouse_user, rowhouse_admin;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_targets', 'WHERE target NOT IN (''users'', ''clients'')');

-- Synonyms are taken from the exports and the upload templates of Google Workspace, Microsoft 365, Entra ID and Okta, and
-- from what people write. Where a file has several of them, the earlier one is taken: an address before a log-in name, a
-- place of work before a town, a desk phone before a mobile one. Private numbers and addresses are left alone.
INSERT INTO rowhouse.import_targets (target, relation, columns, options) VALUES ('users', 'rowhouse.members', '{
    "email": {"type": "email", "required": true, "max_length": 254, "example": "ada@example.com",
        "synonyms": ["email address", "mail", "primary email", "primary email address", "work email", "work email address",
                     "business email", "company email", "user email", "email id", "mail address", "user principal name", "upn",
                     "sign-in name", "username", "login name", "login"]},
    "first_name": {"max_length": 200, "example": "Ada", "synonyms": ["given name", "given", "forename", "fname", "first"]},
    "last_name": {"max_length": 200, "example": "Example", "synonyms": ["surname", "family name", "family", "lname", "last"]},
    "role": {"type": "choice", "choices": ["viewer", "member", "admin", "owner"], "default": "member", "example": "member",
        "insert_only": true,
        "synonyms": ["user role", "member role", "organization role", "access role", "access level", "permission level"]},
    "department": {"max_length": 200, "example": "Engineering",
        "synonyms": ["department name", "dept", "dept name", "business unit", "team", "team name"]},
    "location": {"max_length": 200, "example": "Amsterdam",
        "synonyms": ["office location", "office", "physical delivery office name", "office name", "work location", "workplace",
                     "site", "branch", "city", "town", "work address"]},
    "phone": {"type": "phone", "example": "+31201234567",
        "synonyms": ["phone number", "telephone", "telephone number", "tel", "work phone", "work phone number", "business phone",
                     "business phones", "office phone", "primary phone", "contact number", "mobile phone", "mobile phone number",
                     "mobile number", "mobile", "cell phone", "cell"]},
    "user_id": null, "status": null, "created_at": null, "updated_at": null
}', '{"key": ["email"], "order": ["email", "first_name", "last_name", "role", "department", "location", "phone"]}');

CREATE FUNCTION rowhouse.define_import(target text, relation regclass, columns jsonb DEFAULT NULL, options jsonb DEFAULT '{}')
    RETURNS jsonb LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_define_import';
COMMENT ON FUNCTION rowhouse.define_import(text, regclass, jsonb, jsonb) IS
    'Makes a table a target of imports, or says anew how: types, NOT NULL, lengths, enums, domains, CHECK constraints, unique keys and foreign keys are read from the catalog each time. Owner columns of an isolated table, generated and identity columns are never taken from a file; neither are columns whose default is a new key, unless they are named here. A table that is not isolated can be filled by super admins alone. columns: {column: {label, synonyms, example, default, insert_only, label_column, and the options of csv_check}}, or null for a column that no file may fill; label_column makes the cell name a row of the referenced table by that column of it. options: key (the columns of the unique key that the modes skip, update and upsert go by; default a key that is not the primary one, else that), order (columns that come first in the template and in files without a header), role (the least role of those who may import, default admin). Returns {target, relation, role, key, columns: [{name, label, type, required}]}. Errors: 22004 null, 22023 bad option, 23514 bad name, 42703 no such column, 42809 not a table, 42501 not the owner of the table, or of that which the name stands for. rowhouse_admin only.';

CREATE FUNCTION rowhouse.drop_import(target text) RETURNS void
    LANGUAGE c VOLATILE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'rowhouse_drop_import';
COMMENT ON FUNCTION rowhouse.drop_import(text) IS
    'Forgets an import target; its batches stay. Errors: 22004, P0002 no such target, 42501 not the owner of its table. rowhouse_admin only.';

REVOKE EXECUTE ON FUNCTION rowhouse.define_import(text, regclass, jsonb, jsonb), rowhouse.drop_import(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.define_import(text, regclass, jsonb, jsonb), rowhouse.drop_import(text) TO rowhouse_admin;
