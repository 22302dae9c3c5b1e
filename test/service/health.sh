# Health, readiness, what every answer carries, start and stop.

http GET /health
expect "health" "$status" 200
holds "health document" '.status == "healthy" and .dependencies.database == "connected" and (.uptime | type == "number")'
expect_match "timestamp" "$(field .timestamp)" '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$'
http GET /ready
expect "ready" "$status $(cat "$work/body")" '200 {"status":"ready"}'
http GET /health "${as_alice[@]/$alice/rubbish}"
expect "health does not look at tokens" "$status" 200

# Headers that every answer carries, good or bad.
for path in /health /no/such/path /api/v1/me; do
    http GET "$path"
    expect "$path X-Content-Type-Options" "$(header X-Content-Type-Options)" nosniff
    expect "$path X-Frame-Options" "$(header X-Frame-Options)" SAMEORIGIN
    expect "$path X-XSS-Protection" "$(header X-XSS-Protection)" '1; mode=block'
    expect "$path Referrer-Policy" "$(header Referrer-Policy)" no-referrer-when-downgrade
    expect_match "$path Content-Security-Policy" "$(header Content-Security-Policy)" "^default-src 'self';"
    expect "$path Cache-Control" "$(header Cache-Control)" no-store
    expect_match "$path X-Request-Id" "$(header X-Request-Id)" '^[0-9a-f]{32}$'
done
http GET /health -H 'X-Request-Id: my-own.id_1'
expect "a harmless request id is kept" "$(header X-Request-Id)" my-own.id_1
http GET /health -H 'X-Request-Id: a%0d%0aX-Injected: 1'
expect "an id with a line break is not" "$(header X-Injected)" ""
expect_match "and replaced" "$(header X-Request-Id)" '^[0-9a-f]{32}$'
code=$(curl --silent --head --write-out '%{http_code}' --output "$work/head" "$base/health")
expect "HEAD is GET without a body" "$code" 200

# The database is not there: the service runs, says so, and never shows an error page.
saved_url=$ROWHOUSE_TEST_URL
ROWHOUSE_TEST_URL="postgresql://nobody:Plain-$run_id@127.0.0.1:1/nowhere"
start_service "$work/log.down" --skip-pre-startup-tests true
ROWHOUSE_TEST_URL=$saved_url
main_base=$base
base=$service_address
http GET /health
expect "health without a database" "$status $(field '.status + " " + .dependencies.database')" '503 unhealthy disconnected'
http GET /ready
expect "ready without a database" "$status $(cat "$work/body")" '503 {"status":"starting"}'
http GET /api/v1/me "${as_alice[@]}"
problem "a request without a database" 503 database_unavailable
expect "and when to come back" "$(header Retry-After)" 5
expect "nothing of the connection string is told" "$(grep -cE '127.0.0.1|nobody|nowhere' "$work/body" || true)" 0
expect "nor the password logged" "$(grep -c "Plain-$run_id" "$work/log.down" || true)" 0
kill -INT "$service_pid"
code=0
wait "$service_pid" || code=$?
expect "SIGINT ends the service in order" "$code" 0
base=$main_base

# All connections die; the next requests are served by new ones.
http GET /api/v1/me "${as_alice[@]}"
expect "before the connections die" "$status" 200
admin --command "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = '$service_role'" >"$work/ignored"
for attempt in 1 2 3; do
    http POST /api/v1/auth/login -d "{\"email\":\"alice@$run_id.example\",\"password\":\"$password\"}"
    expect "login $attempt after the connections died" "$status" 200
    secrets+=("$(field .token)")
    http GET /api/v1/me "${as_alice[@]}"
    expect "read $attempt after the connections died" "$status" 200
done

# Wrong settings: a clear word and exit status 2.
usage serve --max-connections none
expect_match "a number that is none" "$usage_answer" '^2 .*--max-connections must be a whole number'
usage serve --listen nowhere
expect_match "an address that is none" "$usage_answer" '^2 .*--listen needs host:port'
usage serve --skip-pre-startup-tests yes
expect_match "a switch that is none" "$usage_answer" '^2 .*must be true or false'
usage serve --no-such-flag 1
expect_match "an unknown flag" "$usage_answer" '^2 .*unknown argument'
usage demolish
expect_match "an unknown subcommand" "$usage_answer" '^2 .*unknown subcommand'
usage serve --database "postgresql://u:hunter2@h/d"
expect_match "a password in the process list" "$usage_answer" '^2 .*must not hold a password'
expect "which is not repeated" "$(grep -c hunter2 "$work/usage" || true)" 0
printf '# a comment\nROWHOUSE_MAX_CONNECTIONS=4\nROWHOUSE_MAX_CONNECTION=4\n' >"$work/wrong.conf"
usage serve --config "$work/wrong.conf"
expect_match "an unknown line of the file" "$usage_answer" '^2 .*wrong.conf:3 .*ROWHOUSE_MAX_CONNECTION"'
usage --version
expect_match "version" "$usage_answer" '^0 rowhouse [0-9]'
usage --help
for name in listen database config log-level max-upload-size max-connections pool-size pool-wait statement-timeout \
    skip-pre-startup-tests pre-startup-test-timeout; do
    expect "--$name is in the help" "$(grep -c -- "--$name " "$work/usage")" 1
done
