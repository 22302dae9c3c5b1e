-- Imports: batches, their findings, and the functions that preview, run and report them.

CREATE TYPE rowhouse.importstatus AS ENUM ('pending', 'processing', 'completed', 'failed', 'cancelled');
COMMENT ON TYPE rowhouse.importstatus IS
    'Where a batch is. completed: every record was looked at, some may have failed; failed: the file as a whole, or an error of the database, ended it.';

CREATE TABLE rowhouse.import_batches (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL DEFAULT rowhouse.organization_id() REFERENCES rowhouse.organizations ON DELETE CASCADE,
    target text NOT NULL,
    status rowhouse.importstatus NOT NULL DEFAULT 'pending',
    file_name text,
    content bytea NOT NULL,
    content_sha256 bytea NOT NULL GENERATED ALWAYS AS (sha256(content)) STORED,
    options jsonb NOT NULL DEFAULT '{}',
    format jsonb,
    mapping jsonb,
    total_rows bigint NOT NULL DEFAULT 0,
    processed_rows bigint NOT NULL DEFAULT 0,
    inserted bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    error text,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT import_batches_balance CHECK (processed_rows = inserted + updated + skipped + failed),
    CONSTRAINT import_batches_complete CHECK (status <> 'completed' OR processed_rows = total_rows),
    CONSTRAINT import_batches_organization_id_id_key UNIQUE (organization_id, id)
);
COMMENT ON TABLE rowhouse.import_batches IS
    'One row for each import: the bytes as they were uploaded, how they were read (format, mapping), and the counts, in balance at all times: processed_rows = inserted + updated + skipped + failed. Read through import_status, import_history and import_error_file.';
-- Compressing the upload would take longer than importing it.
ALTER TABLE rowhouse.import_batches ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX import_batches_history ON rowhouse.import_batches (organization_id, created_at DESC, id);
ALTER TABLE rowhouse.import_batches OWNER TO rowhouse_owner;
GRANT SELECT, UPDATE ON rowhouse.import_batches TO rowhouse_system;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_batches', '');
SELECT rowhouse.isolate('rowhouse.import_batches');

