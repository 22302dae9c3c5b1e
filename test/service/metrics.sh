# Figures: the service's own, those of the database for who may, and nothing for others.

http GET /metrics
expect "the figures" "$status $(header Content-Type)" "200 text/plain; version=0.0.4; charset=utf-8"
before=$(sed -n 's/^rowhouse_http_requests_total{method="GET",route="\/api\/v1\/me",status="200"} //p' "$work/body")
for attempt in 1 2 3; do http GET /api/v1/me "${as_alice[@]}"; done
http GET /metrics
expect "three requests more" "$(sed -n 's/^rowhouse_http_requests_total{method="GET",route="\/api\/v1\/me",status="200"} //p' "$work/body")" $((${before:-0} + 3))
expect "every line is a comment or a sample" "$(grep -cvE '^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$' "$work/body" || true)" 0
expect "every family is told once" "$(grep '^# TYPE' "$work/body" | sort | uniq -d)" ""
expect "buckets add up" "$(grep -c '^rowhouse_http_request_duration_seconds_bucket{method="GET",route="/api/v1/me",le="+Inf"}' "$work/body")" 1
expect "the database's figures" "$(grep -cE '^rowhouse_(database_figures 1|sync_missing 0|import_queue_length 0|import_batches\{status="completed"\} [0-9]+)$' "$work/body")" 4
expect "nobody's name or address" "$(grep -c "$run_id" "$work/body" || true)" 0

main_base=$base
start_service "$work/log.metrics" --metrics-networks 192.0.2.0/24 --trusted-proxies 127.0.0.1
base=$service_address
http GET /metrics
problem "not for everybody" 404 not_found
http GET /metrics -H 'X-Forwarded-For: 192.0.2.200'
expect "for a network that may" "$status" 200
http GET /metrics -H 'X-Forwarded-For: 192.0.3.1'
problem "not for the one beside it" 404 not_found
http GET /metrics -H 'X-Forwarded-For: 192.0.2.200' -H 'X-Forwarded-For: 192.0.3.1'
problem "nor where a proxy has put a header beside the client's own" 404 not_found
base=$main_base
for header in 'X-Forwarded-For: 127.0.0.1' 'Forwarded: for=127.0.0.1' 'X-Real-IP: 203.0.113.1' 'X-Forwarded-Proto: https' 'Via: 1.1 proxy'; do
    http GET /metrics -H "$header"
    problem "nor through a proxy beside the service that nobody has said to trust, ${header%%:*}" 404 not_found
done
admin --command "SET client_min_messages = warning; REVOKE rowhouse_upkeep FROM $service_role"
http GET /metrics
expect "a login of rowhouse_user alone has the service's figures" "$status $(grep '^rowhouse_database_figures' "$work/body") $(grep -c '^rowhouse_import' "$work/body" || true)" "200 rowhouse_database_figures 0 0"
admin --command "GRANT rowhouse_upkeep TO $service_role"
http GET /metrics
expect "and all of them again" "$(grep '^rowhouse_database_figures' "$work/body")" "rowhouse_database_figures 1"
