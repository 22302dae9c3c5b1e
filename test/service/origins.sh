# Pages of other origins: those that are allowed, and no others.

preflight=(-H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: authorization')
http OPTIONS /api/v1/auth/login "${preflight[@]}"
problem "nobody is allowed by default" 405 method_not_allowed
expect "nor told anything" "$(header Access-Control-Allow-Origin)" ""

main_base=$base
start_service "$work/log.origins" --allowed-origins 'https://app.example.com, http://localhost:3000'
base=$service_address
http OPTIONS /api/v1/auth/login "${preflight[@]}"
expect "a page may ask" "$status $(header Access-Control-Allow-Origin)" "204 https://app.example.com"
expect "and learns what it may send" "$(header Access-Control-Allow-Methods) / $(header Access-Control-Allow-Headers)" \
    "POST / Authorization, Content-Type, X-Organization, X-Request-Id"
http OPTIONS "/api/v1/organizations/$org_a/members" "${preflight[@]}"
expect "methods are those of the path" "$(header Access-Control-Allow-Methods)" "GET, HEAD, POST"
http OPTIONS /no/such/path "${preflight[@]}"
problem "not of a path that is none" 404 not_found
http GET /api/v1/me "${as_alice[@]}" -H 'Origin: https://app.example.com'
expect "it may read the answer" "$status $(header Access-Control-Allow-Origin) $(header Vary)" "200 https://app.example.com Origin"
expect_match "and these headers of it" "$(header Access-Control-Expose-Headers)" 'Location.*Retry-After'
expect "no word of credentials" "$(header Access-Control-Allow-Credentials)" ""
http GET /api/v1/me -H 'Origin: https://app.example.com'
problem "errors too" 401 28000
expect "can be read" "$(header Access-Control-Allow-Origin)" "https://app.example.com"
for origin in https://app.example.com.evil.example https://evil.example null http://app.example.com; do
    http GET /api/v1/me "${as_alice[@]}" -H "Origin: $origin"
    expect "not by $origin" "$status $(header Access-Control-Allow-Origin) $(header Vary)" "200  Origin"
done
start_service "$work/log.any-origin" --allowed-origins '*'
base=$service_address
http GET /api/v1/me "${as_alice[@]}" -H 'Origin: https://evil.example'
expect "any origin where that is wanted" "$(header Access-Control-Allow-Origin)" "*"
base=$main_base
usage serve --allowed-origins 'app.example.com'
expect_match "an origin that is none" "$usage_answer" '^2 .*--allowed-origins must be origins'
