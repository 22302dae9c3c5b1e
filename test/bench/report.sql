-- What was measured, as a table. Ratios are against variant :baseline, medians of the ratios of each round, so that a slow
-- moment of the machine falls on both sides; times are medians.
\pset footer off
WITH measured AS (
    SELECT r.measure, r.variant, r.microseconds, r.microseconds / base.microseconds AS ratio
    FROM bench.result r
    JOIN bench.result base ON base.measure = r.measure AND base.round = r.round AND base.variant = :'baseline'
), medians AS (
    SELECT measure, variant, percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds) AS microseconds,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio) AS ratio
    FROM measured GROUP BY measure, variant
), cells AS (
    SELECT measure, variant,
           to_char(ratio, 'FM990.00') || ' (' ||
           CASE WHEN microseconds >= 10000000 THEN to_char(microseconds / 1e6, 'FM9990.0') || ' s'
                WHEN microseconds >= 10000 THEN to_char(microseconds / 1000, 'FM9990') || ' ms'
                WHEN microseconds >= 1000 THEN to_char(microseconds / 1000, 'FM990.0') || ' ms'
                ELSE to_char(microseconds, 'FM990.0') || ' µs' END || ')' AS cell
    FROM medians
)
SELECT c.measure AS work, v.title, c.cell, v.position
FROM cells c JOIN bench.variant v USING (variant)
ORDER BY array_position(string_to_array(:'measures', ';'), c.measure)
\crosstabview work title cell position
