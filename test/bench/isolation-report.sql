-- What test/bench/isolation measured, as tables. Ratios are medians of the ratios of each round, so
-- that a slow moment of the machine falls on both sides; times are medians.
\pset footer off
WITH measured AS (
    SELECT r.measure, r.variant, r.microseconds, r.microseconds / base.microseconds AS ratio
    FROM bench.result r
    JOIN bench.result base ON base.measure = r.measure AND base.round = r.round AND base.variant = 'where'
), medians AS (
    SELECT measure, variant, percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds) AS microseconds,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio) AS ratio
    FROM measured GROUP BY measure, variant
), cells AS (
    SELECT measure, variant,
           to_char(ratio, 'FM990.00') || ' (' ||
           CASE WHEN microseconds >= 10000 THEN to_char(microseconds / 1000, 'FM9990') || ' ms'
                WHEN microseconds >= 1000 THEN to_char(microseconds / 1000, 'FM990.0') || ' ms'
                ELSE to_char(microseconds, 'FM990.0') || ' µs' END || ')' AS cell
    FROM medians
)
SELECT measure AS "work", max(cell) FILTER (WHERE variant = 'rowhouse') AS "rowhouse",
       max(cell) FILTER (WHERE variant = 'where') AS "WHERE by hand",
       max(cell) FILTER (WHERE variant = 'select') AS "(SELECT auth_org())",
       max(cell) FILTER (WHERE variant = 'setting') AS "current_setting()",
       max(cell) FILTER (WHERE variant = 'function') AS "auth_org()"
FROM cells GROUP BY measure
ORDER BY array_position(string_to_array(:'measures', ';'), measure);

WITH taken AS (
    SELECT r.measure, r.microseconds - base.microseconds AS microseconds
    FROM bench.result r
    JOIN bench.result base ON base.round = r.round AND base.measure = 'token: none'
    WHERE r.variant = 'session' AND r.measure <> 'token: none'
)
SELECT regexp_replace(measure, '^token: ', 'token ') AS "once per transaction",
       to_char(percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds), 'FM990.0') || ' µs' AS "time"
FROM taken GROUP BY measure
ORDER BY array_position(ARRAY['token: current_setting', 'token: known', 'token: known, names the organization'], measure);