CREATE TABLE rowhouse.import_errors (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id uuid NOT NULL,
    organization_id uuid NOT NULL DEFAULT rowhouse.organization_id(),
    severity text NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
    level text NOT NULL CHECK (level IN ('file', 'header', 'row', 'cell')),
    code text NOT NULL,
    line bigint,
    record bigint,
    byte_offset bigint,
    column_position integer,
    column_name text,
    target_column text,
    value text,
    message text NOT NULL,
    hint text,
    related text,
    -- With the organization, so that no finding can point to another one's batch.
    CONSTRAINT import_errors_batch FOREIGN KEY (organization_id, batch_id)
        REFERENCES rowhouse.import_batches (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE rowhouse.import_errors IS
    'The findings of an import, in the order found. An error on a row or cell kept that record out, one on the file or header stopped the batch; warnings and infos block nothing. line: physical line from 1; record: data record from 1, NULL for findings about the file or header; related: the other line or e-mail address of a duplicate. Read through the function import_errors.';
CREATE INDEX import_errors_batch_seq ON rowhouse.import_errors (organization_id, batch_id, seq);
ALTER TABLE rowhouse.import_errors OWNER TO rowhouse_owner;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_errors', '');
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_errors_seq_seq', '');
SELECT rowhouse.isolate('rowhouse.import_errors');

CREATE FUNCTION rowhouse.import_template(target text) RETURNS text
    LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_template';
COMMENT ON FUNCTION rowhouse.import_template(text) IS
    'A CSV file to start from: the columns of an import target and one example. Errors: 28000, 42501 without an organization, P0002 no such target. NULL for NULL. STABLE; rowhouse_user, any role in the organization.';

CREATE FUNCTION rowhouse.import_preview(target text, content bytea, options jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_import_preview';
COMMENT ON FUNCTION rowhouse.import_preview(text, bytea, jsonb) IS
    'What an import of that file would do, without writing: {"total_rows","valid_rows","invalid_rows","columns":[{"source","target"}],"file":[…],"findings":[{"record","line","column","code","severity","value","message","hint","related",…}],"findings_total","codes":{code: count},"sample","format"}. file holds the findings about the file and its header, an error among them would stop the import and total_rows is 0; findings are those about records, the first 1000 of findings_total; codes counts them all; sample shows the first 20 rows that would be imported. options: encoding, delimiter, quote, header, strict, pad_short_rows, mapping, file_name. Errors: 28000, 42501, P0002 no such target, 22004 target or content is null, 22023 bad option; never one for what is in the file. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_run(target text, content bytea, options jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_import_run';
COMMENT ON FUNCTION rowhouse.import_run(text, bytea, jsonb) IS
    'Imports a file in this transaction and returns what import_status gives. Records with an error are left out and the others written; a file that is at fault as a whole gives status failed and writes none. options and errors as import_preview. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_start(target text, content bytea, options jsonb DEFAULT '{}') RETURNS uuid
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_import_start';
COMMENT ON FUNCTION rowhouse.import_start(text, bytea, jsonb) IS
    'Imports a file in a background process, which begins when this transaction has committed, and returns the id of the batch at once. What is wrong with the file is found there and shows in import_status and import_errors. options and errors as import_preview, and 53300 when no background process is free (max_worker_processes); nothing is written then. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_status(batch uuid) RETURNS jsonb
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_status';
COMMENT ON FUNCTION rowhouse.import_status(uuid) IS
    'Where a batch is: {"id","target","status","file_name","total_rows","processed_rows","inserted","updated","skipped","failed","progress","created_at","started_at","finished_at","error"}; progress goes from 0 to 100, error is null unless status is failed. Errors: 28000, 42501, P0002 no such batch in this organization. NULL for NULL. Each call sees what was committed by then. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_errors(batch uuid, after bigint DEFAULT 0, max_rows integer DEFAULT 100)
    RETURNS SETOF rowhouse.import_errors
    LANGUAGE c VOLATILE STRICT ROWS 100 AS 'MODULE_PATHNAME', 'rowhouse_import_errors';
COMMENT ON FUNCTION rowhouse.import_errors(uuid, bigint, integer) IS
    'A page of the findings of a batch, those with seq > after, in the order of seq, at most max_rows. Errors: 28000, 42501, P0002 no such batch in this organization, 22023 max_rows is negative. No rows for NULL. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_error_file(batch uuid) RETURNS text
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_error_file';
COMMENT ON FUNCTION rowhouse.import_error_file(uuid) IS
    'The failed records of a batch as CSV with a byte order mark: the columns of the upload in their order, then _line, _codes and _messages, every cell quoted and neutralised against formulas. Corrected, it can be uploaded as it is. Errors: 28000, 42501, P0002 no such batch in this organization. NULL for NULL. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_history(max_rows integer DEFAULT 50) RETURNS SETOF jsonb
    LANGUAGE c VOLATILE STRICT ROWS 50 AS 'MODULE_PATHNAME', 'rowhouse_import_history';
COMMENT ON FUNCTION rowhouse.import_history(integer) IS
    'The batches of the organization, the newest first, each as import_status gives it. Errors: 28000, 42501, 22023 max_rows is negative. No rows for NULL. rowhouse_user; owners, admins and super admins.';

REVOKE EXECUTE ON FUNCTION rowhouse.import_template(text), rowhouse.import_preview(text, bytea, jsonb),
    rowhouse.import_run(text, bytea, jsonb), rowhouse.import_start(text, bytea, jsonb), rowhouse.import_status(uuid),
    rowhouse.import_errors(uuid, bigint, integer), rowhouse.import_error_file(uuid), rowhouse.import_history(integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.import_template(text), rowhouse.import_preview(text, bytea, jsonb),
    rowhouse.import_run(text, bytea, jsonb), rowhouse.import_start(text, bytea, jsonb), rowhouse.import_status(uuid),
    rowhouse.import_errors(uuid, bigint, integer), rowhouse.import_error_file(uuid), rowhouse.import_history(integer)
    TO rowhouse_user;
