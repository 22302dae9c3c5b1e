# The command line: importing a file, seeing how far it is, stopping it, taking it back.

# shellcheck source=command_tools
. "$here/command_tools"

url_as() { sed -E "s,//[^@]*@,//$1:test@," <<<"$ROWHOUSE_TEST_ADMIN_URL"; }
# prepare_file NAME ROWS BAD: members of this subject, the BAD last ones with a broken address
prepare_file() {
    awk -v name="$1" -v rows="$2" -v bad="$3" 'BEGIN {
        printf "email,first_name,department\r\n"
        for (i = 1; i <= rows; i++)
            printf "%s%d%scli.example,\"First, %d\",Sales\r\n", name, i, (i > rows - bad ? "-at-" : "@"), i
    }' >"$work/$1.csv"
}
batches() { admin --command "SELECT count(*) FROM rowhouse.import_batches"; }
# members NAME: how many of that file are in the directory
members() { admin --command "SELECT count(*) FROM rowhouse.members WHERE email ~ '^$1[0-9]+@cli.example$'"; }
# value NAME: from the table that rowhouse has printed
value() { awk -v name="$1" '$1 == name { print $2 }' "$work/out"; }
# refuses TITLE REGEX: exit code 1, nothing on stdout, and a message
refuses() {
    expect "$1" "$code $(cat "$work/out")" "1 "
    expect_match "$1" "$(cat "$work/err")" "^rowhouse: .*$2"
}

