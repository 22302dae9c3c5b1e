# Profile sync from outside: the command line, /admin/users, and the verification before the service listens.

# shellcheck source=command_tools
. "$here/command_tools"

# ---- tools of this file ----------------------------------------------------------------------------------------------

# unnoticed: SQL on stdin whose changes of accounts no trigger sees
unnoticed() { { echo "SET session_replication_role = replica;" && cat; } | admin; }

# plant_missing NAME...: accounts without a profile
plant_missing() {
    local name
    for name in "$@"; do
        echo "INSERT INTO rowhouse.accounts (email, password_hash) VALUES ('$name@$run_id.example', '-');"
    done | unnoticed
}
account_of() { admin --command "SELECT id FROM rowhouse.accounts WHERE email = '$1@$run_id.example'"; }

# plant_drift PREFIX: 3 missing, 2 orphaned, 4 stale
plant_drift() {
    local number
    for number in 1 2; do sign_up "$1-orphan-$number" >"$work/ignored"; done
    for number in 1 2 3 4; do sign_up "$1-stale-$number" >"$work/ignored"; done
    plant_missing "$1-missing-1" "$1-missing-2" "$1-missing-3"
    unnoticed <<SQL
DELETE FROM rowhouse.accounts WHERE email LIKE '$1-orphan-%@$run_id.example';
UPDATE rowhouse.accounts SET full_name = 'renamed' WHERE email LIKE '$1-stale-%@$run_id.example';
SQL
}
drift='.missing == 3 and .orphaned == 2 and .stale == 4 and .failed == 0'
no_drift='.missing == 0 and .orphaned == 0 and .stale == 0 and .failed == 0'

repair_triggers() { admin --command "SELECT rowhouse.attach_profiles('rowhouse.accounts')" >"$work/ignored"; }

# begin_service LOG FLAGS: like start_service, without waiting for it to listen; $service_pid
begin_service() {
    local log=$1
    shift
    : >"$log"
    DATABASE_URL=${service_url:-$ROWHOUSE_TEST_URL} "$ROWHOUSE_BIN" serve --listen 127.0.0.1:0 "$@" 2>>"$log" &
    service_pid=$!
    started+=("$service_pid")
}
has_event() { jq -e --slurp "any(.event == \"$2\")" "$1" >"$work/ignored" 2>&1; }

operator=$(sign_up operator)
secrets+=("$operator")
as_operator=(-H "Authorization: Bearer $operator")
admin --command "SELECT rowhouse.set_super_admin('operator@$run_id.example')" >"$work/ignored"

# ---- all is well -----------------------------------------------------------------------------------------------------

rowhouse sync run # whatever a run before this one has left
expect "a first run" "$code" 0
rowhouse sync status
expect "status: healthy" "$code" 0
expect_match "the table ends in 100%" "$(tail -n 1 "$work/out")" ' 100%$'
expect_match "a line for the source" "$(grep accounts "$work/out" | tail -n 1)" '^rowhouse\.accounts +yes +[1-9]'
rowhouse sync status --json
expect "status in JSON: healthy" "$code" 0
prints "the shape of the seed" '.status == "healthy" and .missing_profiles == 0 and .sync_percentage == 100
    and (.total_auth_users | type == "number") and (.total_profiles | type == "number") and (.sources | type == "array")'
rowhouse verify
expect "verify: passed" "$code" 0
expect "no check failed" "$(grep -c '^FAILED' "$work/out" || true)" 0
expect_match "a check that passed" "$(cat "$work/out")" 'passed +triggers of rowhouse\.accounts'
rowhouse verify --json
prints "verify in JSON" '.passed == true and (.checks | length > 3) and all(.checks[]; .check and has("passed") and has("detail"))'

http GET /admin/users/health-check
expect "health-check, by nobody" "$status" 200
holds "the shape of the seed" '.status == "healthy" and .database == "connected" and .timestamp
    and .user_sync.status == "healthy" and .user_sync.sync_percentage == 100 and (.user_sync | has("sources") | not)
    and .services == {"database": "connected", "auth": "operational", "triggers": "active"}'
expect "the text that monitors look for" "$(grep -cF '"missing_profiles": 0' "$work/body" || true)" 1
http GET /health
expect "health holds it, too" "$(grep -cF '"missing_profiles": 0' "$work/body" || true)" 1
expect "and the text of its own" "$(grep -cF '"status": "healthy"' "$work/body" || true)" 1

# ---- drift: counted, repaired once, and then there is nothing to do ----------------------------------------------------

