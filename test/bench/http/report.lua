-- What wrk found, in one line: answers in a second, median and 99th percentile in microseconds, and what went wrong.
done = function(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("%.1f %d %d %d\n", summary.requests / (summary.duration / 1e6), latency:percentile(50),
        latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
