# The lines that the documents of the five products give to try a deployment with, with the host changed.

host=$base
confirm() { admin --command "SELECT count(*) FROM rowhouse.accounts WHERE email = '$1@$run_id.example'"; }
lines=$work/lines
# says TITLE WANTED: the status of the last line
says() { expect "$1" "$(tail -1 "$lines")" "$2"; }
# line curl arguments…: what it printed, and the status on a line of its own
line() { curl --silent --max-time 60 --write-out '\n%{http_code}\n' "$@" >"$lines"; }

# ---- the document about isolation of users ---------------------------------------------------------------------------

admin >"$work/ignored" <<SQL
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS public.tasks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL, description text);
SELECT rowhouse.isolate('public.tasks', 'user');
SELECT rowhouse.expose('public.tasks');
SQL
USER_A_TOKEN=$(sign_up user_a)
USER_B_TOKEN=$(sign_up user_b)
ADMIN_TOKEN=$root
secrets+=("$USER_A_TOKEN" "$USER_B_TOKEN")

line -X GET "$host/health"
says "health" 200
line -H "Authorization: Bearer $USER_A_TOKEN" -X GET "$host/api/tasks"
expect "no tasks yet" "$(head -1 "$lines" | jq -c .items) $(tail -1 "$lines")" "[] 200"
line -H "Authorization: Bearer $USER_A_TOKEN" -X GET "$host/api/user/profile"
expect "the user's profile" "$(head -1 "$lines" | jq -r .user.email) $(tail -1 "$lines")" "user_a@$run_id.example 200"
line -H "Authorization: Bearer $USER_A_TOKEN" \
    -X POST "$host/api/tasks" \
    -d '{"title":"User A Task", "description":"Test task"}'
says "a task of user A" 201
task=$(head -1 "$lines" | jq -r .id)
line -H "Authorization: Bearer $USER_B_TOKEN" \
    -X POST "$host/api/tasks" \
    -d '{"title":"User B Task", "description":"Test task"}'
says "a task of user B" 201
line -H "Authorization: Bearer $USER_A_TOKEN" -X GET "$host/api/tasks"
expect "user A sees user A's tasks" "$(head -1 "$lines" | jq -r '[.items[].title] | join(",")')" "User A Task"
line -H "Authorization: Bearer $USER_B_TOKEN" -X GET "$host/api/tasks"
expect "user B sees user B's tasks" "$(head -1 "$lines" | jq -r '[.items[].title] | join(",")')" "User B Task"
line -H "Authorization: Bearer $ADMIN_TOKEN" -X GET "$host/admin/system/tasks"
expect "an admin in system mode sees both" "$(head -1 "$lines" | jq -r '[.items[].title] | sort | join(",")') $(tail -1 "$lines")" "User A Task,User B Task 200"
line -H "Authorization: Bearer $USER_A_TOKEN" -X GET "$host/admin/system/tasks"
says "nobody else does" 403
# ab -n 1000 -c 10, by curl
requests() { for _ in $(seq 100); do printf 'url = "%s/api/tasks"\noutput = "%s"\n' "$host" "$work/ignored.$1"; done; }
for client in $(seq 10); do
    requests "$client" | curl --silent --config - -H "Authorization: Bearer $USER_A_TOKEN" --write-out '%{http_code}\n' >"$work/crowd.$client" &
    clients[client]=$!
done
for client in "${clients[@]}"; do wait "$client"; done
expect "a thousand requests, ten at a time" "$(cat "$work"/crowd.* | sort | uniq -c | xargs)" "1000 200"

# ---- the document of the KPI platform --------------------------------------------------------------------------------

line -X POST "$host/api/auth/register" \
    -H "Content-Type: application/json" \
    -d '{
    "username": "admin",
    "password": "SecurePassword123!",
    "email": "admin@yourdomain.'"$run_id"'.com",
    "role": "ADMIN"
  }'
says "a test user" 201
expect "who is no admin for saying so" "$(admin --command "SELECT role FROM rowhouse.user_profiles WHERE email = 'admin@yourdomain.$run_id.com'")" user
line -X POST "$host/api/auth/login" -d "{\"email\":\"admin@yourdomain.$run_id.com\",\"password\":\"SecurePassword123!\"}"
TOKEN=$(head -1 "$lines" | jq -r .token)
secrets+=("$TOKEN" 'SecurePassword123!')
for letter in A B; do
    line -X POST "$host/api/clients" \
        -H "Authorization: Bearer $TOKEN" \
        -H "Content-Type: application/json" \
        -d '{
    "client_id": "TEST_'"$letter-${run_id//[^0-9]/}"'",
    "client_name": "Test Client '"$letter"'"
  }'
    says "client $letter" 201
