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
    phase text CHECK (phase IN ('held', 'waiting', 'checking', 'writing')),
    held boolean NOT NULL DEFAULT false,
    cancel_requested boolean NOT NULL DEFAULT false,
    codes jsonb NOT NULL DEFAULT '{}',
    active_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    undone_at timestamptz,
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
CREATE INDEX import_batches_content ON rowhouse.import_batches (organization_id, content_sha256);
CREATE INDEX import_batches_unfinished ON rowhouse.import_batches (created_at) WHERE status IN ('pending', 'processing');
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

-- Of rows by their names: the primary key as text.
CREATE TABLE rowhouse.import_chunks (
    batch_id uuid NOT NULL,
    organization_id uuid NOT NULL DEFAULT rowhouse.organization_id(),
    first_record bigint NOT NULL,
    inserted text[] NOT NULL,
    updated text[] NOT NULL,
    before text[] NOT NULL,
    transactions text[] NOT NULL,
    PRIMARY KEY (organization_id, batch_id, first_record),
    CONSTRAINT import_chunks_batch FOREIGN KEY (organization_id, batch_id)
        REFERENCES rowhouse.import_batches (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE rowhouse.import_chunks IS
    'What import_undo() takes back: the rows that each chunk of a batch has inserted and updated, the latter as they were before, and the transactions that wrote them.';
ALTER TABLE rowhouse.import_chunks ALTER COLUMN inserted SET STORAGE EXTERNAL, ALTER COLUMN updated SET STORAGE EXTERNAL;
ALTER TABLE rowhouse.import_chunks OWNER TO rowhouse_owner;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_chunks', '');
SELECT rowhouse.isolate('rowhouse.import_chunks');

CREATE TABLE rowhouse.import_edits (
    batch_id uuid NOT NULL,
    organization_id uuid NOT NULL DEFAULT rowhouse.organization_id(),
    record bigint NOT NULL,
    position bigint NOT NULL,
    value text,
    edited_by uuid,
    edited_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization_id, batch_id, record, position),
    CONSTRAINT import_edits_batch FOREIGN KEY (organization_id, batch_id)
        REFERENCES rowhouse.import_batches (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE rowhouse.import_edits IS
    'Cells of held batches that were corrected with import_edit(); the upload itself stays as it came.';
ALTER TABLE rowhouse.import_edits OWNER TO rowhouse_owner;
SELECT pg_catalog.pg_extension_config_dump('rowhouse.import_edits', '');
SELECT rowhouse.isolate('rowhouse.import_edits');

CREATE FUNCTION rowhouse.import_lock(batch uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT hashtextextended('rowhouse import ' || batch::text, 0); END;
COMMENT ON FUNCTION rowhouse.import_lock(uuid) IS
    'The advisory lock that the process working on a batch holds. IMMUTABLE; rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.import_is_running(batch uuid) RETURNS boolean
    LANGUAGE sql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT EXISTS (
            SELECT FROM pg_locks l
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
              AND (l.classid::bigint << 32 | l.objid::bigint) = rowhouse.import_lock(batch));
    END;
COMMENT ON FUNCTION rowhouse.import_is_running(uuid) IS
    'Whether a process works on a batch now. VOLATILE; rowhouse''s own functions only.';
REVOKE EXECUTE ON FUNCTION rowhouse.import_lock(uuid), rowhouse.import_is_running(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.import_lock(uuid), rowhouse.import_is_running(uuid) TO rowhouse_owner, rowhouse_system;

CREATE FUNCTION rowhouse.running_imports(organization uuid DEFAULT NULL, person uuid DEFAULT NULL, batch uuid DEFAULT NULL)
    RETURNS TABLE (pid integer, batch_id uuid, organization_id uuid, target text, relid oid, phase text, started_at timestamptz,
                   bytes_total bigint, bytes_processed bigint, total_rows bigint, processed_rows bigint, uncommitted_rows bigint)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT l.pid, b.id, b.organization_id, b.target, p.relid, b.phase, b.started_at, coalesce(p.param2, 0), coalesce(p.param1, 0),
               b.total_rows, b.processed_rows, greatest(coalesce(p.param3, 0) - b.processed_rows, 0)
        FROM rowhouse.import_batches b
        JOIN pg_locks l ON (l.classid::bigint << 32 | l.objid::bigint) = rowhouse.import_lock(b.id)
        LEFT JOIN pg_stat_get_progress_info('COPY') p ON p.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
          AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
          AND b.status IN ('pending', 'processing')
          AND (running_imports.organization IS NULL OR b.organization_id = running_imports.organization)
          AND (running_imports.person IS NULL OR b.created_by = running_imports.person)
          AND (running_imports.batch IS NULL OR b.id = running_imports.batch)
        ORDER BY b.started_at, b.id;
    END;
COMMENT ON FUNCTION rowhouse.running_imports(uuid, uuid, uuid) IS
    'The work of import_progress(), without asking who calls: of one organization, person or batch, or with NULL of all. VOLATILE; rowhouse''s own functions only.';
ALTER FUNCTION rowhouse.running_imports(uuid, uuid, uuid) OWNER TO rowhouse_system;
REVOKE EXECUTE ON FUNCTION rowhouse.running_imports(uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.running_imports(uuid, uuid, uuid) TO rowhouse_owner;

CREATE FUNCTION rowhouse.import_progress()
    RETURNS TABLE (pid integer, batch_id uuid, organization_id uuid, target text, relid oid, phase text, started_at timestamptz,
                   bytes_total bigint, bytes_processed bigint, total_rows bigint, processed_rows bigint, uncommitted_rows bigint)
    LANGUAGE c VOLATILE ROWS 10 AS 'MODULE_PATHNAME', 'rowhouse_import_progress';
COMMENT ON FUNCTION rowhouse.import_progress() IS
    'The batches that a background process works on now: its pid, the table, the phase (checking, writing), how much of the file is checked (bytes of its text), how many rows are committed and how many are written in a transaction that is not, as with all_or_nothing; progress shows in pg_stat_progress_copy as well. In an organization its own batches, for admins, and for everybody else their own; without one those of all, for operators. Errors: 28000, 42501. VOLATILE: each call sees what is so by then; rowhouse_user and rowhouse_admin.';
CREATE VIEW rowhouse.import_progress WITH (security_invoker) AS SELECT * FROM rowhouse.import_progress();
COMMENT ON VIEW rowhouse.import_progress IS 'import_progress() as a view, in the manner of pg_stat_progress_copy. rowhouse_user and rowhouse_admin.';
REVOKE EXECUTE ON FUNCTION rowhouse.import_progress() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.import_progress() TO rowhouse_user, rowhouse_admin;
ALTER VIEW rowhouse.import_progress OWNER TO rowhouse_owner;
GRANT SELECT ON rowhouse.import_progress TO rowhouse_user, rowhouse_admin;

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

CREATE FUNCTION rowhouse.import_stage(target text, content bytea, options jsonb DEFAULT '{}') RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_import_stage';
COMMENT ON FUNCTION rowhouse.import_stage(text, bytea, jsonb) IS
    'A preview that is kept: returns what import_preview does, with the id of a batch that is held until import_start(batch) or import_run(batch). Its findings are those of import_errors, its cells can be corrected with import_edit. options and errors as import_run.';

CREATE FUNCTION rowhouse.import_edit(batch uuid, record bigint, column_name text, value text) RETURNS jsonb
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_import_edit';
COMMENT ON FUNCTION rowhouse.import_edit(uuid, bigint, text, text) IS
    'Corrects a cell of a held batch, the column given by its name in the file or in the target; NULL for an empty cell. Only that record is checked again, and, where the column is part of a key, which rows of the file are first with theirs. Returns {record, valid_rows, invalid_rows, codes, findings}: those of the record. The upload itself stays as it came. Errors: 28000, 42501, P0002 no such batch or record, 42703 no such column, 55000 the batch is not held, 22004. rowhouse_user; those who may import into the target, and of them all but admins their own batches.';

CREATE FUNCTION rowhouse.import_start(batch uuid) RETURNS uuid
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_start_held';
COMMENT ON FUNCTION rowhouse.import_start(uuid) IS
    'Starts a held batch in the background, as import_start of a file. Errors: 28000, 42501, P0002, 55000 the batch is not held. NULL for NULL. rowhouse_user; as import_edit.';

CREATE FUNCTION rowhouse.import_run(batch uuid) RETURNS jsonb
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_run_held';
COMMENT ON FUNCTION rowhouse.import_run(uuid) IS
    'Runs a held batch in this transaction, as import_run of a file. Errors: 28000, 42501, P0002, 55000 the batch is not held. NULL for NULL. rowhouse_user; as import_edit.';

CREATE FUNCTION rowhouse.import_cancel(batch uuid) RETURNS jsonb
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_cancel';
COMMENT ON FUNCTION rowhouse.import_cancel(uuid) IS
    'Stops a batch at its next chunk, or at once where nobody works on it; what was written stays (see import_undo). Does nothing to a batch at its end. Returns what import_status does. Errors: 28000, 42501, P0002. NULL for NULL. rowhouse_user; admins, owners and super admins, others for their own batches.';

CREATE FUNCTION rowhouse.import_undo(batch uuid) RETURNS jsonb
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_undo';
COMMENT ON FUNCTION rowhouse.import_undo(uuid) IS
    'Takes back what a batch has written, as long as the batch is kept: removes what it inserted, restores what it updated. A row that was changed since, or cannot be removed, is left alone and named. Returns {removed, restored, refused, refused_rows: [{row, reason}]}, the first 100 of them; row is the primary key. Errors: 28000, 42501, P0002, 55000 nothing to undo, undone before or no primary key. NULL for NULL. rowhouse_user; as import_cancel, with the role that the target asks for.';

CREATE FUNCTION rowhouse.import_resume() RETURNS integer
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_import_resume';
COMMENT ON FUNCTION rowhouse.import_resume() IS
    'Starts background processes for batches that wait for one or were interrupted, by a crash or a restart of the server: they go on behind the last chunk that was committed. Returns how many were started; with a busy server others stay waiting. Calling it twice does no harm. In an organization its own batches, for admins; without one those of all, for operators and rowhouse_upkeep. Errors: 28000, 42501. rowhouse_user and rowhouse_admin.';

CREATE FUNCTION rowhouse.import_status(batch uuid) RETURNS jsonb
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_status';
COMMENT ON FUNCTION rowhouse.import_status(uuid) IS
    'Where a batch is: {"id","target","status","file_name","total_rows","processed_rows","inserted","updated","skipped","failed","progress","created_at","started_at","finished_at","error"}; progress goes from 0 to 100 and counts the rows that are written but not committed yet, as with all_or_nothing; error is null unless status is failed. Errors: 28000, 42501, P0002 no such batch in this organization. NULL for NULL. Each call sees what was committed by then. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_errors(batch uuid, after bigint DEFAULT 0, max_rows integer DEFAULT 100, code text DEFAULT NULL)
    RETURNS SETOF rowhouse.import_errors
    LANGUAGE c VOLATILE ROWS 100 AS 'MODULE_PATHNAME', 'rowhouse_import_errors';
COMMENT ON FUNCTION rowhouse.import_errors(uuid, bigint, integer, text) IS
    'A page of the findings of a batch, those with seq > after, in the order of seq, at most max_rows. Errors: 28000, 42501, P0002 no such batch in this organization, 22023 max_rows is negative. No rows for NULL. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_error_file(batch uuid) RETURNS text
    LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rowhouse_import_error_file';
COMMENT ON FUNCTION rowhouse.import_error_file(uuid) IS
    'The failed records of a batch as CSV with a byte order mark: the columns of the upload in their order, then _line, _codes and _messages, every cell quoted and neutralised against formulas. Corrected, it can be uploaded as it is. Errors: 28000, 42501, P0002 no such batch in this organization. NULL for NULL. rowhouse_user; owners, admins and super admins.';

CREATE FUNCTION rowhouse.import_history(max_rows integer DEFAULT 50, target text DEFAULT NULL) RETURNS SETOF jsonb
    LANGUAGE c VOLATILE ROWS 50 AS 'MODULE_PATHNAME', 'rowhouse_import_history';
COMMENT ON FUNCTION rowhouse.import_history(integer, text) IS
    'The batches of the organization, or those into one target, the newest first, each as import_status gives it. Errors: 28000, 42501, 22023 max_rows is negative. No rows where max_rows is NULL. rowhouse_user; owners, admins and super admins.';

REVOKE EXECUTE ON FUNCTION rowhouse.import_template(text), rowhouse.import_preview(text, bytea, jsonb),
    rowhouse.import_run(text, bytea, jsonb), rowhouse.import_start(text, bytea, jsonb), rowhouse.import_status(uuid),
    rowhouse.import_stage(text, bytea, jsonb), rowhouse.import_edit(uuid, bigint, text, text), rowhouse.import_start(uuid),
    rowhouse.import_run(uuid), rowhouse.import_cancel(uuid), rowhouse.import_undo(uuid), rowhouse.import_resume(),
    rowhouse.import_errors(uuid, bigint, integer, text), rowhouse.import_error_file(uuid), rowhouse.import_history(integer, text)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.import_template(text), rowhouse.import_preview(text, bytea, jsonb),
    rowhouse.import_run(text, bytea, jsonb), rowhouse.import_start(text, bytea, jsonb), rowhouse.import_status(uuid),
    rowhouse.import_stage(text, bytea, jsonb), rowhouse.import_edit(uuid, bigint, text, text), rowhouse.import_start(uuid),
    rowhouse.import_run(uuid), rowhouse.import_cancel(uuid), rowhouse.import_undo(uuid), rowhouse.import_resume(),
    rowhouse.import_errors(uuid, bigint, integer, text), rowhouse.import_error_file(uuid), rowhouse.import_history(integer, text)
    TO rowhouse_user;
GRANT EXECUTE ON FUNCTION rowhouse.import_resume() TO rowhouse_admin;
