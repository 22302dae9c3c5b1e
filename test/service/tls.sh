# TLS by the service itself.

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$work/tls.key" -out "$work/tls.pem" 2>"$work/ignored"
main_base=$base
start_service "$work/log.tls" --tls-certificate "$work/tls.pem" --tls-key "$work/tls.key" --read-timeout 1
base=${service_address/http:/https:}
tls=(--cacert "$work/tls.pem")
http GET /api/v1/me "${tls[@]}" "${as_alice[@]}"
expect "an answer" "$status $(header Strict-Transport-Security)" "200 max-age=31536000"
http POST "/api/v1/organizations/$org_a/users/import/preview" "${tls[@]}" "${as_alice[@]}" -F "file=@$work/largest.csv"
expect_match "a large file passes" "$status $(field .code)" '^(200|413 54000|422 )'
http GET /api/v1/me "${as_alice[@]}" 2>"$work/ignored"
expect_match "nobody believes it without the certificate" "$status" '^curl failed'
expect "plain HTTP gets nothing" "$(curl --silent --max-time 5 "${base/https:/http:}/ready" || true)" ""
expect "an old protocol gets nothing" "$(curl --silent --max-time 5 --tls-max 1.1 "${tls[@]}" "$base/ready" || true)" ""
answer=$(raw 'GET /ready HTTP/1.1\r\nHost: x\r\n\r\n')
expect "a client without TLS is dropped" "$(grep -c HTTP <<<"$answer" || true)" 0
# A client that begins a handshake and says no more is dropped in time.
begun=$SECONDS
answer=$(raw '\x16\x03\x01\x02\x00\x01')
expect "half a handshake" "$((SECONDS - begun < 10))" 1
# Another certificate after SIGHUP.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=renewed -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$work/tls.key" -out "$work/tls.pem" 2>"$work/ignored"
kill -HUP "$service_pid"
renewed() { http GET /ready "${tls[@]}" 2>"$work/ignored" && [[ $status == 200 ]]; }
if until_true 10 renewed; then pass; else fail "the new certificate is not used"; fi
cp "$work/tls.pem" "$work/tls.crt"
echo rubbish >"$work/tls.pem"
kill -HUP "$service_pid"
refused() { grep -q settings_refused "$work/log.tls"; }
if until_true 10 refused; then pass; else fail "a broken certificate was taken"; fi
expect "and the old one stays" "$(curl --silent --insecure "$base/ready")" '{"status":"ready"}'
base=$main_base
usage serve --tls-certificate "$work/tls.pem"
expect_match "a certificate without its key" "$usage_answer" '^2 .*belong together'
# OpenSSL would ask the terminal, and whoever sends SIGHUP is not there.
openssl pkey -in "$work/tls.key" -aes256 -passout pass:hunter2 -out "$work/locked.key"
mkfifo "$work/keyboard"
exec {keyboard}<>"$work/keyboard"
code=0
timeout 10 script --quiet --return --command "'$ROWHOUSE_BIN' serve --tls-certificate '$work/tls.crt' --tls-key '$work/locked.key'" "$work/typescript" \
    <&"$keyboard" >"$work/asked" || code=$?
exec {keyboard}>&-
expect "a key with a passphrase" "$code $(grep -c 'locked.key" cannot be used' "$work/asked")" "2 1"
usage serve --tls-certificate "$work/tls.pem" --tls-key "$work/tls.key"
expect_match "a certificate that is none" "$usage_answer" '^2 .*tls.pem" cannot be used'
