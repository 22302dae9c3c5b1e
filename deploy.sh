#!/usr/bin/env bash
# From a fresh Debian 12 to a running rowhouse, with one command. --help and docs/deploy.md say the rest.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")"
root=$PWD

. test/tools/steps
. test/tools/packages
. test/tools/build
. test/tools/cluster
. test/tools/database
. test/tools/service

usage() {
    cat <<'TXT'
./deploy.sh [--schema-only] [--fresh [--yes]] | --status | --stop | --help

  (nothing)      install packages, build, make a private PostgreSQL under .rowhouse/, create the extension, the first
                 organization and its owner, start the service. Done again, it changes only what has changed.
  --schema-only  as far as the extension: no organization, no service
  --fresh        drop the data first (asks, unless there is --yes)
  --status       what runs; exit code 0 when the service is ready, else 3
  --stop         stop the service and the private PostgreSQL
  --help         this text

Environment, all optional:

  DATABASE_URL           a database to use in place of a private PostgreSQL; a superuser's, on this machine
  ROWHOUSE_LISTEN        where the service listens                      127.0.0.1:8080
  ROWHOUSE_ADMIN_EMAIL   e-mail of the first organization's owner       admin@example.com
  ROWHOUSE_ORGANIZATION  short name of the first organization           acme
  PG_CONFIG              pg_config of the PostgreSQL to use             the newest one installed, 15 or newer
TXT
}

# ---- where things are ------------------------------------------------------------------------------------------------

# Sets state. .rowhouse is a directory in the checkout, or a link where the owner of a cluster cannot live in the
# checkout: below /root, for example, or where the path is too long for a socket.
find_state() {
    if [[ ! -e .rowhouse ]]; then
        if usable_place "$root"; then
            mkdir -p .rowhouse
        else
            local elsewhere=/var/lib/rowhouse
            [[ $EUID -eq 0 ]] || elsewhere=${XDG_STATE_HOME:-$HOME/.local/state}/rowhouse
            elsewhere+=/$(printf '%s' "$root" | sha256sum | cut -c1-12)
            mkdir -p "$elsewhere"
            ln -sfn "$elsewhere" .rowhouse
        fi
        chmod 755 .rowhouse/
    fi
    state=$(cd .rowhouse && pwd -P)
    [[ $(stat -c %u "$state") -eq $EUID ]] || {
        say "This deployment belongs to $(stat -c %U "$state"): run ${0##*/} as that user."
        exit 1
    }
    listen=${ROWHOUSE_LISTEN:-$(service_setting ROWHOUSE_LISTEN)}
    listen=${listen:-127.0.0.1:8080}
}

# A deployment keeps to the kind of database that it was made with.
check_kind_of_database() {
    if [[ -n ${DATABASE_URL:-} && -e $state/data ]]; then
        say "DATABASE_URL is set, but this deployment has its own PostgreSQL: unset it, or deploy from another checkout."
    elif [[ -z ${DATABASE_URL:-} && ! -e $state/data && -e $state/service.env ]]; then
        say "This deployment was made with DATABASE_URL: set it again, or remove .rowhouse to start anew."
    else
        return 0
    fi
    exit 1
}

# private_file <path> <owner>: stdin becomes a file that only its owner can read, and was never anything else
private_file() {
    rm -f "$1.new"
    (umask 077 && cat >"$1.new")
    [[ $EUID -ne 0 ]] || chown "$2" "$1.new"
    mv "$1.new" "$1"
}

# ---- the steps -------------------------------------------------------------------------------------------------------

find_database() {
    if [[ -n ${DATABASE_URL:-} ]]; then use_database_url; else run_private_cluster "$state"; fi
}

# The key that signs tokens, and the service's login with a password that is in service.env and nowhere else. Other
# settings that somebody has added to that file stay.
create_login() {
    local password url others
    password=$(service_setting DATABASE_URL | sed -n 's,^.*//[^:]*:\([0-9a-f]*\)@.*,\1,p')
    [[ -n $password ]] || password=$(openssl rand -hex 32)
    url=$(service_url "$password")
    create_signing_key
    if [[ $(service_setting DATABASE_URL) == "$url" && $(service_setting ROWHOUSE_LISTEN) == "$listen" ]] &&
        [[ -n $(sql_value "SELECT 1 FROM pg_roles WHERE rolname = '$service_role'") ]]; then
        already there
        return
    fi
    create_service_role "$password"
    others=$(as_owner sed '/^DATABASE_URL=/d; /^ROWHOUSE_LISTEN=/d' "$state/service.env" 2>/dev/null || true)
    printf "DATABASE_URL='%s'\nROWHOUSE_LISTEN='%s'\n%s\n" "$url" "$listen" "$others" |
        private_file "$state/service.env" "$(cluster_owner)"
}