done
admin --file "$here/../../docs/examples/production_entries.sql" >"$work/ignored" 2>&1 || true
line -X POST "$host/api/production/csv-upload" \
    -H "Authorization: Bearer $TOKEN" -H "X-Organization: TEST_A-${run_id//[^0-9]/}" \
    -F "file=@$here/../../docs/examples/production_entries.csv"
says "sample production data" 202
batch=$(head -1 "$lines" | jq -r '"/api/v1/organizations/\(.organization)/imports/production_entries/\(.id)"')
done_with() { line -H "Authorization: Bearer $TOKEN" "$host$batch" && [[ $(head -1 "$lines" | jq -r .status) == "$1" ]]; }
if until_true 30 done_with completed; then pass; else fail "the batch does not end: $(cat "$lines")"; fi
expect "all of it is in" "$(head -1 "$lines" | jq -r '.total_rows > 0 and .inserted == .total_rows')" true
line -H "Authorization: Bearer $TOKEN" "$host/api/v1/organizations/TEST_B-${run_id//[^0-9]/}/imports/production_entries"
expect "and nothing of it in the other client" "$(head -1 "$lines" | jq -c .batches) $(tail -1 "$lines")" "[] 200"
expect "a monitor's line" "$(curl -s -o "$work/ignored" -w "%{http_code}" "$host/health")" 200
holds_healthy() { curl -s "$host/health" | jq -e '.status == "healthy" and (.timestamp | length > 0) and .uptime >= 0 and .dependencies.database == "connected"' >"$work/ignored"; }
expect "health has the shape that is expected" "$(holds_healthy && echo yes)" yes

# ---- the document of the OCR product -----------------------------------------------------------------------------------

line -X POST "$host/api/v1/auth/register" -d "{\"email\":\"admin@saasocr.$run_id.com\",\"password\":\"Password123!\"}"
line -X POST "$host/api/v1/auth/login" \
    -H "Content-Type: application/json" \
    -d '{"email": "admin@saasocr.'"$run_id"'.com", "password": "Password123!"}'
says "a login" 200
secrets+=("$(head -1 "$lines" | jq -r .token)" 'Password123!')

# ---- the document about synchronization of users -------------------------------------------------------------------------

cat >"$work/curl-format.txt" <<'FORMAT'
    time_namelookup:  %{time_namelookup}\n
    time_connect:  %{time_connect}\n
    time_starttransfer:  %{time_starttransfer}\n
                     ----------\n
    time_total:  %{time_total}\n
FORMAT
expect_match "response times" "$(curl -w "@$work/curl-format.txt" -o "$work/ignored" -s "$host/health" | tail -1)" 'time_total:  [0-9.]+'
expect "a container's health check" "$(curl -f "$host/health" >"$work/ignored" 2>&1 && echo yes)" yes
expect_match "a monitor finds what it looks for" "$(curl -s "$host/health")" '"status": "healthy"'
expect_match "in the health of users too" "$(curl -s "$host/admin/users/health-check")" '"missing_profiles": 0'

# ---- the document about importing users ----------------------------------------------------------------------------------

import="$host/api/v1/organizations/$org_a/users/import"
line "${as_alice[@]}" -X POST "$import/template"
expect_match "a template" "$(head -1 "$lines" | tr -d '\r') $(tail -1 "$lines")" '^email,.* 200$'
printf 'email,first_name,last_name,department,location,phone\r\nseed@%s.example,Ada,Lovelace,Engines,London,+442071838750\r\n' "$run_id" >"$work/users.csv"
line "${as_alice[@]}" -X POST "$import/preview" -F "file=@$work/users.csv"
expect "a preview" "$(head -1 "$lines" | jq -r .valid_rows) $(tail -1 "$lines")" "1 200"
line "${as_alice[@]}" -X POST "$import" -F "file=@$work/users.csv"
says "an import" 202
batch="/api/v1/organizations/$org_a/users/import/$(head -1 "$lines" | jq -r .id)"
TOKEN=$alice
if until_true 30 done_with completed; then pass; else fail "the import does not end"; fi
line "${as_alice[@]}" "$host$batch/errors"
expect "its errors" "$(head -1 "$lines" | jq -c '[.errors[] | select(.severity == "error")]') $(tail -1 "$lines")" "[] 200"
line "${as_alice[@]}" "$import"
expect "history" "$(head -1 "$lines" | jq -r --arg id "${batch##*/}" '.batches[0].id == $id') $(tail -1 "$lines")" "true 200"