plant_drift cli
rowhouse sync status
expect "status: degraded" "$code" 1
expect "the table does not end in 100%" "$(tail -n 1 "$work/out" | grep -c ' 100%$' || true)" 0
rowhouse sync status --json
expect "status in JSON: degraded" "$code" 1
prints "what was planted is counted" '.status == "degraded" and .missing_profiles == 3 and .orphaned == 2 and .stale == 4'
http GET /admin/users/health-check
expect "health-check tells, and answers" "$status $(field '.status + " " + .user_sync.status')" "200 degraded degraded"
expect "monitors no longer find their text" "$(grep -cF '"missing_profiles": 0' "$work/body" || true)" 0
http GET /admin/users/sync "${as_operator[@]}"
expect "status over HTTP" "$status" 200
holds "counts the same" '.missing_profiles == 3 and .orphaned == 2 and .stale == 4 and (.sources | length > 0)'

for _ in 1 2; do # the first has written nothing
    rowhouse sync run --dry-run --json
    expect "a dry run" "$code" 0
    prints "counts what it would do" ".dry_run and $drift and .next == null"
done
http POST /admin/users/sync "${as_operator[@]}" -d '{"dry_run": true}'
expect "a dry run over HTTP" "$status" 200
holds "counts the same" ".dry_run and $drift"

rowhouse sync run
expect "the run" "$code" 0
expect "tells what it did" "$(tr -s ' ' <"$work/out" | tr '\n' ';')" 'repaired:;missing 3;stale 4;orphaned 2;joined 0;failed 0;'
expect "and nothing else" "$(cat "$work/err")" ""
rowhouse sync run --json
prints "a second run finds nothing" "$no_drift"
rowhouse sync status
expect "status: healthy again" "$code $(tail -n 1 "$work/out" | grep -o '[0-9]*%$')" "0 100%"

plant_drift http
after=null
sums='{"missing": 0, "stale": 0, "orphaned": 0, "failed": 0}'
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do # 9 faults, 2 at a time
    http POST /admin/users/sync "${as_operator[@]}" -d "{\"max_rows\": 2, \"after\": $after}"
    expect "a piece over HTTP" "$status" 200
    sums=$(jq --argjson sums "$sums" '. as $piece | $sums | with_entries(.value += $piece[.key])' "$work/body")
    after=$(field '.next | tojson')
    if [[ $after == null || $status != 200 ]]; then break; fi
done
expect "the pieces add up" "$(jq "$drift" <<<"$sums")" true
http POST /admin/users/sync "${as_operator[@]}"
expect "without a body: everything" "$status" 200
holds "nothing is left" "$no_drift and .next == null"

# ---- an account that cannot be repaired ------------------------------------------------------------------------------

admin --command "ALTER TABLE rowhouse.user_profiles ADD CONSTRAINT service_test CHECK (email <> 'broken@$run_id.example') NOT VALID"
plant_missing broken sound
rowhouse sync run
expect "a run with a failure" "$code" 1
expect "the other one is repaired" "$(tr -s ' ' <"$work/out" | grep -cxE 'missing 1|failed 1' || true)" 2
expect "and where the reason is" "$(grep -c rowhouse.profile_sync_failures "$work/out" || true)" 1
admin --command "ALTER TABLE rowhouse.user_profiles DROP CONSTRAINT service_test"
rowhouse sync run --json
expect "a run without the cause" "$code" 0
prints "repairs it" '.missing == 1 and .failed == 0'
rowhouse sync status
expect "and its failure is gone" "$code" 0

# ---- a table of accounts that cannot be read -------------------------------------------------------------------------

admin >"$work/ignored" <<'SQL'
CREATE TABLE public.service_test_users (id uuid PRIMARY KEY, email text);
SELECT rowhouse.attach_profiles('public.service_test_users');
ALTER TABLE public.service_test_users RENAME email TO mail;
SQL
plant_missing beside-it
rowhouse sync run
expect "a run without that table" "$code" 1
expect "repairs the others" "$(tr -s ' ' <"$work/out" | grep -cx 'missing 1' || true)" 1
expect_match "and says what is wrong" "$(cat "$work/out")" 'service_test_users could not be read: .*email.* \(42703\)'
rowhouse sync run --dry-run --json
expect "a dry run, too" "$code $(jq '.unreadable | length' "$work/out")" "1 1"
rowhouse sync status
expect "status: degraded" "$code $(grep -A 1 'service_test_users' "$work/out" | grep -c '^  error: .*email')" "1 1"
rowhouse verify
expect "verify: failed" "$code $(grep -c '^FAILED *columns of .*service_test_users ' "$work/out")" "1 1"
admin >"$work/ignored" <<'SQL'
ALTER TABLE public.service_test_users RENAME mail TO email;
SQL
rowhouse sync status
expect "all is well when the column is back" "$code" 0
admin >"$work/ignored" <<'SQL'
SELECT rowhouse.detach_profiles('public.service_test_users');
DROP TABLE public.service_test_users;
SQL

