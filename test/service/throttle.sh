# Guessing passwords takes time; an account that is not there is no different.

main_base=$base
start_service "$work/log.throttle" --login-failures 3 --login-window 2 --trusted-proxies 127.0.0.1 --allow-registration true
base=$service_address
login() { http POST /api/v1/auth/login -H "X-Forwarded-For: ${3:-203.0.113.1}" -d "{\"email\":\"$1@$run_id.example\",\"password\":\"$2\"}"; }
for account in alice nobody; do
    for attempt in 1 2 3; do
        login "$account" wrong
        problem "$account, attempt $attempt" 401 28P01
    done
    login "$account" wrong 203.0.113.9
    problem "$account, one too many" 429 too_many_attempts
    expect_match "$account, when to come back" "$(header Retry-After)" '^[1-3]$'
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
http POST /api/v1/auth/register -H 'X-Forwarded-For: 198.51.100.7' -d "{\"email\":\"spam@$run_id.example\",\"password\":\"$password\"}"
problem "nor does it register" 429 too_many_attempts
login many21 wrong 198.51.100.8
problem "another address may" 401 28P01
expect "the log has the address" "$(jq -r 'select(.client == "198.51.100.8").status' "$work/log.address")" 401
http GET /metrics
expect_match "the figures count them" "$(grep '^rowhouse_logins_refused_total' "$work/body")" ' 4$'

# Without proxies that are trusted the header says nothing.
start_service "$work/log.untrusted" --login-failures 1 --login-window 60
base=$service_address
for attempt in $(seq 10); do login "untrusted$attempt" wrong "198.51.100.$attempt"; done
login untrusted11 wrong 198.51.100.11
problem "all of them came from here" 429 too_many_attempts
base=$main_base
