# Accounts and tokens.

mail="carol@$run_id.example"
http POST /api/v1/auth/login -d "{\"email\":\"$mail\",\"password\":\"$password\"}"
problem "login before there is an account" 401 28P01
http POST /api/auth/register -H 'Content-Type: application/json' \
    -d "{\"username\":\"carol\",\"password\":\"$password\",\"email\":\"$mail\",\"role\":\"ADMIN\"}"
expect "register, unknown fields ignored" "$status" 201
expect "the answer holds no password" "$(grep -cE 'password|\$2' "$work/body" || true)" 0
http POST /api/v1/auth/register -d "{\"email\":\"$mail\",\"password\":\"$password\"}"
problem "register again" 409 23505
http POST /api/auth/login -d "{\"email\":\"$mail\",\"password\":\"$password\"}"
expect "login" "$status" 200
holds "login document" ".token and .expires_at and .user.id and .user.email == \"$mail\""
carol=$(field .token)
secrets+=("$carol")
http POST /api/v1/auth/login -d "{\"email\":\"$mail\",\"password\":\"$password!\"}"
problem "wrong password" 401 28P01
expect "a challenge comes with 401" "$(header WWW-Authenticate)" Bearer
http POST /api/v1/auth/login -H "Authorization: Bearer rubbish" -d "{\"email\":\"$mail\",\"password\":\"$password\"}"
expect "an old token does not hinder a login" "$status" 200
secrets+=("$(field .token)")

for path in /api/v1/me /api/user/profile; do
    http GET "$path" -H "Authorization: Bearer $carol"
    expect "$path" "$status" 200
    expect "$path names the caller" "$(grep -c "$mail" "$work/body")" 1
    http GET "$path"
    problem "$path without a token" 401 28000
    expect "$path without a token: challenge" "$(header WWW-Authenticate)" Bearer
    http GET "$path" -H "Authorization: Bearer ${carol%?????}AAAAA"
    problem "$path with a forged token" 401 28000
    http GET "$path" -H "Authorization: Bearer x.y.z"
    problem "$path with rubbish" 401 28000
done
for value in "Basic dTpw" "Bearer" "Bearer a b" "Bearer %00" "$carol"; do
    http GET /api/v1/me -H "Authorization: $value"
    problem "Authorization: ${value:0:10}" 401 invalid_authorization
done
http GET /api/v1/me -H "Authorization: Bearer $carol" -H "Authorization: Bearer $alice"
problem "two tokens" 401 invalid_authorization
http GET /api/v1/me -H "authorization: bearer $carol"
expect "the scheme is not case sensitive" "$status" 200

# One request's token does not stay in a pooled connection.
for _ in 1 2 3 4 5 6 7 8 9 10; do
    http GET /api/v1/me -H "Authorization: Bearer $carol"
    http GET /api/v1/me
    if [[ $status != 401 ]]; then break; fi
done
expect "without a token after a request with one" "$status" 401
