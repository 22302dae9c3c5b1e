# The command line: migrate, token, isolation. sync.sh has profile sync, cli_import.sh imports.

# shellcheck source=command_tools
. "$here/command_tools"

# url_of DATABASE | url_as ROLE: the superuser's way, to another database or with another login
url_of() { sed -E "s,/[^/?]*\?,/$1?," <<<"$ROWHOUSE_TEST_ADMIN_URL"; }
url_as() { sed -E "s,//[^@]*@,//$1:test@," <<<"$ROWHOUSE_TEST_ADMIN_URL"; }
# says TITLE REGEX: rowhouse has printed a line like it
says() {
    if grep -qE "$2" "$work/out"; then pass; else fail "$1: no line like '$2' in '$(head -c 500 "$work/out" "$work/err")'"; fi
}
# silent TITLE: nothing on stdout
silent() { expect "$1: nothing on stdout" "$(cat "$work/out")" ""; }

name=cli_${run_id//-/_}
admin <<SQL
CREATE ROLE ${name}_operator LOGIN PASSWORD 'test';
GRANT rowhouse_admin TO ${name}_operator;
CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE ${name}_2 TEMPLATE template0 ENCODING 'UTF8';
SQL
there() { psql -XAtq --dbname "$(url_of "$name")" --command "$1"; }

# ---- migrate ---------------------------------------------------------------------------------------------------------

version=$(admin --command "SELECT default_version FROM pg_available_extensions WHERE name = 'rowhouse'")
rowhouse_url=$(url_of "$name")
for _ in 1 2; do # looking changes nothing
    rowhouse migrate --check
    expect "check of an empty database" "$code $(cat "$work/out")" "1 rowhouse: not there; to be created, version $version"
done
rowhouse migrate --check --json
expect "the same in JSON" "$code" 1
prints "the same in JSON" ".from == null and .to == \"$version\" and .changed == false and .up_to_date == false"
rowhouse_url=$(url_of "$name" | sed -E "s,//[^@]*@,//${name}_operator:test@,")
rowhouse migrate --check
expect "everybody may look" "$code" 1
rowhouse migrate
expect "not everybody may create it" "$code" 1
expect_match "and learns who may" "$(cat "$work/err")" '^rowhouse: .*\(42501\).*superuser'
rowhouse_url=$(url_of "$name")
expect "nothing was created" "$(there 'SELECT count(*) FROM pg_extension WHERE extname <> $$plpgsql$$')" 0
rowhouse migrate
expect "migrate" "$code $(cat "$work/out")" "0 rowhouse: created, version $version"
expect "both extensions are there" "$(there 'SELECT string_agg(extname, $$ $$ ORDER BY extname) FROM pg_extension')" "pgcrypto plpgsql rowhouse"
rowhouse migrate --check
expect "check afterwards" "$code $(cat "$work/out")" "0 rowhouse: up to date, version $version"
rowhouse migrate --json
expect "once more" "$code" 0
prints "nothing to do" '.changed == false and .up_to_date == true and .from == .to'

# An old version: without a way from it to this one, and then with one.
there "UPDATE pg_extension SET extversion = '$name' WHERE extname = 'rowhouse'"
rowhouse migrate --check
expect "an old version" "$code $(cat "$work/out")" "1 rowhouse: to be updated from version $name to version $version"
rowhouse migrate
expect "no way from it" "$code" 1
expect_match "what is wrong with it" "$(cat "$work/err")" '^rowhouse: .*\(22023\).*install them again'
silent "no way from it"
scripts=$(admin --command "SELECT setting || '/extension' FROM pg_config WHERE name = 'SHAREDIR'")
if [[ -w $scripts ]]; then # else whoever runs this has not installed the extension here
    echo "SELECT 1;" >"$scripts/rowhouse--$name--$version.sql"
    rowhouse migrate
    rm -f "$scripts/rowhouse--$name--$version.sql"
    expect "an update" "$code $(cat "$work/out")" "0 rowhouse: updated from version $name to version $version"
else
    there "UPDATE pg_extension SET extversion = '$version' WHERE extname = 'rowhouse'"
fi
rowhouse migrate --check
expect "up to date" "$code" 0

# Files that are not on the server are files that it does not list.
psql -XAtq --dbname "$(url_of "${name}_2")" <<'SQL'
SET allow_system_table_mods = on;
ALTER VIEW pg_catalog.pg_available_extensions RENAME TO hidden_extensions;
CREATE VIEW pg_catalog.pg_available_extensions AS SELECT * FROM pg_catalog.hidden_extensions WHERE name <> 'rowhouse';
SQL
rowhouse_url=$(url_of "${name}_2")
for words in migrate "migrate --check"; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words
    expect "$words without the files" "$code" 1
    expect_match "$words without the files" "$(cat "$work/err")" 'not on the database server.*Install them there'
done
psql -XAtq --dbname "$rowhouse_url" <<'SQL'
SET allow_system_table_mods = on;
DROP VIEW pg_catalog.pg_available_extensions;
ALTER VIEW pg_catalog.hidden_extensions RENAME TO pg_available_extensions;
SQL
pids=()
for i in 1 2 3; do
    DATABASE_URL=$rowhouse_url "$ROWHOUSE_BIN" migrate >"$work/migrate.$i" 2>&1 &
    pids+=($!)
done
codes=
for pid in "${pids[@]}"; do ended "$pid" && codes+="$code "; done
expect "three at once" "$codes" "0 0 0 "
expect "one of them has done it" "$(cat "$work"/migrate.? | sort | tr '\n' ';')" \
    "rowhouse: created, version $version;rowhouse: up to date, version $version;rowhouse: up to date, version $version;"
admin --command "DROP DATABASE $name" --command "DROP DATABASE ${name}_2"

# ---- token -----------------------------------------------------------------------------------------------------------

sign_up cli-token >"$work/ignored"
email=cli-token@$run_id.example
account=$(admin --command "SELECT id FROM rowhouse.accounts WHERE email = '$email'")
# claim NAME: of the token that was printed
claim() { cut -d. -f2 "$work/out" | tr '_-' '/+' | sed 's/$/==/' | base64 --decode 2>"$work/ignored" | jq -r ".$1"; }
rowhouse_url=$(url_as "${name}_operator")
for words in "$email" "${email^^}" "$account"; do
    rowhouse token "$words"
    expect "token $words" "$code" 0
    expect "nothing but a token" "$(grep -cE '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$' "$work/out") $(wc -l <"$work/out") $(cat "$work/err")" "1 1 "
    secrets+=("$(cat "$work/out")")
    http GET /api/v1/me -H "Authorization: Bearer $(cat "$work/out")"
    expect "it is that account's" "$status $(field .user.email)" "200 $email"
done
expect "who asked is on record" "$(admin --command "SELECT count(*) FROM rowhouse.system_contexts
    WHERE database_role = '${name}_operator' AND reason = 'rowhouse token $email'")" 1
rowhouse token "$email" --ttl '90 seconds'
expect "as long as is wanted" "$code $(($(claim exp | cut -d. -f1) - $(claim iat | cut -d. -f1)))" "0 90"
secrets+=("$(cat "$work/out")")
rowhouse token "alice@$run_id.example" --org "$org_a"
expect "with an organization" "$code $(claim org)" "0 $org_a"
secrets+=("$(cat "$work/out")")
while IFS='|' read -r words wanted; do
    # shellcheck disable=SC2086 # several words
    rowhouse token $words
    expect "token $words" "$code" 1
    silent "token $words"
    expect_match "token $words" "$(cat "$work/err")" "^rowhouse: .*$wanted"
done <<TABLE
nobody@$run_id.example|account "nobody@$run_id.example" not found
00000000-0000-4000-8000-000000000000|not found
$email --ttl soon|\(22007\)
$email --ttl=-1s|\(22023\)
$email --org $org_a|\(P0002\)
$email --org nowhere-$run_id|\(P0002\)
TABLE
admin --command "UPDATE rowhouse.user_profiles SET status = 'suspended' WHERE user_id = '$account'"
rowhouse token "$email"
expect "suspended" "$code" 1
silent "suspended"
admin --command "UPDATE rowhouse.user_profiles SET status = 'active' WHERE user_id = '$account'"
rowhouse token "$email"
expect "no longer" "$code" 0
secrets+=("$(cat "$work/out")")
admin --command "UPDATE rowhouse.user_profiles SET email = '$email' WHERE email = 'alice@$run_id.example'"
rowhouse token "$email"
expect "two accounts with one address" "$code" 1
expect_match "are told apart by their ids" "$(cat "$work/err")" "several accounts.*$account"
admin --command "UPDATE rowhouse.user_profiles SET email = 'alice@$run_id.example' WHERE email = '$email' AND user_id <> '$account'"
rowhouse_url=$ROWHOUSE_TEST_URL
rowhouse token "$email"
expect "not for the login of the service" "$code" 1
silent "not for the login of the service"
expect_match "not for the login of the service" "$(cat "$work/err")" '\(42501\).*member of rowhouse_admin'

# ---- isolation: proven, and looked after -------------------------------------------------------------------------------

rowhouse_url=
rowhouse isolation lint
expect "lint of what is there" "$code" 0
expect_match "its last line counts" "$(tail -n 1 "$work/out")" '^errors: 0, warnings: [0-9]+, infos: [0-9]+'
admin --command "CREATE TABLE $name (id bigint PRIMARY KEY, note text)" --command "SELECT rowhouse.isolate('$name')" >"$work/ignored"
rowhouse isolation verify "$name"
expect "verify one table" "$code" 0
says "it is named" "^(public\.)?$name$"
expect_match "the last line counts" "$(tail -n 1 "$work/out")" '^[1-9][0-9]* passed, 0 failed, [0-9]+ not tried$'
rowhouse isolation verify --json
expect "verify all" "$code" 0
prints "of more than one table" '.passed == true and ([.checks[].relation] | unique | length > 3) and all(.checks[]; has("check") and has("passed") and has("detail"))'
admin --command "ALTER TABLE $name DISABLE ROW LEVEL SECURITY"
rowhouse isolation verify "$name"
expect "verify: open" "$code" 1
says "what went through" '^FAILED +read '
rowhouse isolation verify "$name" --json
expect "the same in JSON" "$code" 1
prints "the same in JSON" '.passed == false and any(.checks[]; .passed == false)'
rowhouse isolation lint
expect "lint: an error" "$code" 1
says "with its code" "^error +rls-disabled +(public\.)?$name$"
says "and what helps" '^    fix: ALTER TABLE'
rowhouse isolation lint --json
expect "the same in JSON" "$code" 1
prints "the same in JSON" '.errors >= 1 and .findings[0].level == "error" and all(.findings[]; .code and .level and .object and .detail and has("fix"))'
jq -r '.findings[] | select(.code == "rls-disabled").fix' "$work/out" | admin
rowhouse isolation lint
expect "lint: repaired" "$code" 0
rowhouse isolation verify "$name"
expect "verify: repaired" "$code" 0
rowhouse_url=$(url_as "${name}_operator")
rowhouse isolation lint --json
expect "an operator need not be a superuser" "$code" 0
rowhouse_url=$ROWHOUSE_TEST_URL
for words in verify lint; do
    rowhouse isolation "$words"
    expect "$words as the login of the service" "$code" 1
    expect_match "$words as the login of the service" "$(cat "$work/err")" '\(42501\).*member of rowhouse_admin'
done
rowhouse_url=
rowhouse isolation verify "no_$name"
expect "no such table" "$code" 1
expect_match "no such table" "$(cat "$work/err")" '\(42P01\)'
admin --command "SELECT rowhouse.release('$name')" >"$work/ignored"
rowhouse isolation verify "$name"
expect "not isolated" "$code" 1
expect_match "not isolated" "$(cat "$work/err")" '\(P0002\)'
admin --command "DROP TABLE $name" --command "DROP OWNED BY ${name}_operator" --command "DROP ROLE ${name}_operator"

# ---- wrong usage -----------------------------------------------------------------------------------------------------

while IFS='|' read -r words wanted; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words
    expect "usage: $words" "$code" 2
    silent "usage: $words"
    expect_match "usage: $words" "$(cat "$work/err")" "^rowhouse: .*$wanted"
done <<'TABLE'
migrate now|unexpected argument "now"
migrate --dry-run|unknown argument "--dry-run"
isolation|isolation verify, isolation lint
isolation prove|isolation verify, isolation lint
isolation verify a b|unexpected argument "b"
isolation lint a|unexpected argument "a"
token|the account is missing
token a b|unexpected argument "b"
token a --json|unknown argument "--json"
token a --ttl|--ttl needs a value
TABLE
for words in migrate "isolation verify" "isolation lint" token; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words --help
    expect "help: $words" "$code $(cat "$work/err")" "0 "
    expect_match "help: $words" "$(head -n 1 "$work/out")" "^usage: rowhouse $words"
    expect "help of $words: exit codes and the database" "$(grep -cE 'Exit code|--database' "$work/out")" 2
done
rowhouse_url="postgresql://nobody:Plain-$run_id@127.0.0.1:1/nowhere"
for words in migrate "isolation verify" "isolation lint" "token a@b.example"; do
    # shellcheck disable=SC2086 # several words
    rowhouse $words
    expect "no database: $words" "$code" 1
    silent "no database: $words"
    expect "no database, no password: $words" "$(grep -c "Plain-$run_id" "$work/err" || true)" 0
done
rowhouse_url=
