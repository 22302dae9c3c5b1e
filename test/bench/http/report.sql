-- Answers in a second, median and 99th percentile, medians over the rounds.
\pset footer off
WITH medians AS (
    SELECT split_part(measure, ';', 1) AS work, split_part(measure, ';', 2) AS kind, variant,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds) AS value
    FROM bench.result WHERE measure LIKE '%;%' GROUP BY 1, 2, 3
), cells AS (
    SELECT work, variant,
           to_char(max(value) FILTER (WHERE kind = 'rate'), 'FM999,990') || '/s, ' ||
           to_char(max(value) FILTER (WHERE kind = 'p50') / 1000, 'FM9990.00') || ' ms, ' ||
           to_char(max(value) FILTER (WHERE kind = 'p99') / 1000, 'FM9990.00') || ' ms' AS cell
    FROM medians GROUP BY work, variant
)
SELECT c.work, v.title, c.cell, v.position
FROM cells c JOIN bench.variant v USING (variant)
ORDER BY array_position(string_to_array(:'measures', ';'), c.work)
\crosstabview work title cell position
SELECT measure AS "1,000 uploads at once, 50 rows each",
       to_char(percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds) / 1e6, 'FM990.00') || ' s' AS "time"
FROM bench.result WHERE measure NOT LIKE '%;%' GROUP BY measure ORDER BY array_position(string_to_array(:'measures', ';'), measure);
