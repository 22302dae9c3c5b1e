-- Figures about imports, for whoever watches over the database.

CREATE FUNCTION rowhouse.measure_imports() RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        WITH batches AS (
            SELECT b.status, b.created_at, b.processed_rows, b.failed, b.finished_at,
                   b.status = 'failed' AND b.error ~ '\(SQLSTATE [0-9A-Z]{5}\)$' AS by_database,
                   extract(epoch FROM coalesce(b.finished_at, statement_timestamp()) - b.started_at) AS seconds,
                   b.finished_at > statement_timestamp() - interval '1 hour' AS finished,
                   b.finished_at > statement_timestamp() - interval '1 hour' OR b.status = 'processing' AS at_work
            FROM rowhouse.import_batches b
        ), states AS (
            SELECT jsonb_object_agg(s.status, jsonb_build_object('now', s.now, 'hour', s.hour, 'day', s.day)) AS batches
            FROM (SELECT each.status, count(b.status) AS now,
                         count(*) FILTER (WHERE b.created_at > statement_timestamp() - interval '1 hour') AS hour,
                         count(*) FILTER (WHERE b.created_at > statement_timestamp() - interval '24 hours') AS day
                  FROM unnest(enum_range(NULL::rowhouse.importstatus)) each(status) LEFT JOIN batches b USING (status)
                  GROUP BY each.status) s
        ), figures AS (
            SELECT count(*) FILTER (WHERE status = 'pending') AS queue_length,
                   coalesce(extract(epoch FROM statement_timestamp() - min(created_at) FILTER (WHERE status = 'pending')), 0) AS queue_seconds,
                   coalesce(sum(processed_rows) FILTER (WHERE at_work), 0) AS rows,
                   coalesce(sum(processed_rows) FILTER (WHERE at_work) / nullif(sum(seconds) FILTER (WHERE at_work), 0), 0) AS rows_per_second,
                   coalesce(count(*) FILTER (WHERE finished AND status = 'failed')
                            / nullif(count(*) FILTER (WHERE finished AND status <> 'cancelled'), 0)::numeric, 0) AS failure_rate,
                   coalesce(sum(failed) FILTER (WHERE at_work) / nullif(sum(processed_rows) FILTER (WHERE at_work), 0), 0) AS row_failure_rate,
                   -- A batch that has not got over its first row yet has spent all of its time on it.
                   coalesce(max(seconds / greatest(processed_rows, 1)) FILTER (WHERE at_work), 0) AS seconds_per_row,
                   count(*) FILTER (WHERE finished AND by_database) AS failed_tasks,
                   (SELECT count(*) FROM rowhouse.import_limit_hits h WHERE h.at > statement_timestamp() - interval '1 hour') AS limit_hits
            FROM batches
        )
        SELECT jsonb_build_object(
            'batches', s.batches,
            'queue_length', f.queue_length, 'queue_seconds', greatest(round(f.queue_seconds, 3), 0),
            'rows', f.rows, 'rows_per_second', round(f.rows_per_second, 3),
            'failure_rate', round(f.failure_rate, 4), 'row_failure_rate', round(f.row_failure_rate, 4),
            'seconds_per_row', greatest(round(f.seconds_per_row, 6), 0),
            'limit_hits', f.limit_hits, 'failed_tasks', f.failed_tasks,
            'alerts', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'value', round(a.value, 4), 'threshold', a.threshold)
                                                 ORDER BY a.name) FILTER (WHERE a.value > a.threshold), '[]')
                       FROM (VALUES ('failure_rate', f.failure_rate, 0.1), ('seconds_per_row', f.seconds_per_row, 30),
                                    ('limit_hits', f.limit_hits, 20), ('failed_tasks', f.failed_tasks, 0)) a(name, value, threshold)))
        FROM figures f CROSS JOIN states s;
    END;
COMMENT ON FUNCTION rowhouse.measure_imports() IS 'The work of import_metrics(), without asking who calls. rowhouse''s own functions only.';

CREATE FUNCTION rowhouse.import_metrics() RETURNS jsonb
    LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'rowhouse_import_metrics';
COMMENT ON FUNCTION rowhouse.import_metrics() IS
    'Figures about the imports of all organizations; numbers, never null: {batches: {status: {now, hour, day}}, queue_length, queue_seconds, rows, rows_per_second, failure_rate, row_failure_rate, seconds_per_row, limit_hits, failed_tasks, alerts}. batches: how many there are in each state, and of them those uploaded in the last hour and day; queue: batches pending, and the age of the oldest; rows and the following: batches that ended in the last hour or are at work; failure_rate: batches that failed, of those that ended in the last hour, cancelled ones apart; row_failure_rate: rows that failed, of those processed; seconds_per_row: of the slowest batch; limit_hits: of the last hour; failed_tasks: batches that an error of the database ended in the last hour. alerts: [{name, value, threshold}] for what is over its threshold: failure_rate 0.1, seconds_per_row 30, limit_hits 20, failed_tasks 0. Errors: 28000, 42501. STABLE; rowhouse_admin, rowhouse_upkeep, and super admins with rowhouse_user.';

REVOKE EXECUTE ON FUNCTION rowhouse.measure_imports(), rowhouse.import_metrics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.measure_imports() TO rowhouse_system;
GRANT EXECUTE ON FUNCTION rowhouse.import_metrics() TO rowhouse_user, rowhouse_admin;
