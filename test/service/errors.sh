# Each kind of refusal, and that it ends when its cause does.

http GET /no/such/path
problem "unknown path" 404 not_found
http GET /api/v1/organizations/%ff/members "${as_alice[@]}"
problem "a path that is no text" 404 not_found
http GET "/api/v1/organizations/$org_a%2Fmembers" "${as_alice[@]}"
problem "an encoded slash is part of its segment" 404 not_found
http DELETE /health
problem "wrong method" 405 method_not_allowed
expect "what is allowed there" "$(header Allow)" "GET, HEAD"
http PUT /api/v1/organizations "${as_alice[@]}" -d '{}'
problem "wrong method with a body" 405 method_not_allowed
expect "what is allowed at organizations" "$(header Allow)" "GET, HEAD, POST"
http OPTIONS /api/v1/auth/login
problem "OPTIONS" 405 method_not_allowed
http TRACE /health
problem "TRACE" 405 method_not_allowed
http GET /health/
problem "a trailing slash is another path" 404 not_found

login=/api/v1/auth/login
for body in '{' '' '{"email":"a@b.example","password":"x"' "{\"email\":\"$(printf '\xff')\"}"; do
    http POST "$login" -d "$body"
    problem "malformed JSON '${body:0:12}'" 400 malformed_json
done
for body in '[]' '"text"' 'null' '7'; do
    http POST "$login" -d "$body"
    problem "JSON that is no object: $body" 422 invalid_body
done
http POST "$login" -d '{"email":7,"password":"x"}'
problem "a number for a string" 422 invalid_field
http POST "$login" -d '{"email":"a@b.example"}'
problem "a missing field" 422 missing_field
http POST "$login" -d '{"email":"a@b.example\u0000","password":"x"}'
problem "a NUL in a field" 422 invalid_text
http GET "/api/v1/organizations/$org_a/members?after=%00" "${as_alice[@]}"
problem "a NUL in the query" 422 invalid_text
http POST "$login" -d "{\"email\":\"' OR 1=1 --\",\"password\":\"x\"}"
expect_match "a quote is a character like any other" "$status" '^(401|422)$'

# A lock that lasts: 504 from the statement timeout, 503 for whoever finds no connection meanwhile.
main_base=$base
start_service "$work/log.narrow" --pool-size 1 --pool-wait 100 --statement-timeout 1500
base=$service_address
credentials="{\"email\":\"alice@$run_id.example\",\"password\":\"$password\"}"
http POST "$login" -d "$credentials"
expect "login before the lock" "$status" 200
secrets+=("$(field .token)")
mkfifo "$work/lock"
admin <"$work/lock" >"$work/ignored" &
lock_pid=$!
exec {lock}>"$work/lock"
echo "BEGIN; LOCK TABLE rowhouse.accounts IN ACCESS EXCLUSIVE MODE;" >&"$lock"
locked() { [[ $(admin --command "SELECT count(*) FROM pg_locks WHERE relation = 'rowhouse.accounts'::regclass AND mode = 'AccessExclusiveLock' AND granted") == 1 ]]; }
if until_true 10 locked; then pass; else fail "the lock is not there"; fi
curl --silent --output "$work/slow" --write-out '%{http_code} %{time_total}' -d "$credentials" "$base$login" >"$work/slow.status" &
slow_pid=$!
waiting() { [[ $(admin --command "SELECT count(*) FROM pg_locks WHERE relation = 'rowhouse.accounts'::regclass AND NOT granted") != 0 ]]; }
if until_true 10 waiting; then pass; else fail "nobody waits for the lock"; fi
http POST "$login" -d "$credentials"
problem "no connection is free" 503 pool_exhausted
expect "when to come back" "$(header Retry-After)" 1
wait "$slow_pid"
expect_match "the waiting request is cut off" "$(cat "$work/slow.status")" '^504 [12]\.'
cp "$work/slow" "$work/body"
expect "with the code of the database" "$(field .code)" 57014
echo "ROLLBACK;" >&"$lock"
exec {lock}>&-
wait "$lock_pid"
http POST "$login" -d "$credentials"
expect "login after the lock" "$status" 200
secrets+=("$(field .token)")

