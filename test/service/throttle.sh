# Guessing passwords takes time; an account that is not there is no different.

main_base=$base
start_service "$work/log.throttle" --login-failures 3 --login-window 5 --trusted-proxies 127.0.0.1 --allow-registration true
base=$service_address
login() { http POST /api/v1/auth/login -H "X-Forwarded-For: ${3:-203.0.113.1}" -d "{\"email\":\"$1@$run_id.example\",\"password\":\"$2\"}"; }
for account in alice nobody; do
    for attempt in 1 2 3; do
        login "$account" wrong
        problem "$account, attempt $attempt" 401 28P01
    done
    login "$account" wrong 203.0.113.9
    problem "$account, one too many" 429 too_many_attempts
    expect_match "$account, when to come back" "$(header Retry-After)" '^[1-6]$'
done
login alice "$password" 203.0.113.9
problem "the right password neither, from wherever" 429 too_many_attempts
login bob "$password"
expect "others log in" "$status" 200
secrets+=("$(field .token)")
works_again() { login alice "$password" && [[ $status == 200 ]]; }
if until_true 10 works_again; then pass; else fail "alice is shut out for good"; fi
secrets+=("$(field .token)")
for attempt in 1 2; do login bob wrong; done
login bob "$password"
secrets+=("$(field .token)")
for attempt in 1 2; do login bob wrong; done
login bob "$password"
expect "who logs in begins anew" "$status" 200
secrets+=("$(field .token)")

# An address that tries many accounts.
start_service "$work/log.address" --login-failures 2 --login-window 60 --trusted-proxies '127.0.0.0/8, 10.0.0.0/8' --allow-registration true
base=$service_address
for attempt in $(seq 20); do login "many$attempt" wrong 198.51.100.7; done
expect "twenty accounts of one address" "$status" 401
login many21 wrong 198.51.100.7
problem "and not one more" 429 too_many_attempts
login many21 wrong '198.51.100.7, 10.1.2.3'
problem "behind two proxies" 429 too_many_attempts
login many21 wrong '203.0.113.77, 198.51.100.7'
problem "whatever it says before that" 429 too_many_attempts
# Some proxies put a header of their own behind the client's.
http POST /api/v1/auth/login -H 'X-Forwarded-For: 203.0.113.78' -H 'X-Forwarded-For: 198.51.100.7' -d '{"email":"x","password":"y"}'
problem "nor in a header before" 429 too_many_attempts
http POST /api/v1/auth/register -H 'X-Forwarded-For: 198.51.100.7' -d "{\"email\":\"spam@$run_id.example\",\"password\":\"$password\"}"
problem "nor does it register" 429 too_many_attempts
login many21 wrong 198.51.100.8
problem "another address may" 401 28P01
expect "the log has the address" "$(jq -r 'select(.client == "198.51.100.8").status' "$work/log.address")" 401
http GET /metrics
expect_match "the figures count them" "$(grep '^rowhouse_logins_refused_total' "$work/body")" ' 5$'

# Whoever has one IPv6 address has many.
for attempt in $(seq 20); do login "six$attempt" wrong "2001:db8:0:1::$attempt"; done
login six21 wrong 2001:db8:0:1:ffff::1
problem "another address of the same network" 429 too_many_attempts
login six21 wrong 2001:db8:0:2::1
problem "of another one" 401 28P01
login six22 wrong ::ffff:198.51.100.7
problem "IPv4 written as IPv6" 429 too_many_attempts

# Many at once are not let in before the first has failed.
start_service "$work/log.at-once" --login-failures 3 --login-window 60 --trusted-proxies 127.0.0.1 --pool-wait 30000
base=$service_address
seq 60 | xargs -P 60 -I{} curl --silent --output "$work/ignored" --write-out '%{http_code}\n' -H 'X-Forwarded-For: 203.0.113.{}' \
    -d "{\"email\":\"bob@$run_id.example\",\"password\":\"guess {}\"}" "$base/api/v1/auth/login" >"$work/guesses"
expect "60 guesses at once" "$(sort "$work/guesses" | uniq -c | xargs)" "3 401 57 429"
seq 20 | xargs -P 20 -I{} curl --silent --output "$work/ignored" --write-out '%{http_code}\n' \
    -d "{\"email\":\"alice@$run_id.example\",\"password\":\"$password\"}" "$base/api/v1/auth/login" >"$work/guesses"
expect "20 who know it" "$(sort "$work/guesses" | uniq -c | xargs)" "20 200"

# Without proxies that are trusted the header says nothing.
start_service "$work/log.untrusted" --login-failures 1 --login-window 60
base=$service_address
for attempt in $(seq 10); do login "untrusted$attempt" wrong "198.51.100.$attempt"; done
login untrusted11 wrong 198.51.100.11
problem "all of them came from here" 429 too_many_attempts
base=$main_base
