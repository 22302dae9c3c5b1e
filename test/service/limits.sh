# Sizes, and requests written to confuse.

import="/api/v1/organizations/$org_a/users/import"
limit=10485760
{ echo email; head -c $((limit - 6)) /dev/zero | tr '\0' x; } >"$work/largest.csv"
{ cat "$work/largest.csv"; echo; } >"$work/too_large.csv"
expect "the files are of the sizes meant" "$(stat -c %s "$work/largest.csv" "$work/too_large.csv" | xargs)" "$limit $((limit + 1))"

http POST "$import/preview" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "@$work/too_large.csv"
problem "a raw file one byte too large" 413 payload_too_large
http POST "$import/preview" "${as_alice[@]}" -H 'Expect:' -H 'Content-Type: text/csv' --data-binary "@$work/too_large.csv"
problem "the same without asking first" 413 payload_too_large
http POST "$import/preview" "${as_alice[@]}" -H 'Transfer-Encoding: chunked' -H 'Content-Type: text/csv' --data-binary "@$work/too_large.csv"
problem "the same in chunks" 413 payload_too_large
http POST "$import/preview" "${as_alice[@]}" -F "file=@$work/too_large.csv"
problem "the same in a form" 413 file_too_large
http POST "$import/preview" "${as_alice[@]}" -F "file=@$work/largest.csv"
expect_match "the largest file passes the service" "$status $(field .code)" '^(200|413 54000|422 )'
http POST "$import/preview" "${as_alice[@]}" -H 'Transfer-Encoding: chunked' -H 'Content-Type: text/csv' \
    --data-binary $'email\r\na@example.com\r\n'
expect "a small file in chunks" "$status $(field .total_rows)" "200 1"
{ printf '{"email":"'; head -c 1100000 /dev/zero | tr '\0' x; printf '"}'; } >"$work/large.json"
http POST /api/v1/auth/login --data-binary "@$work/large.json"
problem "a JSON body too large" 413 payload_too_large

answers() { { grep -aoE 'HTTP/1\.1 [0-9]{3}' <<<"$1" || true; } | wc -l; }
first_status() { awk 'NR == 1 { print $2 }' <<<"$1"; }