# A request that runs when SIGTERM comes is answered; SIGTERM comes while it waits for a lock.
mkfifo "$work/lock2"
admin <"$work/lock2" >"$work/ignored" &
lock_pid=$!
exec {lock}>"$work/lock2"
echo "BEGIN; LOCK TABLE rowhouse.accounts IN ACCESS EXCLUSIVE MODE;" >&"$lock"
if until_true 10 locked; then pass; else fail "the second lock is not there"; fi
curl --silent --output "$work/slow" --write-out '%{http_code}' -d "$credentials" "$base$login" >"$work/slow.status" &
slow_pid=$!
if until_true 10 waiting; then pass; else fail "nobody waits for the second lock"; fi
kill -TERM "$service_pid"
stopping() { grep -q '"event":"stopping"' "$work/log.narrow"; }
if until_true 10 stopping; then pass; else fail "the service does not stop"; fi
echo "ROLLBACK;" >&"$lock"
exec {lock}>&-
wait "$lock_pid" "$slow_pid"
expect "the running request was answered" "$(cat "$work/slow.status")" 200
secrets+=("$(jq -r .token "$work/slow")")
code=0
wait "$service_pid" || code=$?
expect "and the service ended in order" "$code" 0
base=$main_base

# Every SQLSTATE of the table: a trigger on accounts raises the one that the new address names.
admin >"$work/ignored" <<'SQL'
CREATE FUNCTION public.service_test_raise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'planted message' USING ERRCODE = upper(split_part(NEW.email, '-', 2)),
        DETAIL = 'planted detail', HINT = 'planted hint';
END
$$;
CREATE TRIGGER service_test_raise BEFORE INSERT ON rowhouse.accounts FOR EACH ROW
    WHEN (NEW.email LIKE 'raise-%') EXECUTE FUNCTION public.service_test_raise();
SQL
account() { http POST /api/v1/auth/register -d "{\"email\":\"raise-$1-x@$run_id.example\",\"password\":\"$password\"}"; }
while read -r state wanted again; do
    account "$state"
    problem "SQLSTATE $state" "$wanted" "$state"
    expect "SQLSTATE $state: Retry-After" "$(header Retry-After)" "$again"
    expect "SQLSTATE $state: no detail of the database" "$(grep -cE 'planted detail|PL/pgSQL' "$work/body" || true)" 0
    if ((wanted == 500)); then
        expect "SQLSTATE $state: a generic detail" "$(grep -c planted "$work/body" || true)" 0
        expect "SQLSTATE $state: the message is in the log" \
            "$(jq -r --arg id "$(header X-Request-Id)" 'select(.request_id == $id).message' "$work/log")" "planted message"
    else
        expect "SQLSTATE $state: message and hint" "$(field '.detail + ", " + .hint')" "planted message, planted hint"
    fi
done <<'TABLE'
28000 401
28P01 401
42501 403
P0002 404
22012 422
22P02 422
23503 422
23514 422
44000 422
P0001 422
54000 413
54001 413
25006 503 5
53400 429 60
55000 409
40001 503 1
40P01 503 1
55P03 503 1
57P03 503 5
53300 503 5
57014 504
0A000 501
42P01 500
58030 500
TABLE
admin --command "DROP FUNCTION public.service_test_raise() CASCADE" >"$work/ignored" 2>&1
account 42P01
expect "the same when the trigger is gone" "$status" 201

