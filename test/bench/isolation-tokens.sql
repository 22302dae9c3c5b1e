-- What taking on a token costs, measured by test/bench/isolation: what remains without the work around it.
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