role=cli_import_${run_id//-/_}
admin <<SQL
CREATE ROLE $role LOGIN PASSWORD 'test';
GRANT rowhouse_admin, rowhouse_user TO $role;
SQL
importer=importer@$run_id.example
token=$(sign_up importer)
secrets+=("$token")
org_c=c-$run_id
http POST /api/v1/organizations -H "Authorization: Bearer $token" -d "{\"slug\":\"$org_c\",\"name\":\"C\"}"
admin >"$work/ignored" <<SQL
SELECT rowhouse.set_import_limits('{"max_rows": 1000000, "max_bytes": 100000000, "person_per_hour": 1000, "person_per_day": 1000,
    "organization_per_hour": 1000, "organization_per_day": 1000}', (SELECT id FROM rowhouse.organizations WHERE slug = '$org_c'));
SQL
as_importer=(--target users --org "$org_c" --as "$importer")
rowhouse_url=$(url_as "$role")

# ---- a file with faults, its preview, the error file, its repair -------------------------------------------------------

prepare_file some 500 3
before=$(batches)
rowhouse import "$work/some.csv" "${as_importer[@]}" --preview
expect "preview" "$code" 1
expect "each fault with its line and column" "$(grep -c "^$work/some\.csv:\(499\|500\|501\): error: column \"email\": .*\[email\]$" "$work/out")" 3
expect "and how many" "$(grep -cx '500 rows, of which 497 can be imported and 3 cannot' "$work/out")" 1
rowhouse import "$work/some.csv" "${as_importer[@]}" --preview --json
expect "preview in JSON" "$code" 1
prints "preview in JSON" '.total_rows == 500 and .invalid_rows == 3 and (.findings[0] | .line and .column and .code)'
printf 'email,first_name\r\na\033[31mb@cli.example,\033]0;title\a\r\n' >"$work/control.csv"
rowhouse import "$work/control.csv" "${as_importer[@]}" --preview
expect "control characters are shown" "$code $(grep -cF '"a\x1b[31mb@cli.example" [email]' "$work/out")" "1 1"
expect "and not sent" "$(grep -c $'[\033\a]' "$work/out" || true)" 0
rowhouse import "$work/some.csv" "${as_importer[@]}" --dry-run
expect "a dry run" "$code $(value inserted) $(value failed)" "1 497 3"
expect "has written nothing" "$(batches) $(members some)" "$before 0"

rowhouse import "$work/some.csv" "${as_importer[@]}" --errors "$work/some-errors.csv"
expect "import" "$code" 1
expect "the counts" "$(value status) $(value total_rows) $(value inserted) $(value updated) $(value skipped) $(value failed)" "completed 500 497 0 0 3"
expect "the codes" "$(value email)" 3
expect "nothing on stderr" "$(cat "$work/err")" ""
expect "they are there" "$(members some)" 497
some=$(value batch)
rowhouse import status "$some" --org "$org_c" --as "$importer" --json
expect "its status" "$code" 1
prints "its status" ".id == \"$some\" and .status == \"completed\" and .failed == 3 and .file_name == \"some.csv\" and .codes.email == 3"
rowhouse import status "$some" --org "$org_c" --as "$importer" --errors "$work/again.csv"
expect "the error file once more" "$(cmp "$work/again.csv" "$work/some-errors.csv" && wc -l <"$work/again.csv")" 4
sed -i 's/-at-/@/' "$work/some-errors.csv"
rowhouse import "$work/some-errors.csv" "${as_importer[@]}" --preview
expect "preview of the repaired file" "$code" 0
rowhouse import "$work/some-errors.csv" "${as_importer[@]}" --errors "$work/none.csv" --json
expect "import of the repaired file" "$code" 0
prints "import of the repaired file" '.status == "completed" and .inserted == 3 and .failed == 0 and .progress == 100'
if [[ ! -e $work/none.csv ]]; then pass; else fail "there is an error file without errors"; fi
expect "all are there" "$(members some)" 500
rowhouse import status "$some" --org "$org_c" --as "$importer" --errors "$work"
refuses "an error file that cannot be written" "cannot write .*Is a directory"

rowhouse import undo "$some" --org "$org_c" --as "$importer"
expect "taken back" "$code $(value removed) $(value refused) $(members some)" "0 497 0 3"
rowhouse import undo "$some" --org "$org_c" --as "$importer"
refuses "taken back twice" "\(55000\)"

# ---- options, and stdin ------------------------------------------------------------------------------------------------

rowhouse import - "${as_importer[@]}" --mode upsert <"$work/some-errors.csv"
expect "from stdin, what is there already" "$code $(value inserted) $(value updated)" "0 0 3"
tr ',' ';' <"$work/some.csv" | sed '1s/email/Whatever/; s/"First; /First/; s/"//; /-at-/d' >"$work/semicolons.csv"
rowhouse import "$work/semicolons.csv" "${as_importer[@]}" --option 'delimiter=;' --option 'mapping={"Whatever": "email"}' --option mode=upsert --json
expect "options" "$code" 0
prints "options" '.inserted == 497 and .updated == 0'
rowhouse import "$work/some.csv" "${as_importer[@]}" --option header=perhaps
refuses "an option that the database refuses" '"header" must be true or false \(22023\)'
rowhouse import "$work/some.csv" "${as_importer[@]}" --option nonsense=1
refuses "an option that is none" '"nonsense" does not exist'

# ---- files that are none, and who may not ------------------------------------------------------------------------------

rowhouse import "$work/nowhere.csv" "${as_importer[@]}"
refuses "no such file" 'cannot read .*nowhere.csv": No such file'
rowhouse import "$work" "${as_importer[@]}"
refuses "a directory" 'cannot read .*Is a directory'
: >"$work/empty.csv"
rowhouse import "$work/empty.csv" "${as_importer[@]}"
expect "an empty file" "$code $(value status) $(value empty-file)" "1 failed 1"
rowhouse import "$work/empty.csv" "${as_importer[@]}" --preview
expect "preview of an empty file" "$code" 1
before=$(batches)
rowhouse import "$work/some.csv" --target nothing --org "$org_c" --as "$importer"
refuses "unknown target" '\(P0002\)'
rowhouse import "$work/some.csv" --target users --org "nowhere-$run_id" --as "$importer"
refuses "unknown organization" '\(P0002\)'
rowhouse import "$work/some.csv" --target users --org "$org_a" --as "$importer"
refuses "somebody else's organization" '\(P0002\)'
rowhouse import "$work/some.csv" --target users --org "$org_c" --as "nobody@$run_id.example"
refuses "unknown account" 'account .* not found'
sign_up viewer >"$work/ignored"
admin --command "SELECT rowhouse.confirm_account('viewer@$run_id.example')" >"$work/ignored"
http POST "/api/v1/organizations/$org_c/members" -H "Authorization: Bearer $token" -d "{\"email\":\"viewer@$run_id.example\",\"role\":\"viewer\"}"
rowhouse import "$work/some.csv" --target users --org "$org_c" --as "viewer@$run_id.example"
refuses "a role that may not import" '\(42501\).*the role that the target asks for'
rowhouse import status "$some" --org "$org_a" --as "alice@$run_id.example"
refuses "somebody else's batch" '\(P0002\)'
rowhouse_url=$ROWHOUSE_TEST_URL
rowhouse import "$work/some.csv" "${as_importer[@]}"
refuses "a login that may not ask for others" '\(42501\).*--as also of rowhouse_admin'
ROWHOUSE_TOKEN=${token}x rowhouse import "$work/some.csv" --target users --org "$org_c"
refuses "a bad token" 'token is not valid'
expect "a bad token is not repeated" "$(grep -cF "$token" "$work/err" || true)" 0
expect "nothing was uploaded" "$(batches)" "$before"
ROWHOUSE_TOKEN=$token rowhouse import "$work/some.csv" --target users --mode skip --option header=true
expect "a token of one's own" "$code $(value inserted) $(value skipped) $(value failed)" "1 0 497 3"
expect "is not shown" "$(cat "$work/out" "$work/err" | grep -cF "$token" || true)" 0
ROWHOUSE_TOKEN=$token rowhouse import status "$(value batch)" --json
prints "and the status of what it has started" '.status == "completed" and .skipped == 497'
rowhouse_url=$(url_as "$role")

# ---- stopped while it works --------------------------------------------------------------------------------------------

# begin_import FILE: in the background; $import_pid, and $batch once it is at work
begin_import() {
    DATABASE_URL=$rowhouse_url "$ROWHOUSE_BIN" import "$work/$1.csv" "${as_importer[@]}" --json >"$work/out" 2>"$work/err" &
    import_pid=$!
    started+=("$import_pid")
}
at_work() {
    batch=$(admin --command "SELECT id FROM rowhouse.import_batches WHERE file_name = '$1.csv' AND status = 'processing' AND processed_rows > 0")
    [[ -n $batch ]]
}

prepare_file many 200000 0
begin_import many
if until_true 60 at_work many; then pass; else fail "the import does not begin"; fi
kill -INT "$import_pid"
ended "$import_pid"
expect "SIGINT ends an import" "$code" 130
expect_match "which says so" "$(cat "$work/err")" "^rowhouse: interrupted: the batch was cancelled; .*rowhouse import undo $batch"
prints "and how far it was" ".id == \"$batch\" and .status == \"cancelled\" and .processed_rows > 0 and .processed_rows < 200000"
expect "what it has written is there" "$(members many)" "$(jq .inserted "$work/out")"
rowhouse import status "$batch" --org "$org_c" --as "$importer"
expect "status of a cancelled batch" "$code $(value status)" "1 cancelled"
rowhouse import undo "$batch" --org "$org_c" --as "$importer"
expect "taken back" "$code $(members many)" "0 0"

before=$(batches)
hold_lock rowhouse.import_batches
begin_import some
if until_true 10 lock_awaited rowhouse.import_batches; then pass; else fail "the import does not wait for the lock"; fi
kill -TERM "$import_pid"
ended "$import_pid"
expect "SIGTERM while it is uploaded" "$code $(cat "$work/out")" "143 "
if until_true 10 nobody_waits rowhouse.import_batches; then pass; else fail "its statement goes on in the database"; fi
release_lock
expect "nothing was uploaded" "$(batches)" "$before"

# ---- a connection that is lost: the database goes on without it --------------------------------------------------------

batch_completed() { [[ $(admin --command "SELECT status FROM rowhouse.import_batches WHERE id = '$batch'") == completed ]]; }
begin_import many
if until_true 60 at_work many; then pass; else fail "the import does not begin"; fi
admin --command "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '$role' AND backend_type = 'client backend'" >"$work/ignored"
ended "$import_pid"
expect "the connection is lost" "$code" 1
expect_match "and what to do" "$(cat "$work/err")" "goes on with the batch: rowhouse import status $batch"
if until_true 120 batch_completed; then pass; else fail "the batch is not completed"; fi
rowhouse import status "$batch" --org "$org_c" --as "$importer"
expect "it is" "$code $(value inserted)" "0 200000"
rowhouse import undo "$batch" --org "$org_c" --as "$importer"
expect "and taken back" "$code $(members many)" "0 0"

prepare_file shown 50000 0
DATABASE_URL=$rowhouse_url script --quiet --return --command "'$ROWHOUSE_BIN' import '$work/shown.csv' ${as_importer[*]}" "$work/terminal" >"$work/ignored" </dev/null
expect "on a terminal" "$(grep -c '^inserted  *50000' "$work/terminal")" 1
expect_match "it shows how far it is" "$(tr '\r' '\n' <"$work/terminal" | grep -F '[')" '\[#* *\] +[0-9]+%'

# ---- wrong usage -----------------------------------------------------------------------------------------------------

while IFS='|' read -r words wanted; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words
    expect "usage: $words" "$code $(cat "$work/out")" "2 "
    expect_match "usage: $words" "$(cat "$work/err")" "^rowhouse: .*$wanted"
done <<'TABLE'
import|the file is missing
import a.csv|--target is missing
import a.csv --target users|who is asking\? Give --as EMAIL, or a token in the environment
import a.csv b.csv --target users --as me|unexpected argument "b.csv"
import a.csv --target users --as me --token x|unknown argument "--token"
import a.csv --target users --as me --option strict|--option must be NAME=VALUE
import a.csv --target users --as me --option =1|--option must be NAME=VALUE
import a.csv --target users --as me --preview --dry-run|give --preview or --dry-run
import a.csv --target users --as me --preview --errors b.csv|--errors is for what was imported
import status|the batch is missing
import status x --as me|the batch must be a uuid
import undo 00000000-0000-4000-8000-000000000000|who is asking
TABLE
for words in import "import status" "import undo"; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words --help
    expect "help: $words" "$code" 0
    expect_match "help: $words" "$(head -n 1 "$work/out")" "^usage: rowhouse $words "
    expect "help of $words: exit codes and the database" "$(grep -cE 'Exit code|--database' "$work/out")" 2
done
rowhouse_url=
admin --command "DELETE FROM rowhouse.members WHERE email LIKE '%@cli.example'" --command "DROP OWNED BY $role" --command "DROP ROLE $role"
