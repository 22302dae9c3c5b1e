# Feature flags, registration, environment, the file of another program, reload.

main_base=$base

# The configuration of a product that this service replaces, names of others and a comment behind a value included.
cat >"$work/product.env" <<'CONF'
DATABASE_BACKUP_DIR=/var/backups/kpi-operations
API_BASE_URL=https://yourdomain.com
JWT_SECRET=not-ours-and-not-shown
SMTP_PASS=not-ours-either
ENVIRONMENT=production
LOG_LEVEL=INFO
MAX_UPLOAD_SIZE=1000  # 1 kB
ALLOWED_ORIGINS=https://yourdomain.com
ENABLE_CSV_UPLOAD=true
FEATURE_USER_MANAGEMENT="true" # in quotes
CONF
usage serve --config "$work/product.env" --print-config --listen 127.0.0.1:0 --database 'postgresql://someone@db/app'
cp "$work/usage" "$work/printed"
expect "its settings are taken" "$(grep -E '^(MAX_UPLOAD_SIZE|ALLOWED_ORIGINS|FEATURE_USER)' "$work/printed" | sort | sed 's/  #.*//' | paste -sd' ')" \
    'ALLOWED_ORIGINS=https://yourdomain.com FEATURE_USER_MANAGEMENT=true MAX_UPLOAD_SIZE=1000'
expect "it says where from" "$(grep -c '^MAX_UPLOAD_SIZE=1000  # .*product.env:7: MAX_UPLOAD_SIZE$' "$work/printed")" 1
expect "it names those of others" "$(grep -c '^# SMTP_PASS is none' "$work/printed")" 1
expect "but no value of theirs" "$(grep -c 'not-ours' "$work/printed" || true)" 0
printed=$(DATABASE_URL="postgresql://someone:hunter2@db/app" "$ROWHOUSE_BIN" serve --print-config)
expect "no password is printed" "$(grep -c hunter2 <<<"$printed" || true) $(grep -c 'password=(hidden)' <<<"$printed")" "0 1"

start_service "$work/log.production" --config "$work/product.env" --environment production
base=$service_address
http POST /api/v1/auth/register -d "{\"email\":\"late@$run_id.example\",\"password\":\"$password\"}"
problem "nobody registers in production" 404 not_found
http POST /api/auth/register -d "{\"email\":\"late@$run_id.example\",\"password\":\"$password\"}"
problem "nor under the other path, which is no table" 404 not_found
http GET /openapi.json
holds "and the document does not offer it" '.paths | has("/api/v1/auth/register") | not'
http POST /api/v1/auth/login -d "{\"email\":\"alice@$run_id.example\",\"password\":\"$password\"}"
expect "but logs in" "$status" 200
secrets+=("$(field .token)")
http POST "/api/v1/organizations/$org_a/users/import/preview" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "email$(printf '\n%0990d' 1)"
expect "1,000 bytes are taken" "$status" 200
http POST "/api/v1/organizations/$org_a/users/import/preview" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "email$(printf '\n%0995d' 1)"
problem "and not one more" 413 payload_too_large

# reload: what counts at once, what later, and a mistake
reloaded() { [[ $(jq -r --arg event "$1" 'select(.event == $event).event' "$work/log.production" | wc -l) == "$2" ]]; }
sed -i 's/^MAX_UPLOAD_SIZE=.*/MAX_UPLOAD_SIZE=2000/; s/^ENABLE_CSV_UPLOAD=.*/ENABLE_CSV_UPLOAD=false/' "$work/product.env"
echo 'ROWHOUSE_POOL_SIZE=3' >>"$work/product.env"
kill -HUP "$service_pid"
if until_true 10 reloaded settings_reloaded 1; then pass; else fail "no reload"; fi
expect_match "what counts later is named" "$(jq -r 'select(.event == "settings_reloaded").message' "$work/log.production")" '^from the next start on: ROWHOUSE_POOL_SIZE$'
http POST "/api/v1/organizations/$org_a/users/import/preview" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "email$(printf '\n%0995d' 1)"
problem "no uploads any more" 404 not_found
http POST /api/production/csv-upload "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary 'a'
problem "of no target" 404 not_found
http GET /api/v1/me "${as_alice[@]}"
expect "the rest goes on" "$status" 200
sed -i 's/^ENABLE_CSV_UPLOAD=.*/ENABLE_CSV_UPLOAD=true/' "$work/product.env"
kill -HUP "$service_pid"
if until_true 10 reloaded settings_reloaded 2; then pass; else fail "no second reload"; fi
http POST "/api/v1/organizations/$org_a/users/import/preview" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "email$(printf '\n%0995d' 1)"
expect "uploads again, with the new limit" "$status" 200
echo 'MAX_UPLOAD_SIZE=much' >>"$work/product.env"
kill -HUP "$service_pid"
if until_true 10 reloaded settings_refused 1; then pass; else fail "a mistake was not refused"; fi
http POST "/api/v1/organizations/$org_a/users/import/preview" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "email$(printf '\n%0995d' 1)"
expect "a mistake changes nothing" "$status" 200

start_service "$work/log.features" --feature-user-management false --feature-admin-panel false
base=$service_address
http GET "/api/v1/organizations/$org_a/members" "${as_alice[@]}"
problem "no members" 404 not_found
http GET "/api/v1/organizations/$org_a/users/import/template" "${as_alice[@]}"
problem "no import of users" 404 not_found
http GET /admin/users/sync -H "Authorization: Bearer $root"
problem "no admin panel" 404 not_found
http GET /admin/users/health-check
expect "but its health" "$status" 200
base=$main_base
http GET "/api/v1/organizations/$org_a/members" "${as_alice[@]}"
expect "members where the feature is on" "$status" 200
http GET /admin/users/sync -H "Authorization: Bearer $root"
expect "the admin panel too" "$status" 200