answer=$(raw 'RUBBISH\r\n\r\n')
expect "no HTTP at all" "$(first_status "$answer")" 400
expect "also that is a problem document" "$(grep -c '"code":"malformed_request"' <<<"$answer")" 1
long=$(head -c 9000 /dev/zero | tr '\0' x)
answer=$(raw "GET /$long HTTP/1.1\r\nHost: x\r\n\r\n")
expect "a target too long" "$(first_status "$answer")" 414
# Longer than all headers together, and no end of the line.
answer=$(raw "GET /$(head -c 70000 /dev/zero | tr '\0' x) HTTP/1.1\r\nHost: x\r\n\r\n")
expect "a target without an end" "$(first_status "$answer") $(grep -c '"code":"headers_too_large"' <<<"$answer")" "431 1"
many=
for i in $(seq 1 600); do many+="X-Header-$i: ${long:0:100}\r\n"; done
answer=$(raw "GET /health HTTP/1.1\r\n$many\r\n")
expect "too many headers" "$(first_status "$answer")" 431
answer=$(raw "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}   ")
expect "two lengths" "$(first_status "$answer") $(answers "$answer")" "400 1"
answer=$(raw "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}   ")
expect "a negative length" "$(first_status "$answer")" 400
answer=$(raw "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
expect "a length and chunks" "$(first_status "$answer")" 400
answer=$(raw "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n{}   ")
expect "a blank before the colon" "$(first_status "$answer")" 400
answer=$(raw "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n")
expect "a length beyond all numbers" "$(first_status "$answer")" 413
answer=$(raw "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
expect "a chunk that is none" "$(first_status "$answer")" 400
# What a proxy may read in another way than the library does.
start="POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n"
hidden='GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
for odd in 'Content-Length:\r\n' 'Content-Length: 53\n' 'Content-Length 53\r\n' 'Content-Length: +53\r\n' 'Content-Length: %35%33\r\n' \
    'Transfer-Encoding: %63hunked\r\n' 'Transfer-Encoding: chunked, identity\r\n' ' X: y\r\n' ': x\r\n' 'X: y\rz\r\n' 'X: y\0z\r\n'; do
    answer=$(raw "$start$odd\r\n$hidden")
    expect "header line ${odd%\\n}" "$(first_status "$answer") $(answers "$answer")" "400 1"
done
for odd in '0x2\r\n{}\r\n0\r\n\r\n' '2\n{}\r\n0\r\n\r\n' '+2\r\n{}\r\n0\r\n\r\n' ' 2\r\n{}\r\n0\r\n\r\n' '2\r\n{}X' '2\r\n{}\r\n0\r\nX: y\r\n\r\n' '\r\n'; do
    answer=$(raw "${start}Transfer-Encoding: chunked\r\n\r\n$odd$hidden")
    expect "chunks $odd" "$(first_status "$answer") $(answers "$answer")" "400 1"
done
answer=$(raw "${start/1.1/1.0}Connection: Keep-Alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n$hidden")
expect "chunks in HTTP/1.0" "$(first_status "$answer") $(answers "$answer")" "400 1"
answer=$(raw "${start}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF0\r\n$hidden")
expect "a chunk larger than memory" "$(first_status "$answer") $(answers "$answer")" "413 1"
answer=$(raw "${start}Transfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n1\r\n}\r\n0\r\n\r\n$hidden")
expect "chunks as they should be, and a request after them" "$(first_status "$answer") $(answers "$answer")" "422 2"
# A request hidden in the body of another is never answered.
hidden='GET /ready HTTP/1.1\r\nHost: x\r\n\r\n'
answer=$(raw "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 34\r\n\r\n$hidden")
expect "a body on GET" "$(first_status "$answer") $(answers "$answer")" "200 1"
answer=$(raw "POST /no/such/path HTTP/1.1\r\nHost: x\r\nContent-Length: 34\r\n\r\n$hidden")
expect "a body that nobody reads" "$(first_status "$answer") $(answers "$answer")" "404 1"
answer=$(raw "GET /ready HTTP/1.1\r\nHost: x\r\n\r\nGET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
expect "two requests sent at once are both answered" "$(answers "$answer")" 2
http GET /ready -H 'Range: bytes=0-3'
expect "parts of answers are not given" "$status $(cat "$work/body")" '200 {"status":"ready"}'
# The library matches this header with a regular expression that takes stack for every character.
http GET /ready -H "Range: bytes=$(printf '0-1,%.0s' {1..1900})0-1"
expect "nor many of them" "$status $(cat "$work/body")" '200 {"status":"ready"}'
http GET /ready
expect "and the service is still there" "$status" 200
http GET /ready -H 'Accept-Encoding: gzip'
expect "nothing is compressed here" "$(header Content-Encoding)" ""

# More clients than threads and connections: everybody is served.
seq 1 200 | xargs -P 40 -I{} curl --silent --output "$work/ignored" --write-out '%{http_code}\n' \
    -H "Authorization: Bearer $alice" "$base/api/v1/me" >"$work/crowd"
expect "200 requests of 40 clients" "$(sort "$work/crowd" | uniq -c | xargs)" "200 200"

# A system that is out of files for a moment does not end the service.
cat >"$work/accept.c" <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
static int left = 5;
int accept(int s, struct sockaddr *a, socklen_t *l)
{
    if (left-- > 0) return errno = ENFILE, -1;
    return ((int (*)(int, struct sockaddr *, socklen_t *)) dlsym(RTLD_NEXT, "accept"))(s, a, l);
}
int accept4(int s, struct sockaddr *a, socklen_t *l, int f)
{
    if (left-- > 0) return errno = ENFILE, -1;
    return ((int (*)(int, struct sockaddr *, socklen_t *, int)) dlsym(RTLD_NEXT, "accept4"))(s, a, l, f);
}
C
cc -shared -fPIC -o "$work/accept.so" "$work/accept.c"
main_base=$base
LD_PRELOAD=$work/accept.so start_service "$work/log.files"
base=$service_address
http GET /ready
expect "served after five that could not be accepted" "$status" 200
base=$main_base