# ---- one profile -----------------------------------------------------------------------------------------------------

plant_missing one-1 one-2
one=$(account_of one-1)
http POST "/admin/users/$one/profile" "${as_operator[@]}"
expect "a profile over HTTP" "$status" 200
holds "is made" ".created == true and .user_id == \"$one\" and .email == \"one-1@$run_id.example\" and .role == \"user\""
http POST "/admin/users/$one/profile" "${as_operator[@]}" -d '{"role": "admin"}'
holds "a second time it is there, the role is not" '.created == false and .role == "super_admin"'
http POST "/admin/users/$one/profile" "${as_operator[@]}" -d '{"role": "king"}'
problem "a role that is none" 422 22023
one=$(account_of one-2)
rowhouse sync create-profile "$one" --role admin
expect "a profile from the command line" "$code" 0
expect_match "is told" "$(tr -s ' ' <"$work/out" | tr '\n' ';')" "^user_id $one;email one-2@$run_id.example;.*role super_admin;status active;created now;"
rowhouse sync create-profile --role=user "$one" --json
prints "in JSON, with another role" '.created == false and .role == "user"'
rowhouse sync create-profile "$one" --role king
expect "a role that is none" "$code" 1
nobody=00000000-0000-4000-8000-000000000000
rowhouse sync create-profile "$nobody"
expect "no such account" "$code" 1
expect_match "is said" "$(cat "$work/err")" "^rowhouse: .*$nobody.*P0002"
http POST "/admin/users/$nobody/profile" "${as_operator[@]}"
problem "no such account" 404 P0002

# ---- who may ---------------------------------------------------------------------------------------------------------

plant_missing guarded
guarded=$(account_of guarded)
while read -r method path; do
    http "$method" "$path"
    problem "$method $path by nobody" 401 28000
    http "$method" "$path" -H 'Authorization: Bearer x.y.z'
    problem "$method $path with rubbish" 401 28000
    http "$method" "$path" "${as_alice[@]}"
    problem "$method $path by the owner of an organization" 403 42501
done <<TABLE
GET /admin/users/sync
POST /admin/users/sync
POST /admin/users/$guarded/profile
TABLE
expect "they have changed nothing" "$(admin --command "SELECT count(*) FROM rowhouse.user_profiles WHERE user_id = '$guarded'")" 0
http POST /admin/users/nobody/profile "${as_operator[@]}"
problem "an id that is no uuid" 404 not_found
http DELETE /admin/users/sync "${as_operator[@]}"
problem "wrong method" 405 method_not_allowed
expect "what is allowed" "$(header Allow)" "GET, HEAD, POST"
while read -r code wanted body; do
    http POST /admin/users/sync "${as_operator[@]}" -d "$body"
    problem "the body $body" "$wanted" "$code"