# The file comes first: if the database then fails, the next run finds the same password.
create_first_organization() {
    if [[ -n $(first_organization) ]]; then
        already there
        return
    fi
    [[ -e $state/admin.json ]] || ROWHOUSE_SECRET=$(openssl rand -base64 18) \
        jq -n --arg email "${ROWHOUSE_ADMIN_EMAIL:-admin@example.com}" '{email: $email, password: env.ROWHOUSE_SECRET}' |
        private_file "$state/admin.json" "${SUDO_USER:-$(id -un)}"
    ROWHOUSE_SECRET=$(jq -r .password "$state/admin.json") sql_secret -v email="$(jq -r .email "$state/admin.json")" \
        -v slug="${ROWHOUSE_ORGANIZATION:-acme}" <<'SQL'
SELECT rowhouse.bootstrap(:'email', :'secret', :'slug', initcap(:'slug'));
SQL
}

first_organization() { sql_value 'SELECT slug FROM rowhouse.organizations ORDER BY created_at LIMIT 1'; }

drop_data() {
    stop_service
    if [[ -n ${DATABASE_URL:-} ]]; then
        use_database_url
        sql_value 'DROP EXTENSION IF EXISTS rowhouse CASCADE'
    else
        ! cluster_runs "$state" || stop_cluster "$state"
        rm -rf "$state/data"
    fi
    rm -f "$state/admin.json" "$state/service.env"
    note 'done'
}

confirm_drop() {
    local what="everything in $state/data" answer=''
    [[ -z ${DATABASE_URL:-} ]] || what='the extension rowhouse, with all its data, in the database of DATABASE_URL'
    [[ -t 0 ]] || { say "--fresh would drop $what. Say --yes when there is nobody to ask."; exit 1; }
    read -r -p "Drop $what? Type yes: " answer
    [[ $answer == yes ]] || { say 'Nothing was changed.'; exit 1; }
}

# ---- what the human sees ---------------------------------------------------------------------------------------------

show_commands() {
    local here='' url import
    [[ $called_from == "$root" ]] || here=$root/
    url=http://$(service_address)
    import=$url/api/v1/organizations/$(first_organization)/users/import
    [[ -e $state/admin.json ]] ||
        say "The organization was there before: put e-mail and password of one of its accounts into .rowhouse/admin.json."
    cat <<TXT

rowhouse is ready at $url. Log in, preview a CSV, import it:

  TOKEN=\$(curl -s $url/api/v1/auth/login -H 'Content-Type: application/json' -d @${here}.rowhouse/admin.json | jq -r .token)
  curl -s -H "Authorization: Bearer \$TOKEN" -F file=@${here}docs/examples/users.csv $import/preview | jq
  curl -s -H "Authorization: Bearer \$TOKEN" -F file=@${here}docs/examples/users.csv $import | jq

E-mail and password: ${here}.rowhouse/admin.json
TXT
    show_psql
}

show_psql() {
    [[ -n ${DATABASE_URL:-} ]] || printf 'SQL, as superuser:  %spsql "%s"\n' "${SUDO_USER:+sudo }" "$admin_conninfo"
}

show_status() {
    choose_postgres
    if [[ ! -e $state/data ]]; then
        [[ -e $state/service.env ]] && echo 'database  given by DATABASE_URL' || echo 'database  none'
    elif cluster_runs "$state"; then
        echo "database  running: psql \"$(private_conninfo "$state" rowhouse)\""
    else
        echo 'database  stopped'
    fi
    local pid
    if pid=$(service_pid); then echo "service   running: process $pid, $state/log/service.log"; else echo 'service   stopped'; fi
    if service_ready; then echo "ready     http://$(service_address)"; else echo 'ready     no' && return 3; fi
    echo "health    $(curl --silent --max-time 5 "http://$(service_address)/health")"
}

stop_all() {
    choose_postgres
    stop_service
    if cluster_runs "$state"; then stop_cluster "$state"; fi
}

# ---- the order of things ---------------------------------------------------------------------------------------------

deploy() {
    local count=9
    [[ -z $schema_only ]] || count=5
    begin_steps $((count + ${fresh:-0})) "$state/deploy.log"
    step 'installing packages' install_packages
    step 'building the extension' build_extension
    step 'installing the extension' install_extension
    [[ -n $schema_only ]] || step 'building the service' build_cmake rowhouse
    [[ -z $fresh ]] || step 'dropping the data' drop_data
    step 'finding the database' find_database
    step 'creating the extension' create_extension
    if [[ -z $schema_only ]]; then
        step "creating the service's login" create_login
        step 'creating the first organization' create_first_organization
        step 'starting the service' start_service
    fi
    [[ $steps_already -lt $steps_total ]] || say 'Everything was in place: nothing to do.'
    if [[ -n $schema_only ]]; then show_psql; else show_commands; fi
}

schema_only='' fresh='' yes='' action=deploy
for argument in "$@"; do
    case $argument in
    --schema-only) schema_only=1 ;;
    --fresh) fresh=1 ;;
    --yes) yes=1 ;;
    --status) action=show_status ;;
    --stop) action=stop_all ;;
    --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
    esac
done
find_state
[[ $action != deploy ]] || check_kind_of_database
if [[ -n $fresh && -z $yes ]]; then confirm_drop; fi
if [[ $action == stop_all ]]; then
    begin_steps 1 "$state/deploy.log"
    step 'stopping the service and the database' stop_all
else
    "$action"
fi
