-- What happens to batches besides importing: each change of state is announced, and old ones go.

CREATE FUNCTION rowhouse.announce_batch() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Ids alone: whoever can connect may listen.
    PERFORM pg_notify('rowhouse_imports', json_build_object('batch', NEW.id, 'status', NEW.status)::text);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION rowhouse.announce_batch() IS
    'Row trigger of rowhouse.import_batches: NOTIFY rowhouse_imports with {"batch", "status"} once the transaction has committed, for each change of state and each chunk. VOLATILE.';
CREATE TRIGGER announce_new_batch AFTER INSERT ON rowhouse.import_batches
    FOR EACH ROW EXECUTE FUNCTION rowhouse.announce_batch();
CREATE TRIGGER announce_batch AFTER UPDATE OF status, processed_rows ON rowhouse.import_batches
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.processed_rows <> NEW.processed_rows) EXECUTE FUNCTION rowhouse.announce_batch();

CREATE FUNCTION rowhouse.purge_imports() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    DELETE FROM rowhouse.import_limit_hits h
    WHERE h.at < clock_timestamp() - (rowhouse.import_limits(NULL) ->> 'retention')::interval;
    -- What somebody is just working on is passed over: it goes the next time.
    DELETE FROM rowhouse.import_batches b WHERE b.id IN (
        SELECT old.id
        FROM rowhouse.organizations o
        CROSS JOIN LATERAL (SELECT clock_timestamp() - (rowhouse.import_limits(o.id) ->> 'retention')::interval AS mark OFFSET 0) keep
        JOIN rowhouse.import_batches old ON old.organization_id = o.id
        WHERE coalesce(old.finished_at, CASE WHEN old.status <> 'processing' THEN old.created_at END) < keep.mark
        FOR UPDATE OF old SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
COMMENT ON FUNCTION rowhouse.purge_imports() IS 'The work of import_purge(), without asking who calls. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.import_purge() RETURNS bigint
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'rowhouse_import_purge';
COMMENT ON FUNCTION rowhouse.import_purge() IS
    'Deletes the batches of all organizations that are older than the retention of their organization (set_import_limits), with their findings and the uploaded file, and returns how many: counted from the time a batch ended, or from the upload for one that was never begun. One that is being processed stays, and so does one that somebody has locked. Also limit hits older than the retention of all. To be called once a day or so. Errors: 28000, 42501. VOLATILE; rowhouse_admin, and super admins with rowhouse_user.';

GRANT DELETE ON rowhouse.import_batches TO rowhouse_system;
REVOKE EXECUTE ON FUNCTION rowhouse.announce_batch(), rowhouse.purge_imports(), rowhouse.import_purge() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.purge_imports() TO rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.import_purge() TO rowhouse_user, rowhouse_admin;