# A client that goes away has its statement cancelled. What was done in spite of that is not told as undone: one that
# has only closed its own half hears of it, and so does the log.
admin >"$work/ignored" <<'SQL'
CREATE FUNCTION public.service_test_stubborn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seconds int;
BEGIN
    FOREACH seconds IN ARRAY ARRAY[30, 1] LOOP -- a request is two signals: to the process, and to its group
        BEGIN
            PERFORM pg_sleep(seconds);
        EXCEPTION WHEN query_canceled THEN
        END;
    END LOOP;
    RETURN NEW;
END
$$;
CREATE TRIGGER service_test_stubborn BEFORE INSERT ON rowhouse.accounts FOR EACH ROW
    WHEN (NEW.email LIKE 'stubborn-%') EXECUTE FUNCTION public.service_test_stubborn();
SQL
mkfifo "$work/open"
# shellcheck disable=SC2016 # that is JavaScript
node -e 'const [port, body] = process.argv.slice(1);
    const client = require("net").connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    client.pipe(process.stdout);
    client.write(`POST /api/v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    process.stdin.on("end", () => client.end()).resume();' \
    "${base##*:}" "{\"email\":\"stubborn-1@$run_id.example\",\"password\":\"$password\"}" <"$work/open" >"$work/half" &
half_pid=$!
exec {half}>"$work/open"
asleep() { [[ $(admin --command "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'") == 1 ]]; }
if until_true 10 asleep; then pass; else fail "the statement does not run"; fi
exec {half}>&-
wait "$half_pid"
expect "what was committed is told" "$(head -1 "$work/half" | cut -d' ' -f2) $(admin --command "SELECT count(*) FROM rowhouse.accounts WHERE email = 'stubborn-1@$run_id.example'")" "201 1"
admin --command "DROP FUNCTION public.service_test_stubborn() CASCADE" >"$work/ignored" 2>&1

# What a client can bring about costs no connection of the pool.
connects() { http GET /metrics && sed -n 's/^rowhouse_pool_connects_total //p' "$work/body"; }
admin >"$work/ignored" 2>&1 <<'SQL'
CREATE TABLE public.service_test_wide (a int, b int, PRIMARY KEY (a, b));
SELECT rowhouse.isolate('public.service_test_wide');
SELECT rowhouse.expose('public.service_test_wide');
SQL
before=$(connects)
for attempt in 1 2 3 4 5; do
    http GET /api/v1/resources/service_test_wide/1 "${as_alice[@]}" -H "X-Organization: $org_a"
    problem "a row of a key of two columns" 501 0A000
done
expect "no connection was thrown away" "$(connects)" "$before"
admin --command "DROP TABLE public.service_test_wide" >"$work/ignored" 2>&1

# The extension changes underneath: what the sessions had prepared fits no more, and nobody notices.
crowd() {
    seq 40 | xargs -P 8 -I{} curl --silent --output "$work/ignored" --write-out '%{http_code}\n' \
        -H "Authorization: Bearer $alice" "$base/api/v1/me" | sort | uniq -c | xargs
}
expect "before the change" "$(crowd)" "40 200"
definition=$(admin --command "SELECT pg_get_functiondef('rowhouse.me()'::regprocedure)")
admin >"$work/ignored" <<SQL
BEGIN;
ALTER EXTENSION rowhouse DROP FUNCTION rowhouse.me();
DROP FUNCTION rowhouse.me();
CREATE FUNCTION rowhouse.me() RETURNS json LANGUAGE sql STABLE AS 'SELECT rowhouse.context()::json';
GRANT EXECUTE ON FUNCTION rowhouse.me() TO rowhouse_user;
COMMIT;
SQL
expect "with another type" "$(crowd)" "40 200"
admin >"$work/ignored" <<SQL
BEGIN;
DROP FUNCTION rowhouse.me();
$definition;
REVOKE EXECUTE ON FUNCTION rowhouse.me() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rowhouse.me() TO rowhouse_user;
ALTER EXTENSION rowhouse ADD FUNCTION rowhouse.me();
COMMIT;
SQL
expect "and as it was" "$(crowd)" "40 200"