done <<'TABLE'
malformed_json 400 {
invalid_body 422 []
invalid_field 422 {"dry_run":[]}
invalid_field 422 {"after":7}
22P02 422 {"dry_run":"perhaps"}
22P02 422 {"max_rows":1.5}
22003 422 {"max_rows":99999999999}
22023 422 {"max_rows":0}
22P02 422 {"after":"x"}
TABLE
admin --command "SELECT rowhouse.set_super_admin('operator@$run_id.example', false)" >"$work/ignored"
http GET /admin/users/sync "${as_operator[@]}"
problem "an operator no longer" 403 42501
admin --command "SELECT rowhouse.set_super_admin('operator@$run_id.example')" >"$work/ignored"

rowhouse_url=$ROWHOUSE_TEST_URL
rowhouse sync status
expect "the login of the service may look" "$code $(head -n 1 "$work/out" | tr -s ' ')" "1 status degraded"
rowhouse verify
expect "and verify" "$code" 0
rowhouse sync run
expect "but not repair" "$code" 1
expect_match "and learns who may" "$(cat "$work/err")" 'member of rowhouse_admin'
rowhouse sync create-profile "$guarded"
expect "nor make profiles" "$code" 1
rowhouse_url=
rowhouse sync create-profile "$guarded" --json
prints "it was missing all the time" '.created == true'

# ---- wrong usage, and no way in --------------------------------------------------------------------------------------

while IFS='|' read -r words wanted; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words
    expect "usage: $words" "$code" 2
    expect_match "usage: $words" "$(cat "$work/err")" "^rowhouse: .*$wanted"
done <<'TABLE'
sync|sync status, sync run, sync create-profile
sync stat|sync status, sync run, sync create-profile
sync run now|unexpected argument "now"
sync run --dryrun|unknown argument "--dryrun"
sync status --dry-run|unknown argument "--dry-run"
sync create-profile|id is missing
sync create-profile me|must be a uuid
sync create-profile --role|--role needs a value
verify --json=yes|unknown argument "--json"
verify --connect-timeout soon|--connect-timeout must be a whole number
TABLE
for words in "sync status" "sync run" "sync create-profile" verify serve; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words --help
    expect "help: $words" "$code" 0
    expect_match "help: $words" "$(head -n 1 "$work/out")" "^usage: rowhouse $words"
    expect "help of $words: exit codes and the database" "$(grep -cE '[Ee]xit code|--database' "$work/out")" 2
done
rowhouse_url="postgresql://nobody:Plain-$run_id@127.0.0.1:1/nowhere"
for words in "sync status" "sync run" verify; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words --json
    expect "no database: $words" "$code" 1
    expect_match "no database: $words" "$(cat "$work/err")" '^rowhouse: connection to server at "127.0.0.1"'
    expect "no database, no password: $words" "$(cat "$work/out" "$work/err" | grep -c "Plain-$run_id" || true)" 0
done
rowhouse_url=
code=0
DATABASE_URL=$ROWHOUSE_TEST_ADMIN_URL "$ROWHOUSE_BIN" verify >/dev/full 2>"$work/err" || code=$?
expect "an answer that cannot be written is no answer" "$code" 1

# ---- the scripts of the seed, with the name changed ------------------------------------------------------------------

mkdir "$work/bin"
ln -s "$ROWHOUSE_BIN" "$work/bin/rowhouse"
cat >"$work/daily" <<'SCRIPT'
echo "Running daily health check..."

if curl -f $API/health > /dev/null 2>&1; then
    echo "API health check passed"
else
    echo "API health check failed"
    exit 1
fi

if rowhouse sync status --json | jq -e '.missing_profiles == 0' > /dev/null; then
    echo "User sync status healthy"
else
    echo "User sync issues detected, running sync..."
    rowhouse sync run
fi

echo "Daily health check completed"
SCRIPT
cat >"$work/weekly" <<'SCRIPT'
set -e
rowhouse sync run --dry-run
rowhouse verify
echo "Weekly maintenance completed"
SCRIPT
seed_script() {
    code=0
    PATH=$work/bin:$PATH API=$base DATABASE_URL=$ROWHOUSE_TEST_ADMIN_URL bash "$work/$1" >"$work/out" 2>&1 || code=$?
}
seed_script daily
expect "daily, all well" "$code $(sed -n 3p "$work/out")" "0 User sync status healthy"
plant_missing daily
seed_script weekly
expect "weekly" "$code $(tail -n 1 "$work/out")" "0 Weekly maintenance completed"
expect "weekly counts what is missing" "$(tr -s ' ' <"$work/out" | grep -c '^missing 1$' || true)" 1
seed_script daily
expect "daily, with a fault" "$code $(sed -n 3p "$work/out")" "0 User sync issues detected, running sync..."
seed_script daily
expect "daily, the next day" "$code $(sed -n 3p "$work/out")" "0 User sync status healthy"

# ---- a long run: progress, and an end when it is asked to ------------------------------------------------------------

unnoticed <<SQL
INSERT INTO rowhouse.accounts (email, password_hash) SELECT format('many-%s@$run_id.example', i), '-' FROM generate_series(1, 25000) i;
SQL
rowhouse sync run --dry-run --json
prints "a dry run in pieces" '.missing == 25000 and .next == null'
hold_lock rowhouse.user_profiles
DATABASE_URL=$ROWHOUSE_TEST_ADMIN_URL "$ROWHOUSE_BIN" sync run --json >"$work/out" 2>"$work/err" &
run_pid=$!
started+=("$run_pid")
if until_true 10 lock_awaited rowhouse.user_profiles; then pass; else fail "the run does not wait for the lock"; fi
kill -INT "$run_pid"
ended "$run_pid"
expect "SIGINT ends a run" "$code" 130
expect_match "which says so" "$(cat "$work/err")" '^rowhouse: interrupted'
prints "and what it has done" "$no_drift"
if until_true 10 nobody_waits rowhouse.user_profiles; then pass; else fail "its statement goes on in the database"; fi
release_lock
DATABASE_URL=$ROWHOUSE_TEST_ADMIN_URL script --quiet --return --command "'$ROWHOUSE_BIN' sync run" "$work/terminal" >"$work/ignored" </dev/null
expect "a run on a terminal" "$(tr -s ' ' <"$work/terminal" | grep -oE 'missing [0-9]+')" "missing 25000"
expect "shows how far it is" "$(grep -oE 'so far: [0-9]+' "$work/terminal" | tr -dc '0-9\n' | tr '\n' ' ')" "10000 20000 25000 "
unnoticed <<SQL
DELETE FROM rowhouse.user_profiles WHERE email LIKE 'many-%@$run_id.example';
DELETE FROM rowhouse.accounts WHERE email LIKE 'many-%@$run_id.example';
SQL
rowhouse sync status
expect "all is well" "$code" 0

# ---- before the service listens --------------------------------------------------------------------------------------

expect "the service has verified first" "$(head -n 2 "$work/log" | jq -r .event | tr '\n' ' ')" "startup_verified listening "

admin --command "DROP TRIGGER on_auth_user_created ON rowhouse.accounts"
rowhouse verify
expect "verify: a trigger is gone" "$code" 1
expect "the check has a name" "$(grep -c '^FAILED *triggers of rowhouse.accounts ' "$work/out" || true)" 1
rowhouse verify --json
expect "the same in JSON" "$code" 1
prints "the same in JSON" '.passed == false and any(.checks[]; .check == "triggers of rowhouse.accounts" and .passed == false)'
began=$SECONDS
begin_service "$work/log.fault" --pre-startup-test-timeout 2
ended "$service_pid"
expect "the service does not start" "$code" 1
if ((SECONDS - began <= 5)); then pass; else fail "it took $((SECONDS - began)) s to give up"; fi
expect "it names the check" "$(jq -r 'select(.event == "startup_check_failed" and .level == "error").message' "$work/log.fault" | grep -c '^triggers of rowhouse.accounts: ')" 1
expect "it never listened" "$(grep -c '"listening"' "$work/log.fault" || true)" 0
SKIP_PRE_STARTUP_TESTS=true start_service "$work/log.skipped"
expect "unless it is told to skip that" "$(jq -r .event "$work/log.skipped" | tr '\n' ' ')" "startup_checks_skipped listening "
kill -TERM "$service_pid"
ended "$service_pid"
begin_service "$work/log.stopped"
if until_true 10 has_event "$work/log.stopped" startup_check_failed; then pass; else fail "no failed check is logged"; fi
kill -TERM "$service_pid"
ended "$service_pid"
expect "SIGTERM ends the waiting" "$code $(jq -r .event "$work/log.stopped" | tail -n 1)" "0 stopped"
begin_service "$work/log.patient"
if until_true 10 has_event "$work/log.patient" startup_check_failed; then pass; else fail "no failed check is logged"; fi
repair_triggers
if until_true 10 has_event "$work/log.patient" listening; then pass; else fail "it does not start when the trigger is back"; fi
expect "each fault is logged once" "$(jq -r 'select(.event == "startup_check_failed").message' "$work/log.patient" | sort | uniq --repeated)" ""
kill -TERM "$service_pid"
ended "$service_pid"
expect "and ends in order" "$code" 0
rowhouse verify
expect "verify: repaired" "$code" 0

service_url="postgresql://nobody:Plain-$run_id@127.0.0.1:1/nowhere"
began=$SECONDS
begin_service "$work/log.nowhere" --pre-startup-test-timeout 1
ended "$service_pid"
expect "without a database it does not start" "$code $(jq -r .code "$work/log.nowhere" | tail -n 1)" "1 database_unavailable"
if ((SECONDS - began <= 5)); then pass; else fail "it took $((SECONDS - began)) s to give up"; fi
expect "and logs no password" "$(grep -c "Plain-$run_id" "$work/log.nowhere" || true)" 0
service_url=$(sed -E 's,/[^/?]*\?,/postgres?,' <<<"$ROWHOUSE_TEST_URL")
begin_service "$work/log.bare" --pre-startup-test-timeout 0
ended "$service_pid"
expect "nor in a database without the extension" "$code $(jq -r .code "$work/log.bare" | tail -n 1)" "1 extension_missing"
service_url=
